"""A click on Run, from the row to the result in the thread. No model is called on this way.

The run's id is its submission id on the cluster, so starting it again finds the job that is there; the output and the
offset up to which it was read are written together, so that another replica goes on where this one stopped.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from agents.wire import Execute, Follow, InputFiles, JobReport, Stop, WireError
from bot import job_reports
from bot.approvals import Approvals
from bot.attachments.staging import Attachments, NoAttachments, package_of
from bot.blocks import files, in_person, tables
from bot.blocks import run as cards
from bot.blocks.text import Message
from bot.errors import FilesUnavailable, SlackRefused, SupervisorFailed
from bot.output import head, readable
from bot.poster import Place, Poster
from bot.redaction import Redaction
from bot.snippets import output_filename
from bot.store.models import RUN_OPEN, CodeVersion, Run
from bot.store.runs import RunStore
from bot.store.turns import API, TurnStore
from bot.supervisor import Supervisor
from bot.thread_status import ThreadStatus, UnshownStatus
from bot.updates import LiveMessage, Pace, live, note_in_person, say_in_person, say_the_end

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 2.0
"""Between two attempts to reach somebody who does not answer."""
LIVE_CHARACTERS = 20_000
"""How much of the end of the output is looked at for the live card: a card shows less."""


@dataclass(frozen=True)
class Runs:
    """Works on runs, one call of `handle` for each claim of a row. Durations are seconds."""

    store: RunStore
    turns: TurnStore
    supervisor: Supervisor
    poster: Poster
    pace: Pace
    redact: Redaction
    follow_wait: float
    unreachable_limit: float
    wait: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep)
    attachments: Attachments = field(default_factory=NoAttachments)
    status: ThreadStatus = field(default_factory=UnshownStatus)
    approvals: Approvals | None = None

    async def handle(self, run: Run) -> None:
        """Bring the run to its end and show the result. Raises what makes another try worth while."""
        version = await self.turns.version(run.version_id)
        if version is None:
            raise AssertionError(run.version_id)
        if run.surface == API:
            await self.follow_to_the_end(run, version)
        else:
            await self._show_in_thread(run, version)
        await self.store.deliver(run)

    async def abandon(self, run: Run) -> None:
        """The run has crashed this program again and again: say so with its id; the log has the rest."""
        error = WireError(code="internal", message=f"Something went wrong on my side. Id for whoever runs me: {run.id}")
        if run.state in RUN_OPEN:
            await self._stop_if_possible(run)
            await self.store.advance(run, JobReport(status="lost", error=error, log_offset=run.log_offset))
        version = await self.turns.version(run.version_id)
        if version is not None and run.surface != API:
            card = cards.ended(self._ran(run, version, 0.0), JobReport(status="lost", error=error), None)
            await self._say_the_end_if_possible(run, card)
        await self.store.deliver(run)

    async def _stop_if_possible(self, run: Run) -> None:
        try:
            await self.stop(run)
        except SupervisorFailed as failure:
            logger.warning("run=<%s>, code=<%s> | could not stop the job", run.id, failure.code)

    async def _say_the_end_if_possible(self, run: Run, card: Message) -> None:
        try:
            await say_the_end(self.poster, Place(run.channel, run.thread_ts), run.card_ts, card, run.id)
        except SlackRefused as refusal:
            words = in_person.run_ended(card, run.channel, refusal.code, run.id)
            await say_in_person(self.poster, run.user_id, words, run.id)

    async def _show_in_thread(self, run: Run, version: CodeVersion) -> None:
        place = Place(run.channel, run.thread_ts)
        try:
            async with self.status.at_work(run.team, place):
                await self._post_card(run, version, place)
                async with live(self.poster, self.pace, place, run.card_ts or "") as show:
                    await self.follow_to_the_end(run, version, show)
                await self._show_end(run, version, place)
        except SlackRefused as refusal:
            # The thread is gone or closed to us; the job must still not be left alone.
            logger.warning("run=<%s>, code=<%s> | Slack refused", run.id, refusal.code)
            await self.follow_to_the_end(run, version)
            await self._show_in_person(run, version, refusal)

    async def follow_to_the_end(self, run: Run, version: CodeVersion, show: LiveMessage | None = None) -> None:
        """Start the job unless it is there, and follow it until it has ended."""
        while run.state in RUN_OPEN:
            try:
                report = await self._ask(run, version)
            except SupervisorFailed as failure:
                report = job_reports.failed(failure, submitted=run.submitted)
            note = await self._take(run, version, report)
            if show and run.state in RUN_OPEN:
                show.show(await self._live_card(run, version, note))

    async def _ask(self, run: Run, version: CodeVersion) -> JobReport:
        if not await self.store.stop_wanted(run):
            return await (self._follow(run) if run.submitted else self._execute(run, version))
        stopped = await self.stop(run)
        if stopped.status == "lost" and not run.submitted:
            return JobReport(status="stopped")  # before it began: the cluster has never heard of it
        return await self._follow(run)

    async def stop(self, run: Run) -> JobReport:
        """Ask the cluster to stop the job. Raises SupervisorFailed."""
        return await self.supervisor.job(
            Stop(run_id=run.id, session_id=run.session_id, ray_cluster_ip=run.cluster, user_id=run.stop_asked_by or "")
        )

    async def _follow(self, run: Run) -> JobReport:
        return await self.supervisor.job(
            Follow(
                run_id=run.id,
                session_id=run.session_id,
                ray_cluster_ip=run.cluster,
                log_offset=run.log_offset,
                wait_seconds=self.follow_wait,
            )
        )

    async def _execute(self, run: Run, version: CodeVersion) -> JobReport:
        return await self.supervisor.job(
            Execute(
                code=version.code,
                code_sha256=version.sha256,
                run_id=run.id,
                session_id=run.session_id,
                ray_cluster_ip=run.cluster,
                user_id=run.user_id,
                wait_seconds=self.follow_wait,
                input_files=await self._input_files(version),
                grant=await self.approvals.grant(run, version) if self.approvals else None,
            )
        )

    async def _input_files(self, version: CodeVersion) -> InputFiles | None:
        """The files that the program was validated with, at an address that is good from now on."""
        package = package_of(version)
        try:
            return await self.attachments.reference(package) if package else None
        except FilesUnavailable as error:
            raise SupervisorFailed(error.code, error.sentence) from error

    async def _take(self, run: Run, version: CodeVersion, report: JobReport) -> str:
        """Write down what the report tells; a note for the card when it tells that nobody answers."""
        if not job_reports.is_silence(report):
            judged = job_reports.judged(report, version, timed_out=await self.store.stop_wanted(run) == "deadline")
            await self.store.advance(run, job_reports.continued(judged, run))
            return ""
        silence = await self.store.unreachable(run)
        sentence = report.error.message if report.error else ""
        if silence >= await self._patience(run):
            await self.store.advance(run, job_reports.given_up(run, sentence, silence))
            return ""
        await self.wait(PAUSE_SECONDS)
        return f"{sentence} Trying again for {silence:.0f} s."

    async def _patience(self, run: Run) -> float:
        """Seconds of silence to bear: a job that may be running is not given up before its own deadline."""
        left = await self.store.seconds_left(run) if run.submitted else 0.0
        return self.unreachable_limit + max(0.0, left)

    async def _post_card(self, run: Run, version: CodeVersion, place: Place) -> None:
        if run.card_ts is None:
            card = cards.live(self._ran(run, version, 0.0), run.state, None)
            await self.store.save(run, card_ts=await self.poster.post(place, card, run.id, maybe_posted=run.fence > 1))

    async def _live_card(self, run: Run, version: CodeVersion, note: str) -> Message:
        ran = self._ran(run, version, await self.store.seconds_since_click(run))
        return cards.live(ran, run.state, (run.report or {}).get("dashboard_url"), note)

    async def _show_end(self, run: Run, version: CodeVersion, place: Place) -> None:
        ran, report = self._result(run, version)
        card = cards.ended(ran, self._redacted(report), run.stop_asked_by)
        ts = await say_the_end(self.poster, place, run.card_ts, card, run.id)
        if ts != run.card_ts:
            await self.store.save(run, card_ts=ts)
        notes = await self._post_files(run, ran, report, place)
        if notes:
            noted = self.poster.update(place, ts, card.with_note(notes))
            await _refused(run, "The card does not say which files are missing.", noted)

    async def _show_in_person(self, run: Run, version: CodeVersion, refusal: SlackRefused) -> None:
        """Tell whoever pressed Run how it ended, with what belongs to it: the thread cannot."""
        ran, report = self._result(run, version)
        card = cards.ended(ran, self._redacted(report), run.stop_asked_by)
        words = in_person.run_ended(card, run.channel, refusal.code, run.id)
        place = await say_in_person(self.poster, run.user_id, words, run.id)
        if place is None:
            return
        notes = await self._post_files(run, ran, report, place)
        if notes:
            await note_in_person(self.poster, place, words.with_note(notes))

    def _result(self, run: Run, version: CodeVersion) -> tuple[cards.Ran, JobReport]:
        report = JobReport.model_validate(run.report or {"status": run.state})
        ran = self._ran(run, version, report.seconds or 0.0)
        return replace(ran, table=tables.of(report.files, self.redact)), report

    async def _post_files(self, run: Run, ran: cards.Ran, report: JobReport, place: Place) -> str:
        """Post what belongs below the card; what is to be said of it where Slack refuses."""
        no_output = "The whole output could not be attached; the Ray dashboard has it."
        no_files = "Not every saved file could be posted."
        notes = [
            await _refused(run, no_output, self._attach(run, ran, place)),
            await _refused(run, no_files, self._share_files(run, report, place)),
        ]
        return " ".join(filter(None, notes))

    async def _attach(self, run: Run, ran: cards.Ran, place: Place) -> None:
        if head(ran.output, cards.RESULT_CHARACTERS, cards.RESULT_LINES).whole:
            return
        name = output_filename(ran.title, run.number)
        if run.snippet_file is None:
            file_id = await self.poster.upload(name, ran.output.encode(), "text")
            await self.store.save(run, snippet_file=file_id)
        await self.poster.share(place, run.snippet_file or "", name)

    async def _share_files(self, run: Run, report: JobReport, place: Place) -> None:
        """Post each file that came back; its id is noted before it is shown, so that it is shown once."""
        for number, file in enumerate(file for file in report.files if file.data):
            ids, name = list(run.file_ids or ()), self.redact(file.name)
            if number == len(ids):
                ids.append(await self.poster.upload(name, files.content(file, self.redact), None))
                await self.store.save(run, file_ids=ids)
            await self.poster.share(place, ids[number], name)

    def _ran(self, run: Run, version: CodeVersion, seconds: float) -> cards.Ran:
        output = run.output if run.state not in RUN_OPEN else run.output[-LIVE_CHARACTERS:]
        return cards.Ran(
            run_id=run.id,
            version_id=run.version_id,
            number=run.number,
            title=version.title,
            user_id=run.user_id,
            cluster=run.cluster,
            output=self.redact(readable(output)),
            seconds=seconds,
            progress=self.redact(readable((run.report or {}).get("progress") or "")),
            notes=tuple(self.redact(note) for note in (run.report or {}).get("notes") or ()),
        )

    def _redacted(self, report: JobReport) -> JobReport:
        named = tuple(file.model_copy(update={"name": self.redact(file.name)}) for file in report.files)
        traceback = self.redact(readable(report.traceback or "")) or None
        return report.model_copy(update={"traceback": traceback, "files": named})


async def _refused(run: Run, what: str, posting: Awaitable[None]) -> str:
    """Post something beside the card; when Slack refuses it, the sentence for the card."""
    try:
        await posting
    except SlackRefused as refusal:
        logger.warning("run=<%s>, code=<%s> | %s", run.id, refusal.code, what)
        return f"{what} {refusal.sentence}"
    return ""
