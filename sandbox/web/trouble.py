"""Trouble that a developer switches on in the page's drawer."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from sandbox.slack.model import Json
from sandbox.slack.rates import RateLimits
from sandbox.slack.server import SlackServer
from sandbox.web.traffic import Wiretap

Times = Annotated[int, Field(ge=1, le=100)]
Seconds = Annotated[float, Field(ge=0, le=60)]


class Trouble(BaseModel):
    """Something that goes wrong from now on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    async def cause(self, slack: SlackServer, tap: Wiretap) -> None:
        """Plan it, or let it happen now."""
        raise NotImplementedError


class Calls(Trouble):
    """The next calls of `method` (`*` for any) are limited, fail, lose their connection, or take long."""

    trouble: Literal["rate_limit", "http_500", "drop", "slow"]
    method: str = Field(default="*", max_length=100)
    times: Times = 1
    seconds: Seconds = 1

    async def cause(self, slack: SlackServer, tap: Wiretap) -> None:  # noqa: ARG002 - one signature for all
        """Plan it."""
        faults = slack.faults
        if self.trouble == "rate_limit":
            faults.rate_limit(self.method, self.times, max(1, round(self.seconds)))
        elif self.trouble == "http_500":
            faults.fail(self.method, self.times)
        elif self.trouble == "drop":
            faults.drop(self.method, self.times, after_effect=True)
        else:
            faults.delay(self.method, self.seconds, self.times)


class Twice(Trouble):
    """The next events are delivered twice."""

    trouble: Literal["duplicate"]
    times: Times = 1

    async def cause(self, slack: SlackServer, tap: Wiretap) -> None:  # noqa: ARG002 - one signature for all
        """Plan it."""
        slack.faults.duplicate_events(self.times)


class Late(Trouble):
    """The next deliveries wait: over three seconds, people see operation_timeout and events come again."""

    trouble: Literal["late"]
    times: Times = 1
    seconds: Seconds = 4

    async def cause(self, slack: SlackServer, tap: Wiretap) -> None:  # noqa: ARG002 - one signature for all
        """Plan it."""
        tap.late, tap.late_seconds = self.times, self.seconds


class Disconnect(Trouble):
    """Every Socket Mode connection ends: with Slack's word for it, or abruptly."""

    trouble: Literal["disconnect"]
    graceful: bool = True

    async def cause(self, slack: SlackServer, tap: Wiretap) -> None:  # noqa: ARG002 - one signature for all
        """Let it happen."""
        await slack.disconnect(graceful=self.graceful)


class Limits(Trouble):
    """Slack's rate limits hold, or not."""

    trouble: Literal["limits"]
    enforced: bool

    async def cause(self, slack: SlackServer, tap: Wiretap) -> None:  # noqa: ARG002 - one signature for all
        """Switch them."""
        slack.platform.meter.limits = RateLimits(enabled=self.enforced)


class Nothing(Trouble):
    """Nothing more that was planned."""

    trouble: Literal["clear"]

    async def cause(self, slack: SlackServer, tap: Wiretap) -> None:
        """Forget it."""
        slack.faults.clear()
        tap.late = 0


AnyTrouble = Annotated[Calls | Twice | Late | Disconnect | Limits | Nothing, Field(discriminator="trouble")]
TROUBLE: TypeAdapter[AnyTrouble] = TypeAdapter(AnyTrouble)


def planned(slack: SlackServer, tap: Wiretap) -> Json:
    """What is still to come."""
    faults = [{"method": method, "kind": fault.kind} for method, fault in slack.faults.planned]
    return {
        "faults": faults,
        "duplicates": slack.faults.duplicates,
        "late": tap.late,
        "late_seconds": tap.late_seconds,
        "connections": slack.connections,
    }
