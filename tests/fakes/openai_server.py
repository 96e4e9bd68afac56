"""A server that speaks OpenAI's chat completions, streamed, and plays both agents' model from a few rules."""

import json
from typing import Any, Self

from aiohttp import web

PROGRAM = 'import ray\n\nray.init()\nprint("Hello from a language model")\n'
PROSE = f"Of course! Here is your program:\n\n```python\n{PROGRAM}```\n\nIt prints a greeting."


class OpenAIServer:
    """`requests` holds every body; `prose` makes the code-gen model answer in words around a fence."""

    def __init__(self, *, prose: bool = False) -> None:
        self.requests: list[dict[str, Any]] = []
        self._prose = prose
        self._runner: web.AppRunner | None = None
        self.base_url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._complete)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(body)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for choice in self._choices(body):
            chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": body["model"]}
            await response.write(f"data: {json.dumps(chunk | {'choices': [choice]})}\n\n".encode())
        await response.write(b"data: [DONE]\n\n")
        return response

    def _choices(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        tools = {tool["function"]["name"] for tool in body.get("tools", [])}
        last = body["messages"][-1]
        if "submit_program" in tools:
            return (
                _words(PROSE) if self._prose else _call("submit_program", code=PROGRAM, title="Greet", explanation="")
            )
        if last["role"] == "tool" and "code_ref" in str(last["content"]):
            return _call("validate_ray_code", code_ref=_reference(str(last["content"])))
        return _call("generate_code", instructions="print a greeting")


def _reference(text: str) -> str:
    return text[text.index("code-") :].split('"', maxsplit=1)[0].split("\\", maxsplit=1)[0]


def _call(name: str, **arguments: str) -> list[dict[str, Any]]:
    function = {"name": name, "arguments": json.dumps(arguments)}
    call = {"index": 0, "id": f"call-{name}", "type": "function", "function": function}
    return [_choice({"role": "assistant", "tool_calls": [call]}), _choice({}, "tool_calls")]


def _words(text: str) -> list[dict[str, Any]]:
    return [_choice({"role": "assistant", "content": text}), _choice({}, "stop")]


def _choice(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish}
