"""`python -m bench.stage.naive`: the bot without two of its rules, to show that the chaos can see what they prevent.

A program is sent under a name that is made up when it is sent and remembered in this process alone, and a message is
posted without looking whether it is there.
"""

import sys
from uuid import uuid4

from agents.wire import Execute, Follow, JobReport, Stop
from bot import __main__ as program
from bot.app import workspace
from bot.blocks.text import Message
from bot.poster import Place, SlackPoster
from bot.supervisor import AgentCoreSupervisor


class NaiveSupervisor(AgentCoreSupervisor):
    """Names each job when it is sent."""

    _names: dict[str, str]

    async def job(self, request: Execute | Follow | Stop) -> JobReport:
        """As the real one, under another name."""
        names = self.__dict__.setdefault("_names", {})
        if isinstance(request, Execute):
            names[request.run_id] = uuid4().hex
        return await super().job(request.model_copy(update={"run_id": names.get(request.run_id, request.run_id)}))


class NaivePoster(SlackPoster):
    """Posts and hopes."""

    async def post(self, place: Place, message: Message, row_id: str, *, maybe_posted: bool) -> str:
        """As the real one, whoever has tried before."""
        del maybe_posted
        return await super().post(place, message, row_id, maybe_posted=False)

    async def _find(self, place: Place, row_id: str) -> str | None:
        """Never looks."""


def main() -> int:
    """Run the bot with these parts in place of its own."""
    setattr(program, "AgentCoreSupervisor", NaiveSupervisor)  # noqa: B010 - mypy takes a class for no variable
    setattr(workspace, "SlackPoster", NaivePoster)  # noqa: B010 - as above
    return program.main()


if __name__ == "__main__":
    sys.exit(main())
