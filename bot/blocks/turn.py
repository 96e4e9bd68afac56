"""A turn as the thread shows it: the root message, and the card with the code. Pure functions."""

from agents.wire import Attempt, Reply, UnvalidatedCode, ValidatedCode
from bot.blocks import diff, names
from bot.blocks import text as t
from bot.blocks.approval import people, reasons
from bot.blocks.diff import Change
from bot.blocks.plan import CODE_CHARACTERS, ordinal
from bot.output import head

CODE_LINES = 60
OUTPUT_CHARACTERS = 1_500
OUTPUT_LINES = 15
EXPLANATION_CHARACTERS = 1_500
NOTHING_RUN = "Nothing was run for this answer."
OF_THE_PROGRAM = frozenset({"code_not_utf8", "code_too_large", "empty_code", "needs_approval", "policy", "syntax"})
"""Why a program is not run that lies in the program; the others are the way to the cluster's."""


def root(user_id: str, prompt: str) -> t.Message:
    """The message that opens the thread of a slash command."""
    return t.Message(
        text="A request for Ray code. The answer is in the thread.",
        blocks=(t.quote(user_id, prompt), t.context("Answering in this thread. Reply there to change the code.")),
    )


def validated(result: ValidatedCode, version_id: str, number: int, change: Change | None = None) -> t.Message:
    """The card of a program that ran: what it does, how it was validated, what it printed, and the buttons.

    `change` is there for a program that a person gave, with what they changed in the version before.
    """
    last = result.attempts[-1] if result.attempts else Attempt(number=1, status="succeeded", seconds=result.seconds)
    proof = (
        f"✅ Validated on `{t.escape(result.ray_cluster_ip)}` in {result.seconds:.1f} s, "
        f"{ordinal(last.number)} attempt. Validation ran this code on the cluster."
    )
    blocks = (
        t.header(result.title),
        *_explained(result.explanation),
        *_assumed(result.assumptions),
        *(diff.blocks(change) if change else ()),
        t.section(proof),
        *_code(result.code),
        *_printed(result.output),
        *_saved(result.files_saved),
        t.context(f"{_written_by(result.model, offline=result.offline)}{_needs(result.packages)} · version {number}"),
        t.actions(
            names.CODE_CARD,
            t.button("Run", names.RUN, f"{version_id}:1", style="primary"),
            t.button("Edit", names.EDIT, version_id),
            # for what a person gave there is no request that another program could answer
            *(() if change else (t.button("Regenerate", names.REGENERATE, version_id),)),
            t.button("Explain", names.EXPLAIN, version_id),
            t.button("Cancel", names.CANCEL, version_id),
        ),
    )
    return t.Message(text=f"The code is ready: {t.escape(result.title)}. It ran on the cluster.", blocks=blocks)


def cancelled(card: t.Message, version_id: str, by: str) -> t.Message:
    """The card of a program that `by` has cancelled: what it says stays, and one button undoes it."""
    said = t.rich_text(t.words("Cancelled by "), *people((by,)), t.words(". Nothing of it runs."))
    undo = t.actions(names.CANCELLED_CARD, t.button("Bring it back", names.BRING_BACK, version_id))
    kept = (block for block in card.blocks if block["type"] != "actions")
    return t.Message(text="This program was cancelled. Nothing of it runs.", blocks=(*kept, said, undo))


def unvalidated(
    result: UnvalidatedCode, turn_id: str, version_id: str | None = None, change: Change | None = None
) -> t.Message:
    """The card of a program that never ran through: the last error, what was tried, and a way on."""
    blocks = (
        t.header(result.title),
        *(diff.blocks(change) if change else ()),
        t.section(f"❌ {_what_was_tried(result)}"),
        *_attempts(result.attempts),
        t.literal(reasons(result.findings) or result.error.message),
        *((t.preformatted(_last(result.traceback)),) if result.traceback else ()),
        *_code(result.code),
        *(_printed_besides(result) if _has_run(result) else ()),
        t.context(f"{_written_by(result.model, offline=result.offline)} · Reply with a hint, or try again."),
        *(() if _has_run(result) else (t.context(f"Id for whoever runs me: `{t.escape(turn_id)}`"),)),
        t.actions(
            names.FAILED_CARD,
            *((t.button("Fix it", names.FIX_CODE, version_id, style="primary"),) if version_id and change else ()),
            *((t.button("Edit", names.EDIT, version_id),) if version_id else ()),
            t.button("Try again", names.TRY_AGAIN, turn_id),
        ),
    )
    why = "No attempt at this code succeeded" if _has_run(result) else "This code was not run"
    return t.Message(text=f"{why}: {t.escape(result.title)}. The thread says why.", blocks=blocks)


