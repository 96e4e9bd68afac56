"""What goes on, in words: of a thread in one sentence, of a person as a list, and a channel's settings. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.blocks import diff
from bot.blocks import text as t
from bot.blocks.clusters import REPLIES, or_choose
from bot.blocks.home import RunLine, run_line, thread_link
from bot.blocks.run import ENDS

PROMPT_CHARACTERS = 120
MOST_NAMED = 20
NOTHING_YET = "There is no program in this thread yet: say what the code should do."
NOTHING_YOURS = "Nothing of yours is being written, run or waited for."


@dataclass(frozen=True)
class Doing:
    """A thread now. `writing` is the request that is worked on, `run` the state of a run that is under way.

    `position` is its place in the queue, `newest` the number of the newest program and `ended` how its last run ended.
    """

    writing: str | None = None
    run: str | None = None
    cluster: str = ""
    seconds: float = 0.0
    position: int | None = None
    newest: int | None = None
    validated: bool = False
    cancelled: bool = False
    ended: str | None = None


@dataclass(frozen=True)
class Asked:
    """A request for code that is being worked on, and its thread, if it has one yet."""

    prompt: str
    channel: str
    thread_ts: str | None


@dataclass(frozen=True)
class Channel:
    """What is set for a channel; `cluster` is None where nobody has named one.

    `alone` are Slack's ids of those who alone may do something, by verb; None where every member may. `approval` is who
    approves what needs it, as the setting's `by`, and `approvers` their ids; None where nobody can. `choices` are the
    clusters that people may choose instead.
    """

    cluster: str | None
    guests: bool
    alone: Mapping[str, frozenset[str] | None]
    replies: str
    files: bool
    run_seconds: float
    approval: str | None = None
    approvers: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


def sentence(doing: Doing) -> str:
    """The state of a thread in one sentence."""
    if doing.writing is not None:
        return f"I am working on «{_short(doing.writing)}»; the card in this thread shows how far I am."
    if doing.position is not None:
        return f"A run waits for a place on {doing.cluster}: it is number {doing.position} in the queue."
    if doing.run is not None:
        return f"A program runs on {doing.cluster}, {doing.seconds:.0f} s after it was started."
    if doing.newest is None:
        return NOTHING_YET
    proof = "which ran when it was validated" if doing.validated else "which never ran through"
    proof = "which was cancelled" if doing.cancelled else proof
    ended = f"; the last run: {ENDS.get(doing.ended, ('', 'ended'))[1].lower()}" if doing.ended else ""
    return f"Nothing is going on here. The newest program is version {doing.newest}, {proof}{ended}."


def mine(
    asked: Sequence[Asked], runs: Sequence[RunLine], workspace_url: str, queue: tuple[str, int, int] | None
) -> t.Message:
    """The answer to `/raygen status`; `queue` is a cluster, and how many runs wait for it and are under way there."""
    lines = (*(_asked(one, workspace_url) for one in asked), *(run_line(run, workspace_url) for run in runs))
    total = (t.context(_queue(*queue)),) if queue else ()
    blocks = (t.section("*What you have under way*"), *(lines or (t.context(NOTHING_YOURS),)), *total)
    return t.Message(text="What you have under way.", blocks=blocks)


def _queue(cluster: str, waiting: int, under_way: int) -> str:
    return f"Runs on `{t.escape(cluster)}`: {under_way:,} under way, {waiting:,} in the queue."


def channel(settings: Channel) -> t.Message:
    """The answer to `/raygen settings`."""
    said = t.section("*This channel*\n" + "\n".join(lines(settings)))
    return t.Message(text="The settings of this channel.", blocks=(said, t.context("Whoever runs me changes these.")))


def lines(settings: Channel) -> tuple[str, ...]:
    """The settings as a list."""
    cluster = f"`{t.escape(settings.cluster)}`" if settings.cluster else "none is set: ask whoever runs me"
    return (
        f"• Cluster: {cluster}{or_choose(settings.cluster, settings.choices)}",
        *_rights(settings),
        f"• What needs approval runs {_approved(settings)}",
        f"• Replies: {REPLIES.get(settings.replies, settings.replies)}",
        f"• Attached files: {'taken' if settings.files else 'not taken'}",
        f"• A run is stopped after {settings.run_seconds / 60:,.0f} min",
    )


def difference(before: int, after: int, text: str) -> t.Message:
    """The answer to `diff` in a thread."""
    if not text:
        said = f"Version {after} is too long to be compared with version {before} here, or the same."
        return t.Message(text=said, blocks=(t.section(said),))
    said = f"From version {before} to version {after}:"
    more = "the programs themselves are in this thread"
    return t.Message(text=said, blocks=(t.section(said), *diff.shown(text, more)))


def _rights(settings: Channel) -> Iterator[str]:
    """A line for those verbs that the same people may."""
    alike: dict[str, list[str]] = {}
    for verb, ids in settings.alone.items():
        alike.setdefault(_who(ids, guests=settings.guests), []).append(verb)
    for who, verbs in alike.items():
        yield f"• Who may {' and '.join(filter(None, (', '.join(verbs[:-1]), verbs[-1])))}: {who}"


def _who(ids: frozenset[str] | None, *, guests: bool) -> str:
    if ids is None:
        return f"members of this workspace, {'guests too' if guests else 'guests may not'}"
    return f"only {_named(ids)}"


def _approved(settings: Channel) -> str:
    if settings.approval is None:
        return "not at all: nobody is named who could approve it"
    if not settings.approvers:
        return "when another person who may run here has approved it"
    many = "two" if settings.approval == "two" else "one"
    return f"when {many} of {_named(settings.approvers)} has approved it, never whoever asked"


def _named(ids: Collection[str]) -> str:
    named = [f"<!subteam^{one}>" if one.startswith("S") else f"<@{one}>" for one in sorted(ids)]
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return f"{', '.join(named[:MOST_NAMED]) or 'nobody'}{more}"


def _asked(one: Asked, workspace_url: str) -> t.Block:
    place = () if one.thread_ts is None else (t.words(" · "), thread_link(workspace_url, one.channel, one.thread_ts))
    return t.rich_text(t.words("⏳ "), t.words(_short(one.prompt), bold=True), t.words("\nBeing written"), *place)


def _short(prompt: str) -> str:
    return t.clip(" ".join(prompt.split()), PROMPT_CHARACTERS)
