"""What a turn's models took, and who stopped it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Columns that are empty for what was asked before."""
    op.add_column("turns", sa.Column("usage", sa.JSON(), nullable=True))
    op.add_column("turns", sa.Column("stop_asked_by", sa.String(length=64), nullable=True))
