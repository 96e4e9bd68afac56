from agents.supervisor.repair import SAME_ERROR, SAME_PROGRAM
from agents.wire import JobReport
from tests.agents.supervisor.rig import BAD, GENERATE, GOOD, rig, validate_the_last
from tests.fakes.gateway import FakeGateway, succeeds
from tests.fakes.scripted_model import Call

TRACEBACK = 'Traceback (most recent call last):\n  File "program.py", line 2, in <module>\nNameError: BAD'


def fails_when_bad(code):
    if "BAD" in code:
        return [JobReport(status="failed", output="before\n", traceback=TRACEBACK, exit_code=1, seconds=2.0)]
    return succeeds(code)


def repaired(*programs, attempts=3):
    steps = [GENERATE, validate_the_last] * attempts
    turn = rig(*steps, programs=list(programs), max_attempts=attempts, gateway=FakeGateway(fails_when_bad))
    return turn, turn.generate()


def test_the_writer_gets_the_failing_line_of_its_program():
    turn, _ = repaired(BAD, GOOD)

    assert "It failed in line 2 of the program:\n2 | raise NameError('BAD')" in turn.writer.prompts[1][0]


def test_the_same_error_twice_changes_the_instruction_for_writer_and_model():
    turn, generation = repaired(BAD, BAD + "# 2\n", BAD + "# 3\n")

    said = [SAME_ERROR in prompt for prompt, _ in turn.writer.prompts]
    assert said == [False, False, True]
    assert SAME_ERROR in turn.model.words
    assert [attempt.error for attempt in generation.attempts] == ["NameError: BAD"] * 3


def test_a_writer_that_repeats_the_failed_program_is_asked_again_at_once_and_nothing_is_run_twice():
    turn, generation = repaired(BAD, BAD, GOOD)

    assert generation.kind == "validated"
    assert list(turn.gateway.started.values()) == [BAD, GOOD]
    assert SAME_PROGRAM in turn.writer.prompts[2][0]


def test_a_writer_that_knows_one_program_only_ends_in_an_honest_failure_after_one_run():
    turn, generation = repaired(*[BAD] * 5)

    assert (generation.kind, len(generation.attempts)) == ("unvalidated", 3)
    assert list(turn.gateway.started.values()) == [BAD]
    assert generation.attempts[-1].tried == "The same program again, so it was not run again."


def test_each_attempt_tells_what_was_tried():
    steps = [
        Call("generate_code", {"instructions": "Print Hello."}),
        validate_the_last,
        Call("generate_code", {"instructions": "Define the name,\nthen print."}),
        validate_the_last,
    ]
    turn = rig(*steps, programs=[BAD, GOOD], gateway=FakeGateway(fails_when_bad))

    generation = turn.generate()

    assert [attempt.tried for attempt in generation.attempts] == ["Print Hello.", "Define the name, then print."]


def test_three_attempts_are_made_unless_the_settings_say_otherwise():
    turn, generation = repaired(*[f"{BAD}# {n}\n" for n in range(5)])

    assert (turn.max_attempts, len(generation.attempts)) == (3, 3)
