"""The code-gen runtime from a script: each session gets the program that was written for it."""

from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from agents.wire import Envelope, GenerateCode, GeneratedCode


@dataclass
class Writer:
    """`programs`: by what the ids of sessions hold, a Slack channel's id, the next program and its title."""

    programs: dict[str, GeneratedCode] = field(default_factory=dict)

    def app(self) -> Starlette:
        """The server."""
        return Starlette(routes=[Route("/invocations", self._invoke, methods=["POST"])])

    async def _invoke(self, request: Request) -> JSONResponse:
        asked = GenerateCode.model_validate_json(await request.body())
        session = (asked.session_id or "").split("-")
        program = next(program for channel, program in self.programs.items() if channel in session)
        return JSONResponse(Envelope.success(program).model_dump(mode="json"))
