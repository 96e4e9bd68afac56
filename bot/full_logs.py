"""Full log: everything that the cluster has of a run, with where each line comes from, as a snippet in the thread."""

import logging
from dataclasses import dataclass

from agents.wire import Follow, JobReport
from bot.blocks import help as words
from bot.errors import RaygenError, SlackRefused, Stale, SupervisorFailed
from bot.job_reports import is_silence
from bot.output import attributed, readable
from bot.poster import Place, Poster
from bot.redaction import Redaction
from bot.snippets import output_filename
from bot.store.full_logs import FullLogStore
from bot.store.models import FullLog, Run
from bot.store.runs import RunStore
from bot.store.turns import TurnStore
from bot.supervisor import Supervisor
from bot.whisper import Whisper

logger = logging.getLogger(__name__)

ATTEMPTS = 6
"""Before whoever asked is told that nobody answers; with the pauses between them, half a minute."""
GONE = "The cluster no longer has this run's log. Rerun makes a new one."
AWAY = "I cannot reach the cluster for this run's log. Press Full log again when it is back."
FOR_WHOEVER_RUNS_ME = " Id for whoever runs me: "


@dataclass(frozen=True)
class FullLogs:
    """Works on those wishes, one call of `handle` for each claim of a row."""

    store: FullLogStore
    runs: RunStore
    turns: TurnStore
    supervisor: Supervisor
    poster: Poster
    redact: Redaction
    whisper: Whisper

    async def handle(self, log: FullLog) -> None:
        """Bring the log into the thread, or say why not. Raises what makes another try worth while."""
        try:
            await self._show(log)
        except (Stale, SlackRefused) as refusal:
            await self._refuse(log, refusal)

    async def abandon(self, log: FullLog) -> None:
        """This has crashed the program again and again: say so with an id; the bot's log has the rest."""
        await self._refuse(log, Stale("internal", f"Something went wrong on my side.{FOR_WHOEVER_RUNS_ME}{log.id}"))

    async def _show(self, log: FullLog) -> None:
        run = await self.runs.find(log.run_id)
        if run is None:
            raise Stale("log_gone", GONE)
        version = await self.turns.version(run.version_id)
        name = output_filename(f"{version.title if version else 'Ray program'} full log", run.number)
        if log.file_id is None:
            report = await self._read(log, run)
            text = attributed(report.output, report.parts, lambda text: self.redact(readable(text)))
            await self.store.uploaded(log, await self.poster.upload(name, text.encode(), "text"))
        await self.poster.share(Place(log.channel, log.thread_ts), log.file_id or "", name)
        await self.store.end(log, "shown")

    async def _read(self, log: FullLog, run: Run) -> JobReport:
        """What the cluster has. Raises Stale when it has nothing, SupervisorFailed when asking again may help."""
        ask = Follow(run_id=run.id, session_id=run.session_id, ray_cluster_ip=run.cluster, wait_seconds=0, sources=True)
        try:
            report = _answered(await self.supervisor.job(ask))
        except SupervisorFailed as failure:
            if log.failures + 1 < ATTEMPTS:
                raise
            raise Stale("log_away", f"{AWAY}{FOR_WHOEVER_RUNS_ME}{log.id}") from failure
        if not report.parts:
            raise Stale("log_gone", GONE)
        return report

    async def _refuse(self, log: FullLog, reason: RaygenError) -> None:
        logger.warning("log=<%s>, run=<%s>, code=<%s> | no full log", log.id, log.run_id, reason.code)
        await self.whisper.say(log.channel, log.user_id, words.notice(reason.sentence), log.thread_ts)
        await self.store.end(log, "missing")


def _answered(report: JobReport) -> JobReport:
    """The report, unless it tells only that somebody on the way did not answer. Raises SupervisorFailed then."""
    if report.error and is_silence(report):
        raise SupervisorFailed(report.error.code, report.error.message)
    return report
