"""Which handler takes what Slack sends: the whole table."""

from collections.abc import Callable

from slack_bolt.async_app import AsyncApp

from bot.again import Again
from bot.blocks.names import (
    ADMIN_AUDIT,
    ADMIN_AUDIT_OLDER,
    ADMIN_SETTINGS,
    APPROVE,
    ASK_APPROVAL,
    ASK_SHORTCUT,
    ASK_VIEW,
    BRING_BACK,
    CANCEL,
    DECLINE,
    EDIT,
    EDIT_VIEW,
    EXPLAIN,
    EXPLAIN_SHORTCUT,
    FEEDBACK,
    FIX,
    FIX_CODE,
    FULL_LOG,
    MAKE_SHORTCUT,
    REGENERATE,
    RERUN_FROM_HOME,
    RUN,
    STOP,
    STOP_FROM_HOME,
    STOP_TURN,
    TRY_AGAIN,
)
from bot.blocks.steps import GENERATE
from bot.blocks.steps import RUN as RUN_STEP
from bot.home import HomePage
from bot.intake import Intake
from bot.listeners.administration import AdministrationButtons
from bot.listeners.approvals import ApprovalActions
from bot.listeners.cancelling import CancelButtons
from bot.listeners.commands import Commands
from bot.listeners.departures import Departures, Farewells
from bot.listeners.feedback import FeedbackButtons
from bot.listeners.home import Home
from bot.listeners.messages import Messages
from bot.listeners.prompts import Prompts
from bot.listeners.sessions import Sessions
from bot.listeners.shortcuts import Shortcuts
from bot.listeners.steps import Steps
from bot.listeners.views import Views
from bot.looking import Looking
from bot.stopping import Stopping
from bot.store.cancelling import CancelStore
from bot.store.feedback import FeedbackStore
from bot.store.steps import StepStore
from bot.thread_verbs import ThreadVerbs
from bot.whisper import Whisper

COMMAND = "/raygen"
EVENTS = (
    "app_mention",
    "message",
    "app_context_changed",
    "app_home_opened",
    "agent_session_stopped",
    "app_uninstalled",
    "function_executed",
    "tokens_revoked",
)


def register(
    app: AsyncApp,
    intake: Intake,
    again: Again,
    whisper: Whisper,
    page: HomePage,
    stopping: Stopping,
    verbs: ThreadVerbs,
    feedback: FeedbackStore,
    cancellations: CancelStore,
    departures: Departures,
    steps: StepStore,
    wake_steps: Callable[[], None],
    looking: Looking,
    home_team: str,
    bot_user_id: str,
) -> None:
    """Give `app` its handlers; `home_team` and `bot_user_id` are what `auth.test` answers."""
    commands = Commands(intake, page, home_team)
    messages = Messages(intake, whisper, verbs, looking, home_team, bot_user_id)
    actions = ApprovalActions(intake, again, whisper, home_team)
    cancelling = CancelButtons(intake, again, whisper, home_team, cancellations)
    prompts = Prompts(looking, home_team)
    home = Home(intake, page, prompts, home_team)
    administration = AdministrationButtons(intake, page, home_team)
    sessions = Sessions(stopping, whisper, home_team)
    shortcuts = Shortcuts(intake, home_team, bot_user_id)
    views = Views(intake, again, whisper, home_team)
    farewells = Farewells(departures, bot_user_id)
    workflow = Steps(intake, steps, wake_steps, home_team)
    opinions = FeedbackButtons(intake, feedback, whisper, home_team)

    app.command(COMMAND)(commands.raygen)
    app.event("app_mention")(messages.mention)
    app.event("message")(messages.message)
    app.event("app_context_changed")(prompts.changed)
    app.event("app_home_opened")(home.opened)
    app.event("agent_session_stopped")(sessions.stopped)
    app.event("app_uninstalled")(farewells.uninstalled)
    app.event("tokens_revoked")(farewells.revoked)
    app.function(GENERATE)(workflow.generate)
    app.function(RUN_STEP)(workflow.run)
    app.action(RUN)(actions.run)
    app.action(STOP)(actions.stop)
    app.action(STOP_TURN)(actions.stop_turn)
    app.action(REGENERATE)(actions.regenerate)
    app.action(TRY_AGAIN)(actions.try_again)
    app.action(FIX)(actions.fix)
    app.action(FIX_CODE)(actions.fix_code)
    app.action(EXPLAIN)(actions.explain)
    app.action(CANCEL)(cancelling.cancel)
    app.action(BRING_BACK)(cancelling.bring_back)
    app.action(EDIT)(views.edit)
    app.action(APPROVE)(actions.approve)
    app.action(DECLINE)(actions.decline)
    app.action(ASK_APPROVAL)(actions.ask_approval)
    app.action(FULL_LOG)(actions.full_log)
    app.action(FEEDBACK)(opinions.given)
    app.action(STOP_FROM_HOME)(home.stop)
    app.action(RERUN_FROM_HOME)(home.rerun)
    app.action(ADMIN_SETTINGS)(administration.settings)
    app.action(ADMIN_AUDIT)(administration.audit)
    app.action(ADMIN_AUDIT_OLDER)(administration.older)
    app.view(EDIT_VIEW)(views.edited)
    app.view(ASK_VIEW)(views.asked)
    app.shortcut(ASK_SHORTCUT)(views.open_ask)
    app.shortcut(EXPLAIN_SHORTCUT)(shortcuts.explain_error)
    app.shortcut(MAKE_SHORTCUT)(shortcuts.make_job)
