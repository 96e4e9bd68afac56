"""Which handler takes what Slack sends: the whole table."""

from slack_bolt.async_app import AsyncApp

from bot.blocks.names import FIX, REGENERATE, RUN, STOP, TRY_AGAIN
from bot.intake import Intake
from bot.listeners import home
from bot.listeners.actions import Actions
from bot.listeners.commands import Commands
from bot.listeners.messages import Messages
from bot.whisper import Whisper

COMMAND = "/raygen"
EVENTS = ("app_mention", "message", "app_home_opened")


def register(app: AsyncApp, intake: Intake, whisper: Whisper, home_team: str, bot_user_id: str) -> None:
    """Give `app` its handlers; `home_team` and `bot_user_id` are what `auth.test` answers."""
    commands = Commands(intake, home_team)
    messages = Messages(intake, whisper, home_team, bot_user_id)
    actions = Actions(intake, whisper, home_team)

    app.command(COMMAND)(commands.raygen)
    app.event("app_mention")(messages.mention)
    app.event("message")(messages.message)
    app.event("app_home_opened")(home.opened)
    app.action(RUN)(actions.run)
    app.action(STOP)(actions.stop)
    app.action(REGENERATE)(actions.regenerate)
    app.action(TRY_AGAIN)(actions.try_again)
    app.action(FIX)(actions.fix)
