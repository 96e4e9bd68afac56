"""The spans that this process has ended, for tests that look at them."""

from functools import cache

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agents.collector import collect


@cache
def _collected() -> InMemorySpanExporter:
    """OpenTelemetry takes one provider for the life of a process."""
    exporter = InMemorySpanExporter()
    collect("tests", SimpleSpanProcessor(exporter))
    return exporter


@pytest.fixture
def spans():
    """What is recorded from now on; `get_finished_spans()` lists it."""
    exporter = _collected()
    exporter.clear()
    return exporter


def named(exporter, name):
    """The ended spans of that name."""
    return [span for span in exporter.get_finished_spans() if span.name == name]


def text_of(exporter):
    """Everything that would be sent."""
    return "\n".join(span.to_json() for span in exporter.get_finished_spans())
