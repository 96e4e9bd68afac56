"""docs/try.md: each command of its first table ends with the words that stand beside it."""

import pytest
import pytest_asyncio

from tests.readme import ROOT
from tests.system.every_end import is_read, rows, stage

ENDS = rows("Ends")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ends(tmp_path_factory):
    async with stage(tmp_path_factory.mktemp("ends")) as stage_of_all:
        yield stage_of_all


@pytest.mark.parametrize(("command", "words"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS])
async def test_a_conversation_ends_as_the_page_says(ends, monkeypatch, command, words):
    monkeypatch.chdir(ROOT)

    document = await ends.hold(command)

    assert is_read(words, document)
    assert document["problems"] == []
