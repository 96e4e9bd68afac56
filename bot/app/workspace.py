"""What works for one workspace: everything that speaks to Slack, with that workspace's token and no other."""

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.app.own_settings import own_settings
from bot.app.process import Process
from bot.app.steps import Steps
from bot.approvals import Approvals
from bot.attachments.object_store import S3Store
from bot.attachments.slack_files import WebApiFiles
from bot.attachments.staging import Attachments, NoAttachments, StoredAttachments
from bot.full_logs import FullLogs
from bot.given import GivenFiles
from bot.people import Groups, People, Rights
from bot.poster import SlackPoster
from bot.runs import Runs
from bot.settings import Settings
from bot.store.approvals import ApprovalStore
from bot.store.ongoing import Ongoing
from bot.store.turns import TurnStore
from bot.thread_status import SessionStatus
from bot.turns import Turns
from bot.updates import Pace
from bot.waiting import Waiting
from bot.whisper import Whisper


@dataclass(frozen=True)
class Workspace:
    """What `auth.test` says of the token: the workspace, and Raygen's own user in it. `url` ends with a slash.

    `team` is what the rows of the workspace are written under: its id, or that of an enterprise (`E…`) whose
    workspaces share one installation.
    """

    team: str
    bot_user_id: str
    url: str = "https://app.slack.com/"
    bot_id: str | None = None


@dataclass(frozen=True)
class Work:
    """Works on the rows of a workspace, and holds what its listeners share with that work.

    `settings` are those of this workspace: what is set for another one is not among them.
    """

    workspace: Workspace
    settings: Settings
    client: AsyncWebClient
    turns: Turns
    runs: Runs
    waiting: Waiting
    logs: FullLogs
    rights: Rights
    approvals: Approvals
    attachments: Attachments
    ongoing: Ongoing
    whisper: Whisper
    steps: Steps


def build_work(process: Process, workspace: Workspace, client: AsyncWebClient) -> Work:
    """The work for a workspace; whatever it says, it says with `client`."""
    settings, turns, runs = own_settings(process.settings, workspace.team), process.turns, process.runs
    poster, pace, whisper = SlackPoster(client, allowed_in=settings.allowed_in), Pace(), Whisper(client)
    rights = Rights(People(client), Groups(client), settings)
    approvals = Approvals(ApprovalStore(process.database), rights)
    attachments = build_attachments(settings, client, turns, rights)
    ongoing = Ongoing(process.database)
    status = SessionStatus(client, ongoing)
    return Work(
        workspace,
        settings,
        client,
        Turns(
            turns,
            process.supervisor,
            poster,
            pace,
            process.redact,
            settings.generation_timeout_seconds,
            attachments,
            status,
            GivenFiles(WebApiFiles(client)),
            approvals,
        ),
        Runs(
            runs,
            turns,
            process.supervisor,
            poster,
            pace,
            process.redact,
            settings.follow_wait_seconds,
            settings.unreachable_limit_seconds,
            attachments=attachments,
            status=status,
            approvals=approvals,
        ),
        Waiting(runs, turns, poster, pace),
        FullLogs(process.full_logs, runs, turns, process.supervisor, poster, process.redact, whisper),
        rights,
        approvals,
        attachments,
        ongoing,
        whisper,
        Steps(process.steps, turns, runs, client, process.redact, workspace.url),
    )


def build_attachments(settings: Settings, client: AsyncWebClient, turns: TurnStore, rights: Rights) -> Attachments:
    """The way of attached files, if there is a store for them."""
    if settings.files_store is None:
        return NoAttachments()
    store = S3Store(settings.files_store, settings.region, settings.files_address_seconds)
    return StoredAttachments(WebApiFiles(client), store, turns, rights)
