"""Which handler takes what Slack sends: the whole table."""

from slack_bolt.async_app import AsyncApp

from bot.blocks.names import FIX, REGENERATE, RERUN_FROM_HOME, RUN, SOURCES, STOP, STOP_FROM_HOME, STOP_TURN, TRY_AGAIN
from bot.home import HomePage
from bot.intake import Intake
from bot.listeners.actions import Actions
from bot.listeners.commands import Commands
from bot.listeners.home import Home
from bot.listeners.messages import Messages
from bot.whisper import Whisper

COMMAND = "/raygen"
EVENTS = ("app_mention", "message", "app_home_opened")


def register(app: AsyncApp, intake: Intake, whisper: Whisper, page: HomePage, home_team: str, bot_user_id: str) -> None:
    """Give `app` its handlers; `home_team` and `bot_user_id` are what `auth.test` answers."""
    commands = Commands(intake, page, home_team)
    messages = Messages(intake, whisper, home_team, bot_user_id)
    actions = Actions(intake, whisper, home_team)
    home = Home(intake, page, home_team)

    app.command(COMMAND)(commands.raygen)
    app.event("app_mention")(messages.mention)
    app.event("message")(messages.message)
    app.event("app_home_opened")(home.opened)
    app.action(RUN)(actions.run)
    app.action(STOP)(actions.stop)
    app.action(STOP_TURN)(actions.stop_turn)
    app.action(REGENERATE)(actions.regenerate)
    app.action(TRY_AGAIN)(actions.try_again)
    app.action(FIX)(actions.fix)
    app.action(SOURCES)(actions.sources)
    app.action(STOP_FROM_HOME)(home.stop)
    app.action(RERUN_FROM_HOME)(home.rerun)
