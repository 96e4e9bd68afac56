import asyncio
import json
from contextlib import contextmanager

import pytest

from agents.codegen.agent import write_program
from agents.codegen.dialects import shipped
from agents.codegen.entrypoint import answer
from agents.errors import ModelUnavailable, NoCode
from agents.local.model import EXPLANATION, LocalModel
from agents.local.prompts import ANOTHER_WAY
from agents.local.words import ONLY_PROGRAMS
from agents.models import OpenedModel
from agents.wire import Envelope, GeneratedCode
from tests.agents.serving import served
from tests.fakes.llama_server import FakeLlama, ServedLlama

PROGRAM = 'import ray\n\nray.init()\nprint("é", 1)\n'
ANSWER = f"Sure:\n\n```python\n{PROGRAM}```\n\nIt prints two things."
NAME = "tiny-q4_0, a small model on this machine, which may be wrong"


@contextmanager
def local(*answers, **fake):
    llama = FakeLlama(*answers, **fake)
    with served(llama.app) as address:
        yield llama, ServedLlama(address)


def opened(server):
    return OpenedModel(LocalModel(server, NAME), NAME, small=True, examples=lambda prompt: (f"# Example: {prompt}",))


def generated(server, prompt="Print it", **more):
    envelope = Envelope.model_validate(answer({"prompt": prompt, **more}, "session", lambda: opened(server)))
    return GeneratedCode.model_validate(envelope.result), envelope.usage


def test_a_block_in_prose_is_handed_in_as_the_program():
    with local(ANSWER) as (llama, server):
        program, usage = generated(server)

    assert (program.code, program.title, program.explanation) == (PROGRAM, "Print it", EXPLANATION)
    assert (program.model, program.offline, program.prompt_version) == (NAME, False, shipped("ray-small").version)
    assert (usage.model_calls, usage.input_tokens) == (1, 100)
    assert len(llama.requests) == 1


def test_the_short_prompt_has_the_nearest_examples_and_the_cluster_in_it():
    with local(ANSWER) as (llama, server):
        generated(server, "Print it", facts="# The cluster\nIt has 2 CPUs.")

    system, user = (message["content"] for message in llama.requests[0]["messages"])
    assert system.startswith(shipped("ray-small").text.rstrip())
    assert "It has 2 CPUs." in system
    assert "# Example: Print it" in system
    assert "Print it" in str(user)


def test_another_dialects_prompt_stays_as_it_is():
    with local(ANSWER) as (llama, server):
        generated(server, system_prompt="spark")

    assert llama.requests[0]["messages"][0]["content"] == shipped("spark").text


def test_no_tools_are_offered_and_the_first_answer_is_the_likeliest():
    with local(ANSWER) as (llama, server):
        generated(server)

    (request,) = llama.requests
    assert "tools" not in request or not request["tools"]
    assert request["temperature"] == 0


def test_a_repair_is_drawn_with_another_seed_and_temperature():
    failed = "Print it\n\n```python current program\nx\n```\n\n```text failure\nThe program failed.\n```"

    with local(ANSWER) as (llama, server):
        generated(server)
        generated(server, failed)

    first, repair = llama.requests
    assert repair["temperature"] == ANOTHER_WAY
    assert repair["seed"] != first["seed"]


def test_an_answer_without_a_program_is_asked_for_once_more_and_differently():
    with local("Sure, I can do that!", ANSWER) as (llama, server):
        program, _ = generated(server)

    assert program.code == PROGRAM
    assert [request["temperature"] for request in llama.requests] == [0, ANOTHER_WAY]


def test_a_model_that_never_writes_a_program_is_quoted():
    with (
        local("I would rather not.") as (_, server),
        pytest.raises(NoCode, match=r"In the words of the model .*I would rather not") as raised,
    ):
        write_program(opened(server), "Print it", shipped("ray-small"))

    assert "may be wrong" in raised.value.sentence


def test_a_program_that_is_cut_off_is_not_taken():
    with (
        local("```python\n" + "x = 1 ; " * 50, tokens=20) as (_, server),
        pytest.raises(ModelUnavailable, match="cut off"),
    ):
        write_program(opened(server), "Print it", shipped("ray-small"))


def test_the_program_is_heard_of_while_it_is_written():
    with local(ANSWER) as (_, server):
        events = asyncio.run(_events(LocalModel(server, NAME), [_user("Print it")], "submit_program"))

    pieces = [event["contentBlockDelta"]["delta"]["toolUse"]["input"] for event in events if _is_input(event)]
    assert [piece.count("\\n") for piece in pieces[1:-1]] == [3, 1]
    assert json.loads("".join(pieces))["code"] == PROGRAM


def test_a_wrong_key_is_a_model_that_cannot_be_used():
    with local(ANSWER) as (_, server):
        server.key = "another"
        with pytest.raises(ModelUnavailable):
            write_program(opened(server), "Print it", shipped("ray-small"))


def test_the_supervisors_part_needs_no_weights():
    with local(ANSWER) as (_, server):
        events = asyncio.run(_events(LocalModel(server, NAME), [_user("Print it")], "generate_code"))

    assert server.asked == 0
    assert events[1]["contentBlockStart"]["start"]["toolUse"]["name"] == "generate_code"
    assert _arguments(events) == {"instructions": "Print it"}


def test_a_question_is_answered_by_what_the_model_is():
    events = asyncio.run(_events(LocalModel(ServedLlama(""), NAME), [_user("What is Ray?")], "generate_code"))

    assert events[2]["contentBlockDelta"]["delta"]["text"] == ONLY_PROGRAMS


def test_it_accepts_settings_and_offers_no_structured_output():
    model = LocalModel(ServedLlama(""), NAME)

    model.update_config(temperature=1)

    assert model.get_config() == {"model_id": NAME, "temperature": 1}
    with pytest.raises(NotImplementedError):
        model.structured_output(GeneratedCode, [])


async def _events(model, messages, tool):
    return [event async for event in model.stream(messages, [{"name": tool}], "")]


def _user(text):
    return {"role": "user", "content": [{"text": text}]}


def _is_input(event):
    return "toolUse" in event.get("contentBlockDelta", {}).get("delta", {})


def _arguments(events):
    return json.loads("".join(e["contentBlockDelta"]["delta"]["toolUse"]["input"] for e in events if _is_input(e)))