def reply(result: Reply) -> t.Message:
    """An answer in words, whatever they claim to have done; an offline model's are our own."""
    honest = "" if result.offline else f"{NOTHING_RUN} "
    return t.Message(
        text=t.escape(result.text) or "There is no answer.",
        blocks=(*t.paragraphs(result.text), t.context(honest + _written_by(result.model, offline=result.offline))),
    )


def failed(sentence: str, turn_id: str, *, wished: bool = False, again: bool = True) -> t.Message:
    """The card of a turn that ended without an answer: what happened, what to do, and the id for the log.

    `wished`: somebody has stopped it, and nothing went wrong. `again`: whether to ask there once more is of any use.
    """
    return t.Message(
        text=t.escape(sentence),
        blocks=(
            t.section(f"{'🛑' if wished else '❌'} {t.escape(sentence)}"),
            t.context("Your request is kept." + ("" if wished else f" Id `{t.escape(turn_id)}`")),
            *((t.actions(names.FAILED_CARD, t.button("Try again", names.TRY_AGAIN, turn_id)),) if again else ()),
        ),
    )


def _saved(number: int) -> tuple[t.Block, ...]:
    if not number:
        return ()
    what = "a file" if number == 1 else f"{number:,} files"
    return (t.context(f"It saved {what}. Run posts what it saves in this thread."),)


def _has_run(result: UnvalidatedCode) -> bool:
    return any(attempt.status != "rejected" for attempt in result.attempts)


def _what_was_tried(result: UnvalidatedCode) -> str:
    cluster = t.escape(result.ray_cluster_ip)
    if not _has_run(result):
        why = ", because of what it holds" if result.error.code in OF_THE_PROGRAM else ""
        return f"Not validated: it never ran on `{cluster}`{why}."
    tried = f"{len(result.attempts)} attempt{'s' if len(result.attempts) != 1 else ''}"
    return f"Not validated: {tried} on `{cluster}`, none succeeded."


def _assumed(assumptions: tuple[str, ...]) -> tuple[t.Block, ...]:
    if not assumptions:
        return ()
    listed = "\n".join(f"• {assumption}" for assumption in assumptions)
    return (t.context("Assumed where the request left it open:"), t.literal(listed, EXPLANATION_CHARACTERS))


def _needs(packages: tuple[str, ...]) -> str:
    return f" Needs {t.escape(t.clip(', '.join(packages), 300))}." if packages else ""


def _attempts(attempts: tuple[Attempt, ...]) -> tuple[t.Block, ...]:
    """What each attempt tried and how it failed, where there was more than one."""
    if len(attempts) < 2:  # noqa: PLR2004  # one attempt is told by the error below it
        return ()
    lines = (f"{ordinal(attempt.number)}: {attempt.tried or 'as asked'} → {attempt.error}" for attempt in attempts)
    return (t.literal("\n".join(t.clip(line, 400) for line in lines), EXPLANATION_CHARACTERS),)


def _last(traceback: str) -> str:
    return traceback if len(traceback) <= OUTPUT_CHARACTERS else "…" + traceback[-OUTPUT_CHARACTERS:]


def _explained(explanation: str) -> tuple[t.Block, ...]:
    return (t.literal(explanation, EXPLANATION_CHARACTERS),) if explanation.strip() else ()


def _code(code: str) -> tuple[t.Block, ...]:
    shown = head(code, CODE_CHARACTERS, CODE_LINES)
    if shown.whole:
        return (t.preformatted(shown.text),)
    more = f"The first {shown.text.count(chr(10)) + 1} of {shown.lines} lines; all of it is in the snippet below."
    return (t.preformatted(shown.text), t.context(more))


def _printed_besides(result: UnvalidatedCode) -> tuple[t.Block, ...]:
    """What the program printed beside its traceback, which stands above."""
    traceback = (result.traceback or "").strip()
    rest = result.output.replace(traceback, "", 1) if traceback else result.output
    return _printed(rest) if rest.strip() or not traceback else ()


def _printed(output: str) -> tuple[t.Block, ...]:
    if not output.strip():
        return (t.context("It printed nothing."),)
    shown = head(output, OUTPUT_CHARACTERS, OUTPUT_LINES)
    lines = "a part of one line" if shown.lines == 1 else f"some of {shown.lines:,} lines"
    more = "" if shown.whole else f" ({lines})"
    return (t.context(f"It printed{more}:"), t.preformatted(shown.text))


def _written_by(model: str, *, offline: bool) -> str:
    note = " Set `RAYGEN_MODEL` to have a language model write it." if offline else ""
    return f"Written by: {t.escape(t.clip(model, 150))}.{note}"
