import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.wire import Attempt, Envelope, Finished, Heartbeat, Repairing, Usage, ValidatedCode, Validating, WireError
from sandbox.invocations import MOST_CHARACTERS, MOST_KEPT, Invocations

PROGRAM = ValidatedCode(
    code="print(1)",
    code_sha256="0" * 64,
    title="Prints",
    model="a-model",
    ray_cluster_ip="127.0.0.1",
    output="1\n",
    seconds=1.0,
    attempts=(
        Attempt(number=1, status="failed", seconds=0.5, error="ValueError"),
        Attempt(number=2, status="succeeded", seconds=1),
    ),
)
TOOK = Usage(model_calls=3, input_tokens=1200, output_tokens=80, cache_read_tokens=900, cost_usd=0.0016)


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def kept(clock=None):
    changes = []
    return Invocations(lambda: changes.append(1), clock or Clock()), changes


def asked(**payload):
    return json.dumps({"action": "generate", "prompt": "Print one", **payload}).encode()


def stream(*events):
    return b"".join(b"data: " + event.model_dump_json().encode() + b"\n\n" for event in events)


def answered(usage=TOOK):
    return Finished(envelope=Envelope.success(PROGRAM).model_copy(update={"usage": usage}))


def test_a_turn_is_told_with_its_model_tokens_cost_and_attempts():
    clock = Clock()
    seen, _ = kept(clock)

    call = seen.begin("raygen_supervisor", "session", asked())
    clock.now += 2
    seen.arrived(call, stream(Validating(attempt=1, attempts=3), Repairing(attempt=1, attempts=3, error="ValueError")))
    clock.now += 1
    seen.arrived(call, stream(answered()))
    seen.ended(call)

    line = seen.lines()[0]
    assert (line["runtime"], line["action"], line["about"]) == ("raygen_supervisor", "generate", "Print one")
    assert (line["state"], line["status"], line["seconds"], line["model"]) == ("ok", "validated", 3.0, "a-model")
    assert (line["calls"], line["tokens_in"], line["tokens_out"], line["cached"]) == (3, 1200, 80, 900)
    assert (line["cost"], line["attempts"]) == (0.0016, 2)
    assert [(one["after"], one["event"]) for one in seen.whole(0)["steps"]] == [(2.0, "validating"), (2.0, "repairing")]


def test_a_failure_is_told_by_its_code_with_what_it_took():
    seen, _ = kept()
    error = WireError(code="model_throttled", message="The model is busy. Try again.")
    failure = Envelope.failure(error).model_copy(update={"usage": TOOK})

    call = seen.begin("raygen_supervisor", "session", asked())
    seen.arrived(call, failure.model_dump_json().encode())
    seen.ended(call)

    line = seen.lines()[0]
    assert (line["state"], line["tokens_out"]) == ("model_throttled", 80)


@given(st.lists(st.integers(1, 40), max_size=60))
def test_an_answer_is_understood_however_it_is_cut(sizes):
    seen, _ = kept()
    body = stream(Validating(attempt=1, attempts=3), answered())
    call = seen.begin("raygen_supervisor", "session", asked())

    for size in sizes:
        chunk, body = body[:size], body[size:]
        seen.arrived(call, chunk)
    seen.arrived(call, body)
    seen.ended(call)

    assert seen.lines()[0]["state"] == "ok"
    assert len(seen.whole(0)["steps"]) == 1


def test_signs_of_life_change_nothing_on_the_page():
    seen, changes = kept()
    call = seen.begin("raygen_supervisor", "session", asked())
    before = len(changes)

    seen.arrived(call, stream(Heartbeat(seconds=2)))

    assert len(changes) == before
    assert seen.whole(0)["steps"] == []


def test_a_caller_who_hangs_up_is_told_so():
    seen, _ = kept()
    call = seen.begin("raygen_supervisor", "session", asked())

    seen.arrived(call, stream(Validating(attempt=1, attempts=3)))
    seen.ended(call)

    assert seen.lines()[0]["state"] == "hung up"


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b'"text"', b'{"ok": 3}'])
def test_what_is_no_envelope_breaks_nothing(body):
    seen, _ = kept()
    call = seen.begin("raygen_codegen", "session", body)

    seen.arrived(call, body)
    seen.ended(call)

    assert seen.lines()[0]["state"] in {"answered", "hung up"}


def test_the_oldest_calls_and_long_texts_are_let_go():
    seen, _ = kept()

    for _ in range(MOST_KEPT + 1):
        seen.begin("raygen_codegen", "session", asked(prompt="x" * (MOST_CHARACTERS + 1)))

    assert (seen.whole(0), len(seen.lines())) == (None, MOST_KEPT)
    assert seen.whole(1)["asked"]["prompt"].endswith("… (20,001 characters)")


def test_what_would_let_somebody_do_something_is_not_shown():
    seen, _ = kept()

    seen.begin("raygen_supervisor", "s", asked(grant={"signature": "secret"}, input_files={"url": "secret"}))

    assert "secret" not in json.dumps(seen.whole(0))
