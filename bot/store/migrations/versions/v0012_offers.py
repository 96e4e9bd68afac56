"""To whom prompts about a program are offered, instead of the standard ones."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """A table of its own: a row for as long as the standard prompts are not shown."""
    op.create_table(
        "offers",
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("team", "user_id"),
    )
