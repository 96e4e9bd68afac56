"""Spans, in OpenTelemetry's terms. Where nobody collects them, nothing is loaded for them and nothing is recorded.

All that is done for a row shares a trace, whichever process or replica does it and however often: the trace's id is
made of the row's id, so nothing has to be kept or sent along for it. Attributes are ids and words of our own; anything
else is left out, so that no prompt, program, output or secret gets into a trace. Of an exception only its type does.
"""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

TRACER = "raygen"
"""The instrumentation scope of all our spans."""
Value = str | int | float | bool | None
Note = Callable[..., None]
"""Adds attributes to a span: `note(status="running")` is `raygen.status`."""
_WORD = re.compile(r"[A-Za-z0-9._:/-]{1,128}")
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


@contextmanager
def span(
    name: str,
    *,
    row: str | None = None,
    remote: str | None = None,
    leads_to: str | None = None,
    **attributes: Value,
) -> Iterator[Note]:
    """A span for the time of the block, below whatever span the caller is in.

    With `remote`, a traceparent header, it is below the caller's span in another process; without a usable one and with
    the id of a `row` it is in that row's trace, and linked to the span it was opened in. It is also linked to the trace
    of the row that it `leads_to`.
    """
    trace = _api()
    if trace is None:
        yield _nothing
        return
    where = _where(trace, _named(trace, remote) or _of_row(trace, row), _of_row(trace, leads_to))
    quiet = {"record_exception": False, "set_status_on_exception": False}
    with trace.get_tracer(TRACER).start_as_current_span(name, **where, **quiet) as opened:

        def note(**more: Value) -> None:
            opened.set_attributes(_words(more))

        note(**attributes)
        try:
            yield note
        except BaseException as error:
            opened.set_status(trace.Status(trace.StatusCode.ERROR, type(error).__name__))
            raise


def traceparent() -> str | None:
    """The current span, as the W3C's header names it (https://www.w3.org/TR/trace-context); None without one."""
    trace = _api()
    current = trace.get_current_span().get_span_context() if trace else None
    if current is None or not current.is_valid:
        return None
    return f"00-{current.trace_id:032x}-{current.span_id:016x}-{current.trace_flags:02x}"


def _api() -> Any:
    """OpenTelemetry's module for traces, where somebody in this process has set up who collects them."""
    trace: Any = sys.modules.get("opentelemetry.trace")
    if trace is None or isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        return None
    return trace


def _nothing(**_: Value) -> None:
    """Nobody collects."""


def _where(trace: Any, parent: Any, leads_to: Any) -> dict[str, Any]:
    """The parent and the links of a new span, as arguments for the tracer."""
    current = trace.get_current_span().get_span_context()
    elsewhere = parent is not None and parent.trace_id != current.trace_id
    own = parent if elsewhere else current
    links = [current] if elsewhere and current.is_valid else []
    links += [leads_to] if leads_to is not None and leads_to.trace_id != own.trace_id else []
    context = trace.set_span_in_context(trace.NonRecordingSpan(parent)) if elsewhere else None
    return {"context": context, "links": [trace.Link(each) for each in links]}


def _named(trace: Any, header: str | None) -> Any:
    found = _TRACEPARENT.fullmatch(header or "")
    if found is None:
        return None
    ids = int(found[1], 16), int(found[2], 16)
    context = trace.SpanContext(*ids, is_remote=True, trace_flags=trace.TraceFlags(int(found[3], 16)))
    return context if context.is_valid else None


def _of_row(trace: Any, row: str | None) -> Any:
    """The span that would be the row's own: nobody records it, and everybody finds it."""
    if not row:
        return None
    digest = sha256(row.encode()).digest()
    ids = int.from_bytes(digest[:16]), int.from_bytes(digest[16:24])
    return trace.SpanContext(*ids, is_remote=True, trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED))


def _words(attributes: dict[str, Value]) -> dict[str, str | int | float | bool]:
    return {
        f"raygen.{name}": value
        for name, value in attributes.items()
        if value is not None and (not isinstance(value, str) or _WORD.fullmatch(value))
    }
