"""The cookbook plays a model's part in real Strands agents, whose tools are stand-ins."""

import json
import subprocess
import sys

import pytest
from strands import Agent, tool
from strands.hooks import AfterToolsEvent

from agents.cookbook.model import COOKBOOK_NAME, CookbookModel
from agents.cookbook.program import constants

RAY_PROMPT = "You write programs for Ray 2.60 on Python 3.11; do not use Spark. Start Ray with ray.init()."
SPARK_PROMPT = "You write programs for Apache Spark 4 in Python (PySpark)."


class Writer:
    """The code-generation agent, with a tool that keeps what was handed in."""

    def __init__(self, system_prompt: str = RAY_PROMPT) -> None:
        self.submitted: list[dict[str, str]] = []
        self.system_prompt = system_prompt

    def ask(self, instructions: str) -> str:
        @tool
        def submit_program(code: str, title: str, explanation: str) -> str:
            """Hand in the program."""
            self.submitted.append({"code": code, "title": title, "explanation": explanation})
            return "Taken."

        agent = Agent(
            model=CookbookModel(), tools=[submit_program], system_prompt=self.system_prompt, callback_handler=None
        )
        return str(agent(instructions)).strip()


class Thread:
    """The supervising agent of one thread; `failure` is what every validation answers, if it is set."""

    def __init__(self, failure: str | None = None, refusal: str | None = None) -> None:
        self.instructions: list[str] = []
        self.validated: list[str] = []
        self.agent = Agent(
            model=CookbookModel(), tools=self._tools(failure, refusal), callback_handler=None, system_prompt="Help."
        )

    def _tools(self, failure: str | None, refusal: str | None):
        @tool
        def generate_code(instructions: str):
            """Write a program."""
            self.instructions.append(instructions)
            if refusal is not None:
                return {"status": "error", "content": [{"text": refusal}]}
            return json.dumps({"code_ref": f"code-{len(self.instructions)}", "title": "A program"})

        @tool
        def validate_ray_code(code_ref: str):
            """Run a program."""
            self.validated.append(code_ref)
            if failure is not None:
                return {"status": "error", "content": [{"text": failure}]}
            return "The program succeeded on the cluster."

        return [generate_code, validate_ray_code]

    def say(self, text: str) -> str:
        return str(self.agent(text)).strip()


def test_a_request_is_written_then_validated_by_its_reference():
    thread = Thread()

    thread.say("Create a Ray task that returns Hello")

    assert thread.instructions == ["Create a Ray task that returns Hello"]
    assert thread.validated == ["code-1"]


def test_a_hook_may_end_the_turn_after_the_validation():
    thread = Thread()

    def end(event: AfterToolsEvent) -> None:
        event.end_turn = "Validated." if len(thread.validated) == len(thread.instructions) else False

    thread.agent.hooks.add_callback(AfterToolsEvent, end)
    thread.say("Create a Ray task that returns Hello")
    thread.say("Estimate pi")

    assert thread.validated == ["code-1", "code-2"]
    assert thread.instructions == ["Create a Ray task that returns Hello", "Estimate pi"]


def test_a_refinement_carries_the_earlier_request():
    thread = Thread()

    thread.say("Estimate pi")
    thread.say("with 1 million samples")
    thread.say("make it 8 workers instead")

    assert thread.instructions[1:] == [
        "Earlier request: Estimate pi\nChange: with 1 million samples",
        "Earlier request: Estimate pi\nChange: with 1 million samples\nChange: make it 8 workers instead",
    ]


def test_a_message_that_names_a_topic_is_a_new_request():
    thread = Thread()

    thread.say("Estimate pi with 3 tasks")
    thread.say("Count the primes below 1000")
    thread.say("use 5 tasks")

    assert thread.instructions[1:] == [
        "Count the primes below 1000",
        "Earlier request: Count the primes below 1000\nChange: use 5 tasks",
    ]


def test_the_same_topic_with_a_word_of_change_is_a_refinement():
    thread = Thread()

    thread.say("Estimate pi with 1 million samples")
    thread.say("now estimate pi with 8 tasks instead")

    assert thread.instructions[1].splitlines() == [
        "Earlier request: Estimate pi with 1 million samples",
        "Change: now estimate pi with 8 tasks instead",
    ]


def test_something_else_is_not_taken_for_a_change():
    thread = Thread()

    thread.say("Estimate pi")
    thread.say("write me a poem")

    assert thread.instructions[1] == "write me a poem"


def test_lines_of_a_message_cannot_pass_for_other_parts_of_the_request():
    thread = Thread()

    thread.say("Estimate pi")
    thread.say("use 4 tasks\nand 2000 samples")

    assert thread.instructions[1].splitlines()[1:] == ["Change: use 4 tasks and 2000 samples"]


def test_a_refused_request_is_answered_in_the_writers_words():
    thread = Thread(refusal="There is no program in the answer: no recipe.")

    assert thread.say("write me a poem") == "There is no program in the answer: no recipe."
    assert thread.validated == []


