"""The conversations of docs/try.md, all in one sandbox: `python -m tests.system.every_end DIRECTORY` keeps what
`raygen try --json` prints of each, and says which did not end as the page says.
"""
# ruff: noqa: T201  # it prints for people

import asyncio
import json
import os
import re
import shlex
import sys
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from cli.__main__ import parser
from cli.try_once import tried
from cli.trying import conversation_of
from sandbox.system import Sandbox
from tests.fakes.openai_server import OpenAIServer, _call
from tests.readme import ROOT

PAGE = ROOT / "docs" / "try.md"
ROW = re.compile(r"^\| (.+?) \| `raygen (try .+?)` \| (.+?) \|$", re.MULTILINE)
OF_THE_LAMBDA = frozenset({"RAYGEN_CLUSTER_HOSTS"})
OF_THE_AGENTS = frozenset({"RAYGEN_MODEL_PATIENCE_SECONDS"})
"""Settings of this page; the others are the bot's."""


class Provider(OpenAIServer):
    """The model `mistaken` divides by zero in its first program; `busy` has no time for anybody."""

    def _choices(self, body):
        written = [request for request in self.requests if "submit_program" in str(request.get("tools"))]
        if "submit_program" in str(body.get("tools")) and len(written) == 1:
            return _call("submit_program", code="print(1 // 0)\n", title="Greet", explanation="")
        return super()._choices(body)

    async def _complete(self, request):
        if (await request.json())["model"] == "busy":
            return web.json_response({"error": {"message": "busy", "code": "rate_limit_exceeded"}}, status=429)
        return await super()._complete(request)


def rows(section):
    """(what happens, the arguments of raygen, what is read) of each line of a section's table."""
    return ROW.findall(PAGE.read_text(encoding="utf-8").partition(f"\n## {section}\n")[2].partition("\n## ")[0])


@dataclass
class Stage:
    """A sandbox for all conversations; each has the program, the model and the settings of its own."""

    sandbox: Sandbox
    program: Path

    async def hold(self, command):
        """What `raygen try --json` prints."""
        wanted = conversation_of(parser().parse_args([*shlex.split(command), "--json"]))
        if wanted.code:
            self.program.write_bytes(wanted.code.read_bytes())
        for memory in self.sandbox.ray.home.glob("*.lock"):
            memory.unlink()
        await self._set(dict(wanted.settings), f"file:{self.program}" if wanted.code else wanted.model)
        _, document = await tried(wanted, self.sandbox.slack)
        return document

    async def _set(self, settings, model):
        """Start again whatever reads something that is another now."""
        changed = {name for name, _ in self.sandbox.settings.items() ^ settings.items()}
        agents = model != self.sandbox.model.now or not changed.isdisjoint(OF_THE_AGENTS)
        self.sandbox.settings, self.sandbox.model.now = settings, model
        if changed & OF_THE_LAMBDA:
            await self.sandbox.start_gateway()
        if agents:
            await self.sandbox.start_agents()
        if changed - OF_THE_AGENTS:
            await self.sandbox.start_bot()


@asynccontextmanager
async def stage(directory):
    """The stage, in which the group `approvers` approves.

    What a crowd has asked for goes on after its conversation, so that one is the last.
    """
    program = Path(directory) / "program.py"
    program.write_text("")
    async with Sandbox(model=f"file:{program}", say=lambda _: None, approvals=True) as sandbox:
        yield Stage(sandbox, program)


def is_read(words, document):
    """Whether somebody reads these words."""
    return words in f"{document['refused']} {document['messages']}"


async def main(directory):
    """Hold all conversations; how many did not end as the page says."""
    directory.mkdir(parents=True, exist_ok=True)
    faults = 0
    async with Provider() as provider:
        os.environ["OPENAI_BASE_URL"] = provider.base_url  # noqa: TID251  # where the agents look for it
        with tempfile.TemporaryDirectory() as programs:
            async with stage(programs) as set_up:
                for section in ("Ways in", "Ends", "Ends that take longer"):
                    for what, command, words in rows(section):
                        document = await set_up.hold(command)
                        name = re.sub(r"\W+", "-", what).strip("-")
                        (directory / f"{name}.json").write_text(json.dumps(document, indent=2), encoding="utf-8")
                        ends_so = is_read(words, document)
                        faults += not ends_so
                        print("✅" if ends_so else "❌", what, document["problems"] or "", flush=True)
    return faults


if __name__ == "__main__":
    sys.exit(asyncio.run(main(Path(sys.argv[1]))))
