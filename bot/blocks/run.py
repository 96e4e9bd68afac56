"""A run as the thread shows it, from the click to the result. Pure functions."""

from dataclasses import dataclass

from agents.wire import JobReport
from bot.blocks import files, names
from bot.blocks import text as t
from bot.output import head, tail

LIVE_CHARACTERS = 1_500
LIVE_LINES = 12
RESULT_CHARACTERS = 2_800
RESULT_LINES = 40
TRACEBACK_CHARACTERS = 2_000


@dataclass(frozen=True)
class Ran:
    """What the cards of a run need to know; all that a program has a say in is readable and redacted.

    `progress` is the present state of its progress bars, a line each, `notes` what it waits for or has left behind, and
    `table` the blocks of a table that it saved.
    """

    run_id: str
    version_id: str
    number: int
    title: str
    user_id: str
    cluster: str
    output: str = ""
    seconds: float = 0.0
    progress: str = ""
    notes: tuple[str, ...] = ()
    table: tuple[t.Block, ...] = ()


ENDS = {
    "succeeded": ("✅", "Finished"),
    "failed": ("❌", "Failed"),
    "stopped": ("🛑", "Stopped"),
    "timed_out": ("⏰", "Stopped at its time limit"),
    "output_limit": ("✂️", "Stopped: it printed too much"),
    "could_not_start": ("❌", "Could not start"),
    "lost": ("❌", "Lost: the cluster no longer knows this job"),
    "rejected": ("⛔", "Not run"),
}
LIVE = {"requested": "Sending it to the cluster", "submitted": "Waiting for the cluster", "running": "Running"}


def live(ran: Ran, state: str, dashboard_url: str | None, note: str = "") -> t.Message:
    """The card while the run is on its way: state, elapsed time, the tail of the output, and Stop."""
    words = LIVE.get(state, "Running")
    shown = tail(ran.output, LIVE_CHARACTERS, LIVE_LINES)
    blocks = (
        t.section(f"⏳ *{words}* on `{t.escape(ran.cluster)}`{_elapsed(ran.seconds)}"),
        _who(ran, dashboard_url),
        *((t.preformatted(shown.text),) if shown.text.strip() else ()),
        *((t.preformatted(ran.progress),) if ran.progress else ()),
        *_notes(ran),
        *((t.context(t.escape(note)),) if note else ()),
        t.actions(names.LIVE_RUN, t.button("Stop", names.STOP, ran.run_id, style="danger")),
    )
    return t.Message(text=f"{words}…", blocks=blocks)


def ended(ran: Ran, report: JobReport, stopped_by: str | None) -> t.Message:
    """The card of a run that has ended: how, after how long, what it printed, and what to do next."""
    emoji, words = ENDS.get(report.status, ("❔", "Ended"))
    by = f" by <@{stopped_by}>" if stopped_by and report.status == "stopped" else ""
    shown = head(ran.output, RESULT_CHARACTERS, RESULT_LINES)
    blocks = (
        t.section(f"{emoji} *{words}*{by} on `{t.escape(ran.cluster)}`{_elapsed(ran.seconds)}{_exit(report)}"),
        _who(ran, report.dashboard_url),
        *((t.literal(report.error.message),) if report.error else ()),
        *_traceback(report, ran.output),
        *_result(shown.text, shown.lines, report, whole=shown.whole),
        *ran.table,
        *files.saved(report),
        *_stranger(report, stopped_by),
        *_notes(ran),
        *_id(ran, report),
        t.actions(names.ENDED_RUN, *_next_steps(ran, report)),
        *_opinion(ran, report),
    )
    return t.Message(text=f"{words}: {t.escape(ran.title)}", blocks=blocks)


def _opinion(ran: Ran, report: JobReport) -> tuple[t.Block, ...]:
    """Whether it was helpful: asked of what the program itself has done."""
    if report.status not in {"succeeded", "failed", "output_limit", "timed_out"}:
        return ()
    good, bad = f"{names.HELPFUL}:{ran.run_id}", f"{names.NOT_HELPFUL}:{ran.run_id}"
    return (t.feedback(names.RUN_FEEDBACK, names.FEEDBACK, good, bad),)


def _notes(ran: Ran) -> tuple[t.Block, ...]:
    return tuple(t.context(t.escape(note)) for note in ran.notes)


def _id(ran: Ran, report: JobReport) -> tuple[t.Block, ...]:
    """What to name to whoever runs Raygen, where it is not the program that failed."""
    told = report.error is not None and ran.run_id in report.error.message
    if report.status not in {"lost", "could_not_start", "rejected"} or told:
        return ()
    return (t.context(f"Id for whoever runs me: `{t.escape(ran.run_id)}`"),)


def _stranger(report: JobReport, stopped_by: str | None) -> tuple[t.Block, ...]:
    if report.status != "stopped" or stopped_by:
        return ()
    return (t.context("Nobody asked for that here: it was stopped on the cluster, on Ray's dashboard for example."),)


def _who(ran: Ran, dashboard_url: str | None) -> t.Block:
    link = f" · <{t.escape(dashboard_url)}|Ray dashboard>" if dashboard_url else ""
    return t.context(f"{t.escape(t.clip(ran.title, 200))} · run {ran.number} by <@{ran.user_id}>{link}")


def _elapsed(seconds: float) -> str:
    if seconds <= 0:
        return ""
    return f" · {max(seconds, 0.1):.1f} s" if seconds < 60 else f" · {int(seconds // 60)} min {int(seconds % 60)} s"  # noqa: PLR2004 - a minute


def _exit(report: JobReport) -> str:
    # where the program was ended by somebody else, its exit code says only that
    told = report.error is not None and "exit code" in report.error.message
    return f" · exit code {report.exit_code}" if report.exit_code and report.status == "failed" and not told else ""


def _traceback(report: JobReport, output: str) -> tuple[t.Block, ...]:
    if not report.traceback or report.traceback.strip() in output:
        return ()
    return (t.preformatted(report.traceback[-TRACEBACK_CHARACTERS:]),)


def _result(text: str, lines: int, report: JobReport, *, whole: bool) -> tuple[t.Block, ...]:
    if not lines:
        return (t.context("It printed nothing."),) if report.status != "rejected" else ()
    kept = "The cluster kept the first and the last part of what it printed" if report.truncated else ""
    if whole:
        return (t.preformatted(text), *((t.context(f"{kept}."),) if kept else ()))
    beginning = f"The beginning of {lines:,} lines; all of them are in the snippet below."
    note = f"{kept}: {lines:,} lines, which are in the snippet below." if kept else beginning
    return (t.preformatted(text), t.context(note))


def _next_steps(ran: Ran, report: JobReport) -> list[t.Block]:
    steps = [t.button("Rerun", names.RUN, f"{ran.version_id}:{ran.number + 1}")]
    waits = report.error is not None and report.error.code == "needs_approval"
    if report.status in {"failed", "rejected"} and not waits:
        steps.insert(0, t.button("Fix it", names.FIX, ran.run_id, style="primary"))
    if report.status not in {"lost", "rejected", "could_not_start"}:
        steps.append(t.button("Full log", names.FULL_LOG, ran.run_id))
    return steps
