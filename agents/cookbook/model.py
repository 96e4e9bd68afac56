"""A model provider that needs no credentials: it plays a language model's part by looking up tested recipes.

It speaks Strands' tool-calling protocol and plays two parts, told apart by the tools that it is offered: the
supervisor's (`generate_code`, `validate_ray_code`) and the code-generation agent's (`submit_program`).
"""

import re
from collections.abc import AsyncIterable
from typing import Any

from strands.types.content import Messages, SystemContentBlock
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolSpec

from agents.cookbook.answers import Declined
from agents.cookbook.attached import answered, attached_in
from agents.cookbook.book import Cookbook, shipped_book
from agents.cookbook.conversation import Said, request_of, said_by_person
from agents.cookbook.request import Request
from agents.cookbook.tool_results import code_ref, last_result, result_text, validation_failure
from agents.moves import Call, Words, events_of
from agents.played import PlayedModel

COOKBOOK_NAME = "offline cookbook (not a language model)"
"""What a card names as the model."""


class CookbookModel(PlayedModel):
    """The offline cookbook as a Strands model; it costs no token, and its answers depend on the messages alone."""

    def __init__(self, book: Cookbook | None = None) -> None:
        super().__init__(model_id=COOKBOOK_NAME, context_window_limit=1_000_000)
        self._book = book or shipped_book()

    async def stream(
        self,
        messages: Messages,
        tool_specs: list[ToolSpec] | None = None,
        system_prompt: str | None = None,
        *,
        system_prompt_content: list[SystemContentBlock] | None = None,
        **_unused: Any,
    ) -> AsyncIterable[StreamEvent]:
        """One tool call, or words that end the turn, as stream events."""
        tools = {spec["name"] for spec in tool_specs or []}
        prompt = system_prompt or "\n".join(block.get("text", "") for block in system_prompt_content or [])
        for event in events_of(self._step(messages, tools, prompt)):
            yield event

    def _step(self, messages: Messages, tools: set[str], system_prompt: str) -> Words | Call:
        if "generate_code" in tools:
            return self._supervise(messages)
        if "submit_program" in tools:
            return self._write(messages, system_prompt)
        return Words(Declined("I was offered no tool that takes one").text)

    def _supervise(self, messages: Messages) -> Words | Call:
        """The supervisor's part: instructions for the request, then the validation of what was written."""
        result_of = last_result(messages)
        if result_of is None:
            request = request_of(said_by_person(messages), self._book)
            return Call("generate_code", {"instructions": request.instructions()})
        tool, result = result_of
        if tool != "generate_code":
            return Words(_after_validation(validation_failure(result)))
        reference = code_ref(result)
        return Call("validate_ray_code", {"code_ref": reference}) if reference else Words(result_text(result))

    def _write(self, messages: Messages, system_prompt: str) -> Words | Call:
        """The code-generation agent's part: a filled program, or a decline."""
        result_of = last_result(messages)
        if result_of is not None:
            return Words(_after_submission(result_of[1]["status"]))
        if wants_spark(system_prompt):
            return Words(Declined("all of them are Ray programs, none is for Spark").text)
        said = (said_by_person(messages) or [Said("", {})])[-1]
        if said.block("failure") is not None:
            return Words(Declined("I cannot repair one that failed").text)
        files = attached_in(said.block("attached files"))
        answer = answered(self._book, Request.parse(said.words), files, said.block("current program"))
        if isinstance(answer, Declined):
            return Words(answer.text)
        arguments = {"code": answer.code, "title": answer.title, "explanation": answer.explanation}
        return Call("submit_program", arguments)


def wants_spark(system_prompt: str) -> bool:
    """Whether the prompt asks for Spark; one that asks for Ray may still warn of Spark in passing."""
    words = re.findall(r"[a-z]+", system_prompt.lower())
    return words.count("spark") + words.count("pyspark") > words.count("ray")


def _after_validation(failure: str | None) -> str:
    if failure is None:
        return "The program has run on the cluster without an error."
    return (
        "The program failed on the cluster, and I cannot repair it: I am the offline cookbook, not a language model. "
        f"What failed: {failure} Set RAYGEN_MODEL=provider:model to have a real language model repair programs."
    )


def _after_submission(status: str) -> str:
    if status == "success":
        return "The program has been handed in."
    return "The program was refused, and I cannot repair it: I am the offline cookbook, not a language model."
