"""The parts of the bot, put together: what exists, and who gets what."""

import socket
from dataclasses import dataclass
from uuid import uuid4

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot import listeners
from bot.again import Again
from bot.approvals import Approvals
from bot.attachments.object_store import S3Store
from bot.attachments.slack_files import WebApiFiles
from bot.attachments.staging import Attachments, NoAttachments, StoredAttachments
from bot.deliveries import Deliveries
from bot.direct import Direct
from bot.full_logs import FullLogs
from bot.given import GivenFiles
from bot.home import HomePage
from bot.intake import Intake
from bot.listeners.acks import AckingApp
from bot.listeners.crashes import crash_handler
from bot.logs import secrets_in
from bot.measured import MeasuredSupervisor
from bot.metrics import Metrics
from bot.patience import PatientClient
from bot.people import Groups, People, Rights
from bot.poster import SlackPoster
from bot.redaction import Redaction
from bot.runs import Runs
from bot.settings import Settings, SlackSettings
from bot.stopping import Stopping
from bot.store.approvals import ApprovalStore
from bot.store.database import Database
from bot.store.feedback import FeedbackStore
from bot.store.full_logs import FullLogStore
from bot.store.models import FullLog, Run, Turn
from bot.store.ongoing import Ongoing
from bot.store.overview import Overview
from bot.store.retention import Keep, Retention
from bot.store.runs import RunStore
from bot.store.turns import TurnStore
from bot.supervisor import Supervisor
from bot.thread_status import SessionStatus
from bot.thread_verbs import ThreadVerbs
from bot.turns import Turns
from bot.updates import Pace
from bot.waiting import Waiting
from bot.whisper import Whisper
from bot.work import Worker

OWNER_CHARACTERS = 50
"""What the store has room for of a host's name, which may have 63."""
TURN_CRASHES = 2
"""A generation costs money and executes code: it is repeated once."""
RUN_CRASHES = 4
CARDS_AT_A_TIME = 4
LOGS_AT_A_TIME = 4
"""How many runs that wait are told their position at a time."""


@dataclass(frozen=True)
class Workspace:
    """What `auth.test` says of the token: the workspace, and Raygen's own user in it. `url` ends with a slash."""

    team: str
    bot_user_id: str
    url: str = "https://app.slack.com/"
    bot_id: str | None = None


@dataclass(frozen=True)
class Bot:
    """A replica: Bolt's app, the workers behind it, and the way in without Slack. `name` is the owner of its leases."""

    name: str
    app: AsyncApp
    turn_worker: Worker[Turn]
    run_worker: Worker[Run]
    queue_worker: Worker[Run]
    log_worker: Worker[FullLog]
    direct: Direct
    retention: Retention

    @property
    def workers(self) -> "tuple[Worker[Turn] | Worker[Run] | Worker[FullLog], ...]":
        """Everything that works on rows."""
        return self.turn_worker, self.run_worker, self.queue_worker, self.log_worker


def slack_client(slack: SlackSettings, metrics: Metrics | None = None) -> AsyncWebClient:
    """A Web API client that waits as long as Slack asks for when it is called too often."""
    # None of the SDK's handlers: one repeats a POST whose connection broke, and bot.poster looks before it does.
    return PatientClient(
        token=slack.bot_token.get_secret_value(),
        base_url=slack.api_url,
        retry_handlers=[],
        metrics=metrics or Metrics(),
    )


