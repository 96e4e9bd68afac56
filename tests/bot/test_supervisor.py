import pytest

from agents.errors import RuntimeRefused, RuntimeThrottled, RuntimeTimeout, RuntimeUnavailable
from agents.wire import (
    ClusterHealth,
    ClusterReport,
    Describe,
    Envelope,
    Execute,
    Finished,
    Generate,
    JobReport,
    WireError,
    Writing,
    sha256_of,
)
from bot.errors import SupervisorFailed
from bot.supervisor import AgentCoreSupervisor
from tests.fakes.supervisor import validated

GENERATE = Generate(prompt="x", session_id="s" * 33, ray_cluster_ip="10.0.0.1")
EXECUTE = Execute(
    code="1", code_sha256=sha256_of("1"), run_id="r", session_id="s" * 33, ray_cluster_ip="10.0.0.1", wait_seconds=0
)


DESCRIBE = Describe(session_id="s" * 33, ray_cluster_ip="10.0.0.1")


class ScriptedRuntime:
    """A runtime whose answers are given; errors among them are raised."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.payloads = []
        self.hung_up = False

    def invoke(self, session_id, payload):
        self.payloads.append((session_id, payload))
        (answer,) = self.answers
        if isinstance(answer, Exception):
            raise answer
        return answer

    def stream(self, session_id, payload):
        self.payloads.append((session_id, payload))
        try:
            for answer in self.answers:
                if isinstance(answer, Exception):
                    raise answer
                yield answer
        finally:
            self.hung_up = True


async def at_once(_seconds):
    """Waits for nothing."""


def supervisor(*answers):
    runtime = ScriptedRuntime(*answers)
    return runtime, AgentCoreSupervisor(runtime, turns=2, runs=2, wait=at_once)


def dumped(model):
    return model.model_dump(mode="json")


async def collected(stream):
    return [event async for event in stream]


async def test_progress_comes_as_it_is_sent_and_the_answer_last():
    finished = Finished(envelope=Envelope.success(validated()))
    runtime, agent = supervisor(dumped(Writing(attempt=1)), dumped(finished))

    events = await collected(agent.generate(GENERATE))

    assert events == [Writing(attempt=1), finished]
    assert runtime.payloads == [(GENERATE.session_id, dumped(GENERATE))]


async def test_a_report_is_read_from_its_envelope():
    _, agent = supervisor(dumped(Envelope.success(JobReport(status="succeeded", output="\\n stays\n"))))

    report = await agent.job(EXECUTE)

    assert report.output == "\\n stays\n"


async def test_how_a_cluster_is_is_read_from_its_envelope():
    told = ClusterReport(health=ClusterHealth(nodes=2, cpus=8, gpus=0, cpus_used=3, jobs=1))
    runtime, agent = supervisor(dumped(Envelope.success(told)))

    report = await agent.describe(DESCRIBE)

    assert report == told
    assert runtime.payloads == [(DESCRIBE.session_id, dumped(DESCRIBE))]


@pytest.mark.parametrize("answer", [RuntimeUnavailable(), {"ok": True, "result": {"status": "succeeded"}}])
async def test_a_cluster_of_which_nobody_can_say_how_it_is_is_an_error(answer):
    _, agent = supervisor(answer)

    with pytest.raises(SupervisorFailed):
        await agent.describe(DESCRIBE)


async def test_a_failure_in_the_envelope_is_an_error_and_never_a_success():
    error = WireError(code="gateway_timeout", message="The gateway did not answer. Try again.")
    _, agent = supervisor(dumped(Envelope.failure(error)))

    with pytest.raises(SupervisorFailed) as failure:
        await agent.job(EXECUTE)

    assert (failure.value.code, failure.value.sentence) == (error.code, error.message)


@pytest.mark.parametrize(
    "answer",
    [
        "plain text",
        {"ok": True},
        {"ok": True, "result": None},
        [],
        None,
        {"code": "x"},
        {"ok": True, "result": {"status": "dancing"}},
    ],
)
async def test_an_answer_of_another_shape_is_an_error_that_says_so(answer):
    _, agent = supervisor(answer)

    with pytest.raises(SupervisorFailed) as failure:
        await agent.job(EXECUTE)

    assert failure.value.code == "bad_answer"


@pytest.mark.parametrize("error", [RuntimeUnavailable(), RuntimeThrottled()])
async def test_a_runtime_that_fails_speaks_in_whole_sentences(error):
    _, agent = supervisor(dumped(Writing(attempt=1)), error)

    with pytest.raises(SupervisorFailed) as failure:
        await collected(agent.generate(GENERATE))

    assert failure.value.sentence == error.sentence


class BreakingRuntime(ScriptedRuntime):
    """A runtime whose first streams break off, one after the other, by these errors."""

    def __init__(self, errors, *answers):
        super().__init__(*answers)
        self.errors = list(errors)

    def stream(self, session_id, payload):
        if not self.errors:
            yield from super().stream(session_id, payload)
            return
        self.payloads.append((session_id, payload))
        yield dumped(Writing(attempt=1))
        raise self.errors.pop(0)


async def test_an_answer_that_breaks_off_is_asked_for_once_more():
    finished = Finished(envelope=Envelope.success(validated()))
    runtime = BreakingRuntime([RuntimeUnavailable()], dumped(Writing(attempt=1)), dumped(finished))
    agent = AgentCoreSupervisor(runtime, turns=2, runs=2, wait=at_once)

    events = await collected(agent.generate(GENERATE))

    assert events == [Writing(attempt=1), Writing(attempt=1), finished]
    assert runtime.payloads == [(GENERATE.session_id, dumped(GENERATE))] * 2


@pytest.mark.parametrize(
    ("error", "times"),
    [(RuntimeUnavailable, 2), (RuntimeTimeout, 1), (RuntimeThrottled, 1), (RuntimeRefused, 1)],
)
async def test_what_asking_again_does_not_help_is_told(error, times):
    runtime = BreakingRuntime([error()] * 2, dumped(Finished(envelope=Envelope.success(validated()))))
    agent = AgentCoreSupervisor(runtime, turns=2, runs=2, wait=at_once)

    with pytest.raises(SupervisorFailed) as failure:
        await collected(agent.generate(GENERATE))

    assert failure.value.sentence == error.sentence
    assert len(runtime.payloads) == times


async def test_who_stops_listening_hangs_up():
    runtime, agent = supervisor(*[dumped(Writing(attempt=1))] * 10_000)
    stream = agent.generate(GENERATE)

    await anext(stream)
    await stream.aclose()
    agent._streams.shutdown(wait=True)

    assert runtime.hung_up
