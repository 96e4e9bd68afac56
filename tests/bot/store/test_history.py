import pytest

from agents.wire import Attempt, JobReport, PastTurn, PastVersion, Reply, UnvalidatedCode, WireError, sha256_of
from bot.store.history import MAX_CODE_CHARACTERS, NEVER_RAN, NOT_RUN, RAN
from tests.bot.store.test_turn_store import SESSION
from tests.fakes.supervisor import validated

TRACEBACK = "NameError: x"


@pytest.fixture
def asked(turns, new_turn):
    """Ask, answer and deliver; the turn."""

    async def ask(number, prompt, result=None, **changes):
        await turns.request(new_turn(number, prompt=prompt, **changes))
        (turn,) = await turns.claim(1)
        await turns.open_thread(turn, turn.thread_ts, SESSION)
        await turns.start(turn)
        if result is None:
            await turns.fail(turn, "too_slow", "It took too long.")
        elif isinstance(result, Reply):
            await turns.answer(turn, result)
        else:
            await turns.answer_with_code(turn, SESSION, result)
        await turns.deliver(turn)
        return turn

    return ask


@pytest.fixture
def before(turns, new_turn):
    """What a new turn of the thread is told of it."""

    async def history(**changes):
        await turns.request(new_turn(99, prompt="now", **changes))
        (turn,) = await turns.claim(1)
        return await turns.history(turn, SESSION)

    return history


def failed(code, traceback=TRACEBACK):
    return UnvalidatedCode(
        code=code,
        code_sha256=sha256_of(code),
        title="A title",
        model="a script",
        ray_cluster_ip="10.0.0.1",
        error=WireError(code="job_failed", message="The program failed."),
        traceback=traceback,
        attempts=(Attempt(number=1, status="failed", seconds=1.0, error=TRACEBACK),),
    )


async def test_a_thread_is_told_in_its_order_with_what_became_of_each_request(asked, before):
    await asked(1, "one", validated("print(1)"))
    await asked(2, "why?", Reply(text="Because.", model="a script"))
    await asked(3, "two", failed("print(2)"))
    await asked(4, "three")

    turns, versions = await before()

    assert turns == (
        PastTurn(prompt="one", answer=RAN, version=1),
        PastTurn(prompt="why?", answer="Because."),
        PastTurn(prompt="two", answer=f"{NEVER_RAN} The program failed.", version=2),
        PastTurn(prompt="three", answer="It took too long."),
    )
    assert versions == (
        PastVersion(number=1, title="Say hello", code="print(1)", validated=True),
        PastVersion(number=2, title="A title", code="print(2)", validated=False, failure=TRACEBACK),
    )


async def test_a_program_that_waits_for_approval_is_said_not_to_have_been_run(asked, before):
    error = WireError(code="needs_approval", message="It reads the network.")
    await asked(1, "one", failed("print(1)").model_copy(update={"error": error}))
    await asked(2, "two")

    turns, _ = await before()

    assert turns[0].answer == f"{NOT_RUN} It reads the network."


async def test_a_new_thread_has_no_history(before):
    assert await before() == ((), ())


async def test_another_threads_history_stays_there(asked, before):
    await asked(1, "one", validated("print(1)"))

    turns, _ = await before(thread_ts="1700000000.000002")

    assert turns == ()


async def test_the_failure_of_the_last_run_belongs_to_its_version(asked, before, runs):
    await asked(1, "one", validated("print(1)"))
    run = await runs.request("version-turn-1", "1.0", 1, "U1", timeout_seconds=60)
    (run,) = await runs.claim(1)
    await runs.advance(run, JobReport(status="failed", traceback="ValueError: later", exit_code=1))

    _, (version,) = await before()

    assert (version.validated, version.failure) == (True, "ValueError: later")


async def test_a_run_that_succeeded_has_no_failure(asked, before, runs):
    await asked(1, "one", validated("print(1)"))
    await runs.request("version-turn-1", "1.0", 1, "U1", timeout_seconds=60)
    (run,) = await runs.claim(1)
    await runs.advance(run, JobReport(status="succeeded"))

    _, (version,) = await before()

    assert version.failure == ""


async def test_a_long_thread_is_told_from_where_it_fits(asked, before):
    for number in range(1, 24):
        await asked(number, f"request {number}", validated("#" * (MAX_CODE_CHARACTERS // 5)))

    turns, versions = await before()

    assert [turn.prompt for turn in turns] == [f"request {number}" for number in range(4, 24)]
    assert [version.number for version in versions] == [19, 20, 21, 22, 23]


async def test_a_turn_is_stopped_once_and_not_after_its_end(turns, new_turn, asked):
    await turns.request(new_turn(1))

    assert await turns.ask_to_stop("turn-1", "U2")
    assert not await turns.ask_to_stop("turn-1", "U3")
    (turn,) = await turns.claim(1)
    assert await turns.stop_wanted(turn)

    await turns.fail(turn, "cancelled", "Stopped.")
    await turns.deliver(turn)
    ended = await asked(2, "again", validated())
    assert not await turns.ask_to_stop(ended.id, "U2")
