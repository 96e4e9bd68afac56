"""A file attached to a mention, through every real part: Bolt, the store, the gateway, the Lambda and Ray."""

import pytest_asyncio

from cli.conversation import Conversation
from cli.ways import Wishes
from tests.system.conftest import Thread, running

PROGRAM = """
import csv, os, ray
ray.init()
@ray.remote
def total(name):
    with open(name, newline="") as file:
        return sum(int(row["amount"]) for row in csv.DictReader(file))
print("total", ray.get(total.remote("sales.csv")), sorted(os.listdir(".")))
"""
OLD = ("sales.csv", b"region,amount\nnorth,3\nsouth,4\n")
NEW = ("sales.csv", b"region,amount\nnorth,90\nsouth,10\n")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reading_sandbox(tmp_path_factory):
    data = tmp_path_factory.mktemp("reading")
    program = data / "total.py"
    program.write_text(PROGRAM)
    async with running(f"file:{program}", data) as sandbox:
        yield sandbox


async def test_the_program_reads_what_is_attached_in_validation_and_run_and_a_rerun_what_was_attached_then(
    reading_sandbox,
):
    slack = reading_sandbox.slack
    conversation = Conversation(slack, lambda _message: None, lambda _act: None)

    ended = await conversation.hold("add up the amounts", Wishes(run=True), files=[OLD])
    thread = Thread(reading_sandbox, "data", ended.thread_ts)
    first, ran = thread.with_block("code_card"), thread.with_block("ended_run")
    await slack.say("analyst", "data", "these are the right figures", thread.ts, files=[NEW, ("notes é.txt", b"x")])
    second = await thread.card(number=2)
    await thread.click(ran, "run_code")
    rerun = await thread.card("ended_run", number=2)

    assert ended.ok
    assert "total 7 ['program.py', 'sales.csv']" in str(first.blocks)
    assert "With the attached sales.csv." in str(first.blocks)
    assert "total 7 ['program.py', 'sales.csv']" in str(ran.blocks)
    assert "total 100 ['notes é.txt', 'program.py', 'sales.csv']" in str(second.blocks)
    assert "total 7 ['program.py', 'sales.csv']" in str(rerun.blocks)
    assert slack.problems == []


async def test_what_cannot_be_attached_is_refused_to_its_sender_alone(reading_sandbox):
    conversation = Conversation(reading_sandbox.slack, lambda _message: None, lambda _act: None)

    ended = await conversation.hold("use my helper", Wishes(run=True), files=[("numpy.py", b"import os")])

    assert not ended.ok
    assert "is code" in ended.refused
