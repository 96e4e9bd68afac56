"""Which model answers in a sandbox, and how another one is chosen while it runs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sandbox.errors import CannotStart
from sandbox.found_models import FoundModel
from sandbox.slack.errors import NotPermitted
from sandbox.slack.model import Json

COOKBOOK = "cookbook"
FREE = FoundModel(COOKBOOK, "tested recipes, no language model")


async def _nothing() -> None:
    """Start nothing again."""


@dataclass
class ModelChoice:
    """`now` answers, and was asked for at the start; `found` could answer as well. `changed` is called at each change.

    `restart` starts the agents again with `now`, as a deployment does: what is being written meanwhile fails, and can
    be asked for again.
    """

    now: str
    found: tuple[FoundModel, ...] = ()
    restart: Callable[[], Awaitable[None]] = _nothing
    changed: Callable[[], None] = lambda: None
    changing: bool = False

    def __post_init__(self) -> None:
        self._asked_for = self.now

    @property
    def offered(self) -> tuple[FoundModel, ...]:
        """What can be chosen: the cookbook, what was asked for at the start, what was found."""
        known = {one.spec: one for one in (FREE, *self.found)}
        return tuple({self._asked_for: FoundModel(self._asked_for, "named at the start"), **known}.values())

    async def choose(self, spec: str) -> None:
        """Let `spec` answer from the next request on. Raises NotPermitted with a sentence, CannotStart."""
        if spec not in {one.spec for one in self.offered}:
            raise NotPermitted("That model was not found on this machine. Name it with --model at the start.")
        if self.changing:
            raise NotPermitted("The agents are being started with another model already. Wait until they are there.")
        before, self.now, self.changing = self.now, spec, True
        self.changed()
        try:
            await self.restart()
        except CannotStart:
            self.now = before
            raise
        finally:
            self.changing = False
            self.changed()

    def as_json(self) -> Json:
        """What the page shows."""
        offered = [{"spec": one.spec, "where": one.where, "charged": one.charged} for one in self.offered]
        return {"model": self.now, "offline": self.now == COOKBOOK, "models": offered, "changing": self.changing}

    def sentence(self) -> str:
        """What a person is told at the start: what answers, and what else was found; no use of it without a word."""
        answering = (
            "code comes from the offline cookbook, which is no language model"
            if self.now == COOKBOOK
            else f"the model is {self.now}"
        )
        return f"{answering}. {self._others()}"

    def _others(self) -> str:
        others = [one for one in self.found if one.spec != self.now]
        if not others:
            return "" if self.now != COOKBOOK else "Another one: --model provider:model."
        first = others[0]
        more = f", and {len(others) - 1} more in the page's menu" if len(others) > 1 else ""
        price = " (charged to your account)" if first.charged else ""
        return f"Found too: {first.where}, --model {first.spec}{price}{more}."
