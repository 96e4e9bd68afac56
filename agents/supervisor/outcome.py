"""Pure: what happened in a turn -> the answer. The model's own claims do not enter."""

from agents.errors import Cancelled, NoCode, NotValidated
from agents.models import OpenedModel
from agents.supervisor.failures import error_of
from agents.supervisor.turn import Tried, Turn
from agents.wire import Envelope, GeneratedCode, JobReport, Reply, UnvalidatedCode, ValidatedCode, WireError, sha256_of

MAX_REPLY = 8_000


def assembled(turn: Turn, model: OpenedModel, stop_reason: str, words: str) -> Envelope:
    """The envelope of a turn that has ended. Raises Cancelled, NoCode, and the turn's own failure."""
    if (program := ended(turn)) is not None:
        return Envelope.success(program)
    if turn.failure is not None:
        raise turn.failure
    if turn.written is not None:
        # written, and never run, whatever the model says about it
        return Envelope.success(_unvalidated(turn, turn.written, None, NotValidated().to_wire()))
    if stop_reason != "end_turn" or not words:
        raise NoCode
    return Envelope.success(Reply(text=_bounded(words), model=model.display_name, offline=model.offline))


def ended(turn: Turn) -> ValidatedCode | UnvalidatedCode | None:
    """How the last program that was to be run ended; None when there was none. Raises Cancelled."""
    if turn.cancelled.is_set():
        raise Cancelled
    return _tried(turn, turn.tried) if turn.tried is not None else None


def _tried(turn: Turn, tried: Tried) -> ValidatedCode | UnvalidatedCode:
    if turn.validated and tried.report is not None:
        return _validated(turn, tried.program, tried.report)
    if turn.failure is not None:
        error = turn.failure.to_wire()
    else:
        error = error_of(tried.report) if tried.report else NotValidated().to_wire()
    return _unvalidated(turn, tried.program, tried.report, error)


def _validated(turn: Turn, program: GeneratedCode, report: JobReport) -> ValidatedCode:
    return ValidatedCode(
        code=program.code,
        code_sha256=sha256_of(program.code),
        title=program.title,
        explanation=program.explanation,
        assumptions=program.assumptions,
        packages=program.packages,
        prints=program.prints,
        model=program.model,
        offline=program.offline,
        ray_cluster_ip=turn.ray_cluster_ip,
        output=report.output,
        files_saved=len(report.files) + report.more_files,
        seconds=turn.attempts[-1].seconds,
        attempts=tuple(turn.attempts),
    )


def _unvalidated(turn: Turn, program: GeneratedCode, report: JobReport | None, error: WireError) -> UnvalidatedCode:
    return UnvalidatedCode(
        code=program.code,
        code_sha256=sha256_of(program.code),
        title=program.title,
        explanation=program.explanation,
        assumptions=program.assumptions,
        packages=program.packages,
        model=program.model,
        offline=program.offline,
        ray_cluster_ip=turn.ray_cluster_ip,
        error=error,
        output=report.output if report else "",
        traceback=report.traceback if report else None,
        attempts=tuple(turn.attempts),
        findings=report.findings if report else (),
    )


def _bounded(words: str) -> str:
    """What may be said at most. What the words claim is not told apart: the card says that nothing was run for them."""
    return words if len(words) <= MAX_REPLY else words[:MAX_REPLY] + "…"
