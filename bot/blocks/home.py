"""The App Home: a person's runs and threads, the cluster, and what applies to them. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.blocks import clusters, names
from bot.blocks import text as t
from bot.blocks.help import SUGGESTED_PROMPTS, whom_to_ask
from bot.blocks.run import ENDS, LIVE

TITLE_CHARACTERS = 120
NO_RUNS = t.context("None yet: press *Run* under a program, and it is listed here.")
INTRODUCTION = "Ask for Ray code in a channel with `/raygen`, by mentioning me, or here under *Messages*."


@dataclass(frozen=True)
class RunLine:
    """A run and the thread that it is in; `seconds` is how long it took, None while it has not ended."""

    run_id: str
    title: str
    state: str
    cluster: str
    channel: str
    thread_ts: str
    asked_at: float
    seconds: float | None


@dataclass(frozen=True)
class ThreadLine:
    """A thread, by what was last asked in it."""

    channel: str
    ts: str
    prompt: str
    asked_at: float


@dataclass(frozen=True)
class Home:
    """What the page shows.

    `workspace_url` ends with a slash; `cluster` is that of channels without one of their own; of those that have one
    there are `other_clusters`; `now` is in seconds since the epoch; `notice` is what became of the last click, and
    `whom` the ids of who can help; `administers` is for whom the last part is.
    """

    workspace_url: str
    runs: Sequence[RunLine]
    threads: Sequence[ThreadLine]
    cluster: clusters.Cluster | None
    other_clusters: int
    defaults: clusters.Defaults
    now: float
    notice: str = ""
    whom: Sequence[str] = ()
    administers: bool = False


def view(home: Home) -> t.Block:
    """The page as `views.publish` takes it."""
    blocks = (
        *((t.section(f"*{t.escape(home.notice)}*"), *whom_to_ask(home.whom)) if home.notice else ()),
        t.section(INTRODUCTION),
        t.header("Your runs"),
        *_runs(home),
        t.header("Your threads"),
        *_threads(home),
        t.header("The cluster"),
        *clusters.cluster(home.cluster, home.other_clusters),
        t.header("What applies to you"),
        clusters.defaults(home.defaults),
        *(_administration() if home.administers else ()),
        t.rich_text(t.words("As of "), when(home.now), t.words(". Open this page again to see what has changed.")),
    )
    return {"type": "home", "blocks": list(blocks)}


def recent_runs(runs: Sequence[RunLine], workspace_url: str) -> t.Message:
    """The answer to `/raygen runs`."""
    lines = tuple(run_line(run, workspace_url) for run in runs)
    return t.Message(text="Your latest runs.", blocks=(t.section("*Your latest runs*"), *(lines or (NO_RUNS,))))


def where_code_runs(cluster: str, choices: Sequence[str] = ()) -> t.Message:
    """The answer to `/raygen cluster`; `choices` are those that people may choose instead."""
    says = (
        f"Code that is asked for in this channel runs on `{t.escape(cluster)}`{clusters.or_choose(cluster, choices)}."
    )
    return t.Message(text=says, blocks=(t.section(says),))


def refused(sentence: str, whom: Sequence[str] = ()) -> t.Block:
    """The page of somebody who may not use Raygen; `whom` are the ids of who can help."""
    return {"type": "home", "blocks": [t.section(t.escape(sentence)), *whom_to_ask(whom)]}


def _administration() -> tuple[t.Block, ...]:
    buttons = (t.button("Channel settings", names.ADMIN_SETTINGS, "-"), t.button("Audit log", names.ADMIN_AUDIT, "-"))
    return t.header("For administrators"), t.actions(names.HOME_ADMIN, *buttons)


def _runs(home: Home) -> tuple[t.Block, ...]:
    if not home.runs:
        return (NO_RUNS,)
    return tuple(block for run in home.runs for block in (run_line(run, home.workspace_url), _buttons(run)))


def run_line(run: RunLine, workspace_url: str) -> t.Block:
    """A run in a list."""
    emoji, state = ENDS.get(run.state, ("⏳", LIVE.get(run.state, "Running")))
    took = f", {run.seconds:.0f} s" if run.seconds is not None else ""
    return t.rich_text(
        t.words(f"{emoji} "),
        t.words(_title(run.title), bold=True),
        t.words(f"\n{state} on {run.cluster}{took} · "),
        when(run.asked_at),
        t.words(" · "),
        thread_link(workspace_url, run.channel, run.thread_ts),
    )


def _buttons(run: RunLine) -> t.Block:
    return t.actions(f"{names.HOME_RUN}:{run.run_id}", _next_step(run))


def _next_step(run: RunLine) -> t.Block:
    if run.seconds is None:
        return t.button("Stop", names.STOP_FROM_HOME, run.run_id, style="danger")
    return t.button("Rerun", names.RERUN_FROM_HOME, run.run_id)


def _threads(home: Home) -> tuple[t.Block, ...]:
    if not home.threads:
        return (
            t.section("\n".join(("None yet. Ask me, for example:", *(f"• {ask}" for _, ask in SUGGESTED_PROMPTS)))),
        )
    return tuple(_thread(thread, home.workspace_url) for thread in home.threads)


def _thread(thread: ThreadLine, workspace_url: str) -> t.Block:
    return t.rich_text(
        t.words(_title(thread.prompt)),
        t.words("\n"),
        when(thread.asked_at),
        t.words(" · "),
        thread_link(workspace_url, thread.channel, thread.ts),
    )


def _title(text: str) -> str:
    return t.clip(" ".join(text.split()), TITLE_CHARACTERS) or "Ray program"


def thread_link(workspace_url: str, channel: str, thread_ts: str) -> t.Block:
    """A permalink: https://docs.slack.dev/reference/methods/chat.getPermalink shows its form."""
    return t.link(f"{workspace_url}archives/{channel}/p{thread_ts.replace('.', '')}", "open the thread")


def when(seconds: float) -> t.Block:
    """A point in time in a `rich_text` paragraph, which Slack writes in the reader's own time zone."""
    fallback = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return t.date(int(seconds), fallback)
