"""To whom prompts about a program are offered, instead of the standard ones."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """A row for everybody who has opened the agent's conversation."""
    op.create_table(
        "offers",
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("heard_at", sa.Float(), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("team", "user_id"),
    )
