"""Programs that people give: the program or the file that it comes in, and the snippet of what they changed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Columns that are empty for what was asked before."""
    op.add_column("turns", sa.Column("given_code", sa.Text(), nullable=True))
    op.add_column("turns", sa.Column("given_file", sa.JSON(), nullable=True))
    op.add_column("turns", sa.Column("diff_file", sa.String(length=32), nullable=True))