def build_bot(
    settings: Settings,
    slack: SlackSettings,
    workspace: Workspace,
    database: Database,
    supervisor: Supervisor,
    metrics: Metrics | None = None,
) -> Bot:
    """A replica for one workspace. Nothing runs before its workers and Bolt's handler are started."""
    metrics = metrics or Metrics()
    supervisor = MeasuredSupervisor(supervisor, metrics)
    client = slack_client(slack, metrics)
    owner = f"{socket.gethostname()[:OWNER_CHARACTERS]}-{uuid4().hex[:8]}"
    turns, runs = TurnStore(database, owner, settings.waiting_turns), RunStore(database, owner, settings.caps)
    redact = Redaction(secrets_in([settings, slack]))
    poster = SlackPoster(client)
    pace = Pace()
    people = People(client)
    rights = Rights(people, Groups(client), settings)
    approvals = Approvals(ApprovalStore(database), rights)
    attachments = build_attachments(settings, client, turns, rights)
    ongoing = Ongoing(database)
    status = SessionStatus(client, ongoing)
    run_work = Runs(
        runs,
        turns,
        supervisor,
        poster,
        pace,
        redact,
        settings.follow_wait_seconds,
        settings.unreachable_limit_seconds,
        attachments=attachments,
        status=status,
        approvals=approvals,
    )
    turn_work = Turns(
        turns,
        supervisor,
        poster,
        pace,
        redact,
        settings.generation_timeout_seconds,
        attachments,
        status,
        GivenFiles(WebApiFiles(client)),
        approvals,
    )
    deliveries = Deliveries()
    turn_worker = Worker(
        "turns",
        database,
        turns.claim,
        turn_work.handle,
        turn_work.abandon,
        limit=settings.concurrent_turns,
        crashes=TURN_CRASHES,
        metrics=metrics,
        deliveries=deliveries,
    )
    run_worker = Worker(
        "runs",
        database,
        runs.claim,
        run_work.handle,
        run_work.abandon,
        limit=settings.concurrent_runs,
        crashes=RUN_CRASHES,
        metrics=metrics,
        deliveries=deliveries,
    )
    queue_worker = Worker(
        "queue",
        database,
        runs.claim_waiting,
        Waiting(runs, turns, poster, pace).handle,
        run_work.abandon,
        limit=CARDS_AT_A_TIME,
        crashes=RUN_CRASHES,
        metrics=metrics,
    )
    whisper = Whisper(client)
    full_logs = FullLogStore(database, owner)
    log_work = FullLogs(full_logs, runs, turns, supervisor, poster, redact, whisper)
    log_worker = Worker(
        "logs",
        database,
        full_logs.claim,
        log_work.handle,
        log_work.abandon,
        limit=LOGS_AT_A_TIME,
        crashes=RUN_CRASHES,
        metrics=metrics,
    )
    intake = Intake(
        turns,
        runs,
        turn_work,
        run_work,
        rights,
        settings,
        turn_worker.wake,
        run_worker.wake,
        full_logs,
        log_worker.wake,
        approvals,
        attachments,
    )
    app = AckingApp(client, metrics, _authorized(workspace, slack))
    app.error(crash_handler(whisper))
    page = HomePage(client, Overview(database), settings, workspace.url, ongoing)
    stopping = Stopping(intake, ongoing)
    verbs = ThreadVerbs(intake, ongoing, stopping)
    feedback = FeedbackStore(database)
    again = Again(intake, redact)
    listeners.register(
        app, intake, again, whisper, page, stopping, verbs, feedback, workspace.team, workspace.bot_user_id
    )
    return Bot(
        owner,
        app,
        turn_worker,
        run_worker,
        queue_worker,
        log_worker,
        Direct(turns, runs, settings, redact, turn_worker.wake, run_worker.wake, deliveries),
        Retention(database, Keep(settings.keep_code_days, settings.keep_output_days, settings.keep_audit_days)),
    )


def _authorized(workspace: Workspace, slack: SlackSettings) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None,
        team_id=workspace.team,
        bot_user_id=workspace.bot_user_id,
        bot_id=workspace.bot_id,
        bot_token=slack.bot_token.get_secret_value(),
    )


def build_attachments(settings: Settings, client: AsyncWebClient, turns: TurnStore, rights: Rights) -> Attachments:
    """The way of attached files, if there is a store for them."""
    if settings.files_store is None:
        return NoAttachments()
    store = S3Store(settings.files_store, settings.region, settings.files_address_seconds)
    return StoredAttachments(WebApiFiles(client), store, turns, rights)
