"""Where spans go: an OpenTelemetry collector, when the environment names one."""

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

from agents.settings import TracingSettings
from agents.tracing import TRACER

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

logger = logging.getLogger(__name__)

EXPORTER = "opentelemetry.exporter.otlp.proto.http.trace_exporter"


def send_spans(service: str, settings: TracingSettings) -> None:
    """From now on send this process's spans, as those of `raygen-SERVICE`; without a collector nothing is loaded.

    The rest of OpenTelemetry's variables are read by its own exporter. Where something else collects already, as
    AgentCore's and Lambda's own instrumentation does, that goes on.
    """
    if not settings.otlp_endpoint:
        return
    try:
        exporter = import_module(EXPORTER).OTLPSpanExporter()
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - only when asked for
    except ImportError:  # the variable is everybody's: another program's wish for traces must not stop this one
        logger.warning(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, and what sends traces is not installed, so none are sent. Install "
            "raygen with its extra `tracing`."
        )
        return
    collect(service, BatchSpanProcessor(exporter))


def collect(service: str, processor: "SpanProcessor") -> None:
    """Give this process's spans to `processor`, unless somebody else has them already."""
    from opentelemetry import trace  # noqa: PLC0415 - only when asked for

    if isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        trace.set_tracer_provider(_own_spans(service, processor))


def _own_spans(service: str, processor: "SpanProcessor") -> "TracerProvider":
    """A provider that records our spans alone: the agent library writes prompts and answers into its own."""
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - only when asked for
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - as above
    from opentelemetry.trace import NoOpTracer  # noqa: PLC0415 - as above

    class OwnSpans(TracerProvider):
        def get_tracer(self, instrumenting_module_name: str, *more: Any, **named: Any) -> Any:
            if instrumenting_module_name == TRACER:
                return super().get_tracer(instrumenting_module_name, *more, **named)
            return NoOpTracer()

        def add_span_processor(self, span_processor: "SpanProcessor") -> None:
            """Not others': AgentCore's server would copy what callers send along into attributes."""
            if span_processor is processor:
                super().add_span_processor(span_processor)

    provider = OwnSpans(resource=Resource.create({"service.name": f"raygen-{service}"}))
    provider.add_span_processor(processor)
    return provider
