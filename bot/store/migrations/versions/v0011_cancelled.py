"""Who has cancelled a program."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Empty for every program that there is: nobody could cancel one."""
    op.add_column("code_versions", sa.Column("cancelled_by", sa.String(length=64), nullable=True))
