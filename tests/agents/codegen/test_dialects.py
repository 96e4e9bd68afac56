"""The shipped prompts: their versions, and what a caller of another dialect gets."""

import hashlib
import json
from pathlib import Path

import pytest

from agents.codegen.dialects import NAMES, SystemPrompt, chosen, notes, shipped
from agents.codegen.entrypoint import answer
from agents.models import OpenedModel
from agents.patience import Patience
from tests.fakes.scripted_model import Call, ScriptedModel

SEEN_BY_SPARK = Path(__file__).with_name("seen_by_spark.json")
VERSIONS = Path(__file__).with_name("prompt_versions.json")
OWN = "You write PySpark for our platform. Answer with one fenced block."
PYSPARK = "from pyspark.sql import SparkSession\n\nspark = SparkSession.builder.getOrCreate()\nspark.stop()\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_prompt_has_a_new_version(name):
    known = json.loads(VERSIONS.read_text(encoding="utf-8"))
    prompt = shipped(name)

    assert known[prompt.version] == digest(prompt), (
        f"prompts/{name}.md has changed: raise the version in its first line, and note the new text's hash in "
        f"{VERSIONS.name}."
    )


def digest(prompt):
    """Of all that the version stands for: Ray's with its notes."""
    beside = [note.text for note in notes()] if prompt.version.startswith("ray") else []
    return hashlib.sha256("\n".join([prompt.text, *beside]).encode()).hexdigest()


def test_ray_is_meant_where_nothing_is_said():
    assert chosen(None, "", "Say hello") == chosen("ray", "", "Say hello") == chosen("", "", "Say hello")
    assert chosen(None, "", "Say hello") == shipped("ray")


def test_spark_is_chosen_by_its_name():
    assert chosen("spark", "", "Plot the data") == shipped("spark")
    assert shipped("spark").version.startswith("spark/")


def test_a_callers_own_prompt_is_taken_as_it_is_and_nothing_is_added():
    assert chosen(OWN, "The cluster has 2 CPUs.", "Plot the data") == SystemPrompt(OWN)


def test_facts_come_after_a_shipped_prompt():
    prompt = chosen(None, "The cluster has 2 CPUs.", "Say hello")

    assert prompt.text.startswith(shipped("ray").text.rstrip())
    assert prompt.text.endswith("\n\nThe cluster has 2 CPUs.\n")
    assert prompt.version == shipped("ray").version


@pytest.mark.parametrize(
    ("request_", "said", "left_out"),
    [
        ("Plot a histogram", "RAYGEN_OUT", "ray.data.read_csv"),
        ("Group the CSV by city", "ray.data.read_csv", "TorchTrainer"),
        ("Tune the learning rate", "tune.Tuner", "ray.data.read_csv"),
        ("Train a network with PyTorch", "TorchTrainer", "tune.Tuner"),
        ("x\n```python current program\n1\n```", "changed as asked", "earlier traceback"),
        ("x\n```text failure\n1\n```", "Find the cause first", "changed as asked"),
        ("x\n```json attached files\n1\n```", "by their bare names", "TorchTrainer"),
    ],
)
def test_what_is_said_of_a_topic_goes_along_when_the_request_touches_it(request_, said, left_out):
    core, _, more = chosen(None, "", request_).text.partition("# For this request")

    assert core.rstrip() == shipped("ray").text.rstrip()
    assert said in more
    assert left_out not in more


def test_a_word_within_another_is_no_topic():
    assert "# For this request" not in chosen(None, "", "Restrain the database fixture").text


def test_every_note_can_be_reached():
    assert len(list(notes())) >= 8
    assert all(note.text and note.is_about(note.topics[0].upper()) for note in notes())


def asked_by_spark(system_prompt, step):
    model = ScriptedModel(step)
    opened = OpenedModel(model, "Scripted 1", patience=Patience(budget=0))
    payload = {"prompt": "Count words", "system_prompt": system_prompt, "session_id": "s" * 40}
    envelope = answer(payload, None, lambda: opened)
    return model, envelope


@pytest.mark.parametrize(
    "step",
    [
        f"Sure:\n\n```python\n{PYSPARK}```\n",
        Call("submit_program", {"code": PYSPARK, "title": "Count words", "explanation": "How."}),
    ],
    ids=["words", "tool"],
)
def test_a_spark_caller_gets_its_pyspark_byte_for_byte(step):
    _, envelope = asked_by_spark(OWN, step)

    assert (envelope["ok"], envelope["result"]["code"]) == (True, PYSPARK)


@pytest.mark.parametrize("system_prompt", ["spark", OWN], ids=["shipped", "own"])
def test_what_a_spark_callers_model_sees_is_what_it_always_saw(system_prompt):
    """Compared with what was recorded: whoever changes it for Ray's sake has to change that file, and knows it."""
    model, _ = asked_by_spark(system_prompt, f"```python\n{PYSPARK}```")
    (request,) = model.requests

    recorded = json.loads(SEEN_BY_SPARK.read_text(encoding="utf-8"))
    assert request == recorded["shipped" if system_prompt == "spark" else "own"]


def test_nothing_that_a_spark_callers_model_sees_names_ray():
    model, _ = asked_by_spark("spark", f"```python\n{PYSPARK}```")

    assert "ray" not in model.words.lower().replace("array", "")