IN_PARAGRAPHS = """The program failed.

Traceback, the program's own frames:
  File x, line 3
ZeroDivisionError: by zero

The last lines that it printed:
all is well"""
AS_A_REPORT = json.dumps({"status": "failed", "traceback": "  File x, line 3\nZeroDivisionError: by zero"})


@pytest.mark.parametrize("failure", [IN_PARAGRAPHS, AS_A_REPORT])
def test_a_failed_validation_is_said_with_its_last_line_and_not_repaired(failure):
    thread = Thread(failure=failure)

    answer = thread.say("Create a Ray task that returns Hello")

    assert "ZeroDivisionError: by zero" in answer
    assert "cannot repair" in answer
    assert len(thread.instructions) == 1


def test_the_writer_hands_in_a_filled_program():
    writer = Writer()

    writer.ask("Create a Ray task that returns Hello")

    (program,) = writer.submitted
    assert constants(program["code"])["TEXT"] == "Hello"
    assert program["title"] == "A task that returns a text"
    assert "TEXT = 'Hello' as asked" in program["explanation"]


def test_changes_are_filled_into_the_earlier_recipe():
    writer = Writer()

    writer.ask("Earlier request: Estimate pi with 2 tasks\nChange: 1 million samples\nChange: use 8 workers instead")

    assert constants(writer.submitted[0]["code"]) == {"NUM_TASKS": 8, "SAMPLES_PER_TASK": 1_000_000, "SEED": 7}


@pytest.mark.parametrize(
    "change",
    ["make it faster", "use a GPU", "use 8 workers and plot it", "use 8 workers and paint it", "run it 3 times a day"],
)
def test_a_change_that_the_recipe_cannot_take_is_declined(change):
    writer = Writer()

    answer = writer.ask(f"Earlier request: Estimate pi\nChange: {change}")

    assert writer.submitted == []
    assert "offline cookbook, not a language model" in answer


def test_edits_by_hand_survive_a_change():
    writer = Writer()
    writer.ask("Estimate pi")
    edited = writer.submitted[0]["code"].replace("pi is about", "My pi is")

    writer.ask(f"Earlier request: Estimate pi\nChange: use 8 workers\n\n```python current program\n{edited}\n```")

    assert writer.submitted[1]["code"] == edited.replace("NUM_TASKS = 4", "NUM_TASKS = 8")
    assert "by hand are kept" in writer.submitted[1]["explanation"]


def test_a_change_of_a_program_that_is_no_longer_the_recipes_is_declined():
    writer = Writer()

    answer = writer.ask(
        "Earlier request: Estimate pi\nChange: use 8 workers\n\n```python current program\nprint(1\n```"
    )

    assert writer.submitted == []
    assert "changed by hand" in answer


def test_a_change_of_the_current_program_needs_no_memory_of_the_conversation():
    writer = Writer()
    writer.ask("Estimate pi with 2 million samples")

    writer.ask(f"use 8 workers\n\n```python current program\n{writer.submitted[0]['code']}\n```")

    held = constants(writer.submitted[1]["code"])
    assert held == {"NUM_TASKS": 8, "SAMPLES_PER_TASK": 2_000_000, "SEED": 7}


def test_a_change_takes_the_place_of_what_it_excludes():
    writer = Writer()

    writer.ask("Earlier request: squares of 3, 7 and 11\nChange: from 1 to 20 instead")

    assert constants(writer.submitted[0]["code"]) == {"FIRST": 1, "LAST": 20, "NUMBERS": []}


def test_a_new_request_leaves_the_current_program_aside():
    writer = Writer()

    writer.ask("Create a Ray task that returns Hello\n\n```python current program\nprint('train on a GPU')\n```")

    assert constants(writer.submitted[0]["code"])["TEXT"] == "Hello"


def test_a_repair_is_declined():
    writer = Writer()

    answer = writer.ask("Estimate pi\n\n```python current program\nx\n```\n\n```text failure\nNameError: x\n```")

    assert writer.submitted == []
    assert "cannot repair" in answer


def test_spark_is_declined():
    writer = Writer(SPARK_PROMPT)

    answer = writer.ask("Estimate pi")

    assert writer.submitted == []
    assert "none is for Spark" in answer


def test_an_answer_costs_nothing_and_the_model_is_named_for_what_it_is():
    thread = Thread()

    result = thread.agent("Estimate pi")

    assert result.metrics.accumulated_usage["totalTokens"] == 0
    assert CookbookModel().get_config()["model_id"] == COOKBOOK_NAME == "offline cookbook (not a language model)"


def test_without_a_known_tool_it_says_what_it_is():
    answer = str(Agent(model=CookbookModel(), callback_handler=None)("Estimate pi"))

    assert "offline cookbook, not a language model" in answer


def test_importing_the_model_does_not_import_what_only_its_programs_need():
    heavy = "{'ray', 'matplotlib', 'pandas', 'pyarrow'}"
    program = f"import sys, agents.cookbook.model; print(sorted({heavy} & set(sys.modules)))"

    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env={})

    assert shown.stdout.strip() == "[]"
