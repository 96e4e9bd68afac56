"""The parts of the bot, put together: what exists, and who gets what.

`process` has what knows no workspace, `workspace` what speaks to one, `rows` and `workers` bring the two together.
`one` is a replica for the workspace of a bot token, `hosted` one for every workspace that has installed Raygen.
"""

from bot.app.bot import Bot
from bot.app.one import build_bot, slack_client, workspace_of
from bot.app.workspace import Workspace

__all__ = ["Bot", "Workspace", "build_bot", "slack_client", "workspace_of"]
