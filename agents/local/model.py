"""A small language model on this machine as a Strands model, driven in code where it cannot drive itself.

A model of one or two billion weights calls no tools. So the supervisor's part is played in code, by the same protocol
that a large model speaks: generate, validate, and after a failure once more. Of the writer's part it does what it can,
which is to write a program into a block; the program is handed in for it, as it comes.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import httpx
from strands.models.openai import OpenAIModel
from strands.types.content import Messages, SystemContentBlock
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolSpec

from agents.cookbook.book import Cookbook, shipped_book
from agents.cookbook.tool_results import code_ref, last_result, result_text, validation_failure
from agents.local.prompts import Question, Sampling, last_request, question
from agents.local.reading import ProgramReader
from agents.local.server import Served
from agents.local.words import ONLY_PROGRAMS, asks_for_no_program
from agents.moves import Call, Words, argument_text, call_begins, events_of
from agents.played import PlayedModel

EXPLANATION = (
    "Written by a small language model on this machine, which may be wrong: check the code and what it printed."
)
MAX_TOKENS = 2_000
TIMEOUT = httpx.Timeout(600.0, connect=10.0)
"""Seconds of silence: a busy machine reads a long prompt for minutes before the first word."""


class LocalModel(PlayedModel):
    """The model behind `server`; `name` is what a card calls it."""

    def __init__(self, server: Served, name: str, book: Cookbook | None = None) -> None:
        super().__init__(model_id=name)
        self._server = server
        self._book = book or shipped_book()

    async def stream(
        self,
        messages: Messages,
        tool_specs: list[ToolSpec] | None = None,
        system_prompt: str | None = None,
        *,
        system_prompt_content: list[SystemContentBlock] | None = None,
        **_unused: Any,
    ) -> AsyncGenerator[StreamEvent, None]:
        """The supervisor's next move, or the writer's program. Raises ModelMisconfigured."""
        tools = {spec["name"] for spec in tool_specs or []}
        if "submit_program" not in tools:
            for event in events_of(_supervise(messages)):
                yield event
            return
        prompt = system_prompt or "\n".join(block.get("text", "") for block in system_prompt_content or [])
        asked = question(last_request(messages), self._book, refused=last_result(messages) is not None)
        async for event in self._written(asked, prompt):
            yield event

    async def _written(self, asked: Question, system_prompt: str) -> AsyncIterator[StreamEvent]:
        """The program as a call that hands it in; without a program another try, and then the model's words."""
        attempt = _Attempt(asked.title)
        for sampling in asked.samplings:
            attempt = _Attempt(asked.title)
            async for event in self._answer(asked.text, system_prompt, sampling):
                for passed_on in attempt.heard(event):
                    yield passed_on
            if attempt.reader.begun:
                return
        for event in events_of(Words(attempt.text.strip() or ONLY_PROGRAMS)):
            yield event

    async def _answer(self, text: str, system_prompt: str, sampling: Sampling) -> AsyncIterator[StreamEvent]:
        address = await asyncio.to_thread(self._server.address)
        client = {
            "base_url": address,
            "api_key": self._server.key,
            "max_retries": 0,
            # no proxy stands between this process and itself
            "http_client": httpx.AsyncClient(trust_env=False, timeout=TIMEOUT),
        }
        params = {"temperature": sampling.temperature, "seed": sampling.seed, "max_tokens": MAX_TOKENS}
        model = OpenAIModel(
            client_args=client, model_id=self._config["model_id"], params={**params, "stop": ["\n```\n"]}
        )
        messages: Messages = [{"role": "user", "content": [{"text": text}]}]
        async for event in model.stream(messages, None, system_prompt):
            yield event


class _Attempt:
    """One answer of the model, turned into the call that hands its program in; nothing of it without a program."""

    def __init__(self, title: str) -> None:
        self.reader = ProgramReader()
        self.text = ""
        self._title = title
        self._called = False

    def heard(self, event: StreamEvent) -> list[StreamEvent]:
        """What is passed on for one event of the model's."""
        if "contentBlockDelta" in event:
            text = event["contentBlockDelta"]["delta"].get("text", "")
            self.text += text
            return self._handed_in(self.reader.feed(text))
        if "messageStop" in event:
            return self._ended(event)
        # what the tokens were counts only if there is an answer
        return [event] if "metadata" in event and self._called else []

    def _handed_in(self, code: str) -> list[StreamEvent]:
        if not code:
            return []
        piece = argument_text(json.dumps(code)[1:-1])
        if self._called:
            return [piece]
        self._called = True
        words = json.dumps({"title": self._title, "explanation": EXPLANATION})
        start: StreamEvent = {"messageStart": {"role": "assistant"}}
        return [start, call_begins("submit_program"), argument_text(f'{words[:-1]}, "code": "'), piece]

    def _ended(self, event: StreamEvent) -> list[StreamEvent]:
        rest = self._handed_in(self.reader.finish())
        if not self._called:
            return []
        cut_off = event["messageStop"]["stopReason"] == "max_tokens"
        stop: StreamEvent = {"messageStop": {"stopReason": "max_tokens" if cut_off else "tool_use"}}
        return [*rest, argument_text('"}'), {"contentBlockStop": {}}, stop]


def _supervise(messages: Messages) -> Words | Call:
    """The supervisor's part: the request goes to the writer as it is, and again after each failure."""
    answered, request = last_result(messages), last_request(messages)
    generate = Call("generate_code", {"instructions": request})
    if answered is None:
        return Words(ONLY_PROGRAMS) if asks_for_no_program(request) else generate
    tool, result = answered
    if tool == "generate_code":
        reference = code_ref(result)
        return Call("validate_ray_code", {"code_ref": reference}) if reference else Words(result_text(result))
    if validation_failure(result) is None:
        return Words("The program has run on the cluster without an error.")
    return generate
