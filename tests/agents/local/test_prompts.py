import pytest

from agents.cookbook.book import shipped_book
from agents.local.prompts import ANOTHER_WAY, MAX_TITLE, ONLY_THE_PROGRAM, distilled, is_change, question
from agents.supervisor.failures import in_full
from agents.wire import JobReport, WireError

CODE = "import ray\nray.init()\nvalues = ray.get([square(n) for n in range(4)])\n"
TRACEBACK = (
    "Traceback (most recent call last):\n"
    '  File "/tmp/ray/program.py", line 3, in <module>\n'
    "    values = ray.get([square(n) for n in range(4)])\n"
    "TypeError: Remote functions cannot be called directly.\n\nInstead, use square.remote().\n"
)
FAILED = JobReport(status="failed", output="before\n", traceback=TRACEBACK, exit_code=1, seconds=2.0)
FAILURE = in_full(FAILED, CODE)


def writers(words, *blocks):
    return "\n\n".join([words, *(f"```{mark}\n{body}\n```" for mark, body in blocks)])


def test_a_plain_request_is_asked_as_it_stands_and_surely():
    asked = question("Count the primes below 100\nwith 4 tasks", shipped_book())

    assert asked.text == f"Count the primes below 100\nwith 4 tasks\n\n{ONLY_THE_PROGRAM}"
    assert asked.title == "Count the primes below 100"
    assert [sampling.temperature for sampling in asked.samplings] == [0, ANOTHER_WAY]


def test_a_long_request_is_a_title_of_one_short_line():
    assert len(question("count " * 100, shipped_book()).title) <= MAX_TITLE


def test_of_a_failure_the_exceptions_line_and_the_programs_own_are_left():
    told = distilled(FAILURE)

    assert told == (
        "TypeError: Remote functions cannot be called directly.\nInstead, use square.remote().\n"
        "in this line:\nvalues = ray.get([square(n) for n in range(4)])"
    )


@pytest.mark.parametrize(
    ("report", "told"),
    [
        (JobReport(status="output_limit"), "The program printed more than it may."),
        (
            JobReport(status="timed_out", error=WireError(code="job_failed", message="Ask for less work in one run.")),
            "The program ran out of time. Ask for less work in one run.",
        ),
    ],
)
def test_a_failure_without_a_traceback_is_told_in_its_own_words(report, told):
    assert distilled(in_full(report, CODE)) == told


def test_a_traceback_that_ends_without_an_exceptions_name_is_told_by_its_last_line():
    report = JobReport(status="failed", traceback="Traceback (most recent call last):\n  File …\nOut of memory\n")

    assert distilled(in_full(report, CODE)) == "Out of memory"


def test_of_a_tasks_failure_the_cause_is_told():
    traceback = (
        'Traceback (most recent call last):\n  File "program.py", line 3, in <module>\n    values = ray.get(refs)\n'
        "ray.exceptions.RayTaskError(ZeroDivisionError): ray::f() (pid=12, ip=10.0.0.7)\n"
        '  File "program.py", line 3, in f\n    return 1 / 0\nZeroDivisionError: division by zero\n'
    )

    told = distilled(in_full(JobReport(status="failed", traceback=traceback), CODE))

    assert told.startswith("ZeroDivisionError: division by zero\nin this line:\nvalues = ")


def test_an_empty_failure_is_a_failure_all_the_same():
    assert distilled(" \n") == "The program failed."


def test_a_repair_gets_the_program_and_the_distilled_failure_and_is_drawn_anew():
    message = writers("Square them", ("python current program", CODE), ("text failure", FAILURE))

    asked = question(message, shipped_book())

    assert CODE in asked.text
    assert "Instead, use square.remote()." in asked.text
    assert "Traceback" not in asked.text
    assert "before" not in asked.text
    assert {sampling.temperature for sampling in asked.samplings} == {ANOTHER_WAY}


def test_each_failure_is_drawn_with_a_seed_of_its_own_and_the_same_failure_with_the_same():
    seeds = [
        question(writers("Square them", ("text failure", failure)), shipped_book()).samplings[0].seed
        for failure in ("one", "other", "one")
    ]

    assert seeds[0] == seeds[2] != seeds[1]


def test_every_try_has_a_seed_of_its_own():
    tried = question("Square them", shipped_book(), refused=True).samplings

    assert len({sampling.seed for sampling in tried}) == len(tried)


def test_a_change_goes_with_the_current_program_and_another_request_without():
    current = ("python current program", CODE)

    change = question(writers("use 8 workers", current), shipped_book())
    other = question(writers("Count the primes below 1000 with 4 tasks", current), shipped_book())

    assert CODE in change.text
    assert CODE not in other.text


def test_files_stay_in_the_question_as_they_are_described():
    described = '{"name": "sales.csv", "columns": ["day", "amount"]}'

    assert described in question(writers("Sum up the amounts", ("json attached files", described)), shipped_book()).text


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("make it use 4 workers", True),
        ("print the result as a table", True),
        ("Count the primes below 1000 with 4 tasks", False),
        ("write a program that reads every row of a table with one actor and sends each of them to another", False),
    ],
)
def test_a_change_is_told_from_another_request(words, change):
    assert is_change(words, shipped_book()) is change
