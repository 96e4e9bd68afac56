"""Bolt's app for one workspace: what its people do becomes rows."""

from slack_bolt.authorization import AuthorizeResult

from bot import listeners
from bot.again import Again
from bot.app.process import Process
from bot.app.workers import Workers
from bot.app.workspace import Work
from bot.home import HomePage
from bot.home.administration import Administration
from bot.intake import Intake
from bot.listeners.acks import AckingApp
from bot.listeners.crashes import crash_handler
from bot.listeners.departures import Departures
from bot.looking import Looking
from bot.stopping import Stopping
from bot.store.audit import AuditLog
from bot.store.cancelling import CancelStore
from bot.store.feedback import FeedbackStore
from bot.store.overview import Overview
from bot.store.viewed import ViewedStore
from bot.thread_verbs import ThreadVerbs


def build_app(
    process: Process, work: Work, workers: Workers, departures: Departures, home: str | None = None
) -> AckingApp:
    """The app, with a listener for everything that Slack sends of the workspace.

    `home` is the workspace whose rows alone its people can reach; None where there is no other.
    """
    workspace, settings = work.workspace, work.settings
    intake = Intake(
        process.turns,
        process.runs,
        work.turns,
        work.runs,
        work.rights,
        settings,
        workers.turns.wake,
        workers.runs.wake,
        process.full_logs,
        workers.logs.wake,
        work.approvals,
        work.attachments,
        home,
    )
    app = AckingApp(work.client, process.metrics, _authorized(work))
    app.error(crash_handler(work.whisper))
    page = HomePage(
        work.client,
        Overview(process.database),
        settings,
        workspace.url,
        work.ongoing,
        process.clusters,
        Administration(AuditLog(process.database), work.rights, settings, workspace.url),
    )
    stopping = Stopping(intake, work.ongoing)
    listeners.register(
        app,
        intake,
        Again(intake, process.redact),
        work.whisper,
        page,
        stopping,
        ThreadVerbs(intake, work.ongoing, stopping),
        FeedbackStore(process.database),
        CancelStore(process.database),
        departures,
        process.steps,
        workers.steps.wake,
        Looking(intake, ViewedStore(process.database)),
        workspace.team,
        workspace.bot_user_id,
    )
    return app


def _authorized(work: Work) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None,
        team_id=work.workspace.team,
        bot_user_id=work.workspace.bot_user_id,
        bot_id=work.workspace.bot_id,
        bot_token=work.client.token,
    )
