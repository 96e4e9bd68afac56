"""A server that speaks as llama.cpp's does: OpenAI's chat completions, streamed word by word, with usage at the end."""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

KEY = "a-key"


class FakeLlama:
    """Answers with `answers`, one after the other, and with the last of them from then on.

    `requests` holds every body. An answer stops where a stop string of the request begins, as it does there, or after
    `tokens` words with the reason that llama.cpp gives for it.
    """

    def __init__(self, *answers: str, tokens: int = 10_000) -> None:
        self.requests: list[dict[str, Any]] = []
        self.app = Starlette(routes=[Route("/v1/chat/completions", self._complete, methods=["POST"])])
        self._answers = list(answers)
        self._tokens = tokens

    async def _complete(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return JSONResponse({"error": {"message": "Invalid API Key", "code": 401}}, status_code=401)
        body = await request.json()
        self.requests.append(body)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        chunks = _chunks(_stopped(answer, body.get("stop", ())), self._tokens)
        return StreamingResponse(_events(chunks), media_type="text/event-stream")


class ServedLlama:
    """What a model is given in the place of a server of its own: where one is, counted each time."""

    def __init__(self, address: str) -> None:
        self.key = KEY
        self.asked = 0
        self._address = address

    def address(self) -> str:
        self.asked += 1
        return f"{self._address}/v1"


def _stopped(answer: str, stops: Sequence[str]) -> str:
    ends = [answer.index(stop) for stop in stops if stop in answer]
    return answer[: min(ends)] if ends else answer


def _chunks(answer: str, tokens: int) -> Iterator[dict[str, Any]]:
    words = answer.split(" ")
    pieces = [words[0], *(f" {word}" for word in words[1:])]
    for piece in pieces[:tokens]:
        yield {"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]}
    reason = "length" if len(pieces) > tokens else "stop"
    yield {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}
    used = min(len(pieces), tokens)
    yield {"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": used, "total_tokens": 100 + used}}


async def _events(chunks: Iterator[dict[str, Any]]) -> AsyncIterator[str]:
    for chunk in chunks:
        envelope = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        yield f"data: {json.dumps(envelope | chunk)}\n\n"
    yield "data: [DONE]\n\n"
