"""Files that people attach: which, and the package that they became."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Columns that are empty for what was asked before."""
    op.add_column("turns", sa.Column("message_ts", sa.String(length=32), nullable=True))
    op.add_column("turns", sa.Column("attached", sa.JSON(), nullable=True))
    op.add_column("turns", sa.Column("inputs", sa.JSON(), nullable=True))
    op.add_column("code_versions", sa.Column("inputs", sa.JSON(), nullable=True))
