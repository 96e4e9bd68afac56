"""A replica for one workspace, whose bot token is a setting."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.app.bot import Bot, bot_of
from bot.app.farewell import Farewell
from bot.app.listening import build_app
from bot.app.process import process_of
from bot.app.rows import OneWorkspace, Rows
from bot.app.workers import build_workers
from bot.app.workspace import Workspace, build_work
from bot.listeners.departures import NotedDepartures
from bot.logs import secrets_in
from bot.metrics import Metrics
from bot.patience import PatientClient
from bot.redaction import Redaction
from bot.settings import Settings, SlackSettings
from bot.store.database import Database
from bot.supervisor import Supervisor


def slack_client(slack: SlackSettings, metrics: Metrics | None = None) -> AsyncWebClient:
    """A Web API client that waits as long as Slack asks for when it is called too often."""
    # None of the SDK's handlers: one repeats a POST whose connection broke, and bot.poster looks before it does.
    return PatientClient(
        token=slack.bot_token.get_secret_value(),
        base_url=slack.api_url,
        retry_handlers=[],
        metrics=metrics or Metrics(),
    )


async def workspace_of(slack: SlackSettings) -> Workspace:
    """The workspace of the bot token. Raises what Slack's client raises."""
    me = await slack_client(slack).auth_test()
    team, user = str(me["team_id"]), str(me["user_id"])
    return Workspace(team, user, url=str(me["url"]), bot_id=me.get("bot_id"))


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
    process = process_of(settings, database, supervisor, Redaction(secrets_in([settings, slack])), metrics)
    work = build_work(process, workspace, slack_client(slack, metrics))
    farewell = Farewell(process.turns, process.runs, process.full_logs, work.runs, process.steps)
    workers = build_workers(process, Rows(OneWorkspace(work), farewell, process.runs))
    return bot_of(process, build_app(process, work, workers, NotedDepartures()), workers)
