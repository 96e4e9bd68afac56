"""The supervisor as the bot sees it: a Protocol, and the one that is an AgentCore runtime.

boto3 blocks, so every call has a thread of its own, from a pool whose size bounds how many are under way.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, closing
from contextvars import copy_context
from functools import partial
from typing import Any, Protocol, TypeVar

from pydantic import ValidationError

from agents.errors import AgentError, RuntimeUnavailable
from agents.runtime import AgentRuntime
from agents.wire import (
    GENERATION,
    PROGRESS,
    ClusterReport,
    Describe,
    Envelope,
    Execute,
    Follow,
    Generate,
    Generation,
    JobReport,
    Progress,
    Reply,
    Stop,
    Validate,
)
from bot.errors import SupervisorFailed

logger = logging.getLogger(__name__)

BAD_ANSWER = "The agent answered in a way that this version of the bot does not understand. Update both to one version."
ASKED = 2
"""How often a claimed row asks for its generation by itself: each time costs money and executes code."""
PAUSE_SECONDS = 1.0
"""Between the two: what has just broken off may be about to start again."""
STOPS = 4
LOOKS = 2
_END = object()

Report = TypeVar("Report", JobReport, ClusterReport)


class Supervisor(Protocol):
    """What the bot asks of the agent side."""

    def generate(self, request: Generate | Validate) -> AsyncGenerator[Progress, None]:
        """Ask for code, or have a given program validated: progress, `Finished` last. Raises SupervisorFailed."""

    async def job(self, request: Execute | Follow | Stop) -> JobReport:
        """Start, follow or stop a run. Raises SupervisorFailed."""

    async def describe(self, request: Describe) -> ClusterReport:
        """How a cluster is. Raises SupervisorFailed."""


class AgentCoreSupervisor:
    """The supervisor behind `runtime`; at most `turns` generations and `runs` runs are under way at a time."""

    def __init__(
        self,
        runtime: AgentRuntime,
        *,
        turns: int,
        runs: int,
        wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._runtime = runtime
        self._wait = wait
        # A pool for each: long generations and follows must not keep a run from being stopped.
        self._streams = ThreadPoolExecutor(turns, thread_name_prefix="generate")
        self._calls = ThreadPoolExecutor(runs, thread_name_prefix="job")
        self._stops = ThreadPoolExecutor(STOPS, thread_name_prefix="stop")
        self._looks = ThreadPoolExecutor(LOOKS, thread_name_prefix="describe")

    async def generate(self, request: Generate | Validate) -> AsyncGenerator[Progress, None]:
        """Ask for code, or have a given program validated: progress, `Finished` last. Raises SupervisorFailed.

        An answer that breaks off, or does not come at all, is asked for once more, since the supervisor stops what
        nobody listens to; the tokens of the first are told by nobody. One that only takes too long is not.
        """
        for asked in range(1, ASKED + 1):
            try:
                async with aclosing(self._events(request)) as events:
                    async for event in events:
                        yield event
            except AgentError as error:
                if asked == ASKED or not isinstance(error, RuntimeUnavailable):
                    raise _failure(error) from error
                logger.warning("session=<%s> | the answer broke off, will ask once more", request.session_id)
                await self._wait(PAUSE_SECONDS)
            else:
                return

    async def _events(self, request: Generate | Validate) -> AsyncGenerator[Progress, None]:
        """One answer, as it comes. Raises AgentError, and SupervisorFailed for what is no event."""
        loop = asyncio.get_running_loop()
        arrived: asyncio.Queue[Any] = asyncio.Queue()
        events = self._runtime.stream(request.session_id, request.model_dump(mode="json"))

        gone = threading.Event()

        def hand_over(item: object) -> bool:
            if not gone.is_set():
                loop.call_soon_threadsafe(arrived.put_nowait, item)
            return not gone.is_set()

        loop.run_in_executor(self._streams, copy_context().run, _pump, events, hand_over)
        try:
            while (item := await arrived.get()) is not _END:
                yield _event(item)
        finally:
            # The thread hangs up with the next event, at the latest with the next heartbeat.
            gone.set()

    async def job(self, request: Execute | Follow | Stop) -> JobReport:
        """Start, follow or stop a run. Raises SupervisorFailed."""
        answer = await self._call(self._stops if isinstance(request, Stop) else self._calls, request)
        return _report(JobReport, answer)

    async def look_for(self) -> None:
        """Do nothing if AgentCore answers at all. Raises SupervisorFailed otherwise."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._looks, self._runtime.look_for)
        except AgentError as error:
            raise _failure(error) from error

    async def describe(self, request: Describe) -> ClusterReport:
        """How a cluster is. Raises SupervisorFailed."""
        return _report(ClusterReport, await self._call(self._looks, request))

    async def _call(self, pool: ThreadPoolExecutor, request: Execute | Follow | Stop | Describe) -> object:
        payload = request.model_dump(mode="json")
        call = partial(copy_context().run, self._runtime.invoke, request.session_id, payload)
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, call)
        except AgentError as error:
            raise _failure(error) from error

    def close(self) -> None:
        """Start nothing more; calls that are under way end by their own time limits."""
        self._streams.shutdown(wait=False, cancel_futures=True)
        self._calls.shutdown(wait=False, cancel_futures=True)
        self._stops.shutdown(wait=False, cancel_futures=True)
        self._looks.shutdown(wait=False, cancel_futures=True)


def _pump(events: Iterator[dict[str, Any]], hand_over: Callable[[object], bool]) -> None:
    try:
        with closing(events):  # type: ignore[type-var]  # the runtime's iterator is a generator
            for event in events:
                if not hand_over(event):
                    return
    except AgentError as error:
        hand_over(error)
    finally:
        hand_over(_END)


def _event(item: dict[str, Any] | AgentError) -> Progress:
    if isinstance(item, AgentError):
        raise item
    try:
        return PROGRESS.validate_python(item)
    except ValidationError as error:
        raise SupervisorFailed("bad_answer", BAD_ANSWER) from error


def _report(kind: type[Report], answer: object) -> Report:
    try:
        return kind.model_validate(_result_of(Envelope.model_validate(answer)))
    except ValidationError as error:
        raise SupervisorFailed("bad_answer", BAD_ANSWER) from error


def generation_of(envelope: Envelope) -> Generation:
    """The answer that an envelope holds. Raises SupervisorFailed with the sentence of a failure."""
    try:
        result = GENERATION.validate_python(_result_of(envelope))
    except ValidationError as error:
        raise SupervisorFailed("bad_answer", BAD_ANSWER) from error
    if not isinstance(result, Reply) and "\x00" in result.code + result.title:
        raise SupervisorFailed("bad_answer", "The model wrote a null character, which no program may hold. Try again.")
    return result


def _result_of(envelope: Envelope) -> dict[str, Any]:
    if envelope.ok and envelope.result is not None:
        return envelope.result
    if envelope.error is None:
        raise SupervisorFailed("bad_answer", BAD_ANSWER)
    raise SupervisorFailed(envelope.error.code, envelope.error.message)


def _failure(error: AgentError) -> SupervisorFailed:
    logger.warning("code=<%s> | the agent side failed", error.code, exc_info=error)
    return SupervisorFailed(error.code, error.sentence)
