"""The queue of runs: whether a run has been let in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Whatever was asked before the queue has been let in."""
    with op.batch_alter_table("runs") as runs:
        runs.add_column(sa.Column("admitted", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("runs") as runs:
        runs.alter_column("admitted", server_default=None)
