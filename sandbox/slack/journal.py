"""Everything that the app asked of Slack, and a way to wait for the next change without polling."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sandbox.slack.errors import WaitTimeoutError

Found = TypeVar("Found")


@dataclass(frozen=True)
class Call:
    """One use of the Web API, of a response_url (`method` is "response_url") or of an upload URL ("upload").

    `args` are decoded to JSON values, without the token; `error` is None when `ok`; `at` is in the clock's seconds;
    `answer` is the body of a method's answer.
    """

    method: str
    args: dict[str, Any]
    ok: bool
    error: str | None
    at: float
    answer: dict[str, Any] | None = None


@dataclass
class _Waiter:
    predicate: Callable[[], Any]
    found: asyncio.Future[Any]

    def look(self) -> None:
        """Ask the predicate once; its exception becomes the waiter's."""
        if self.found.done():
            return
        try:
            value = self.predicate()
        except Exception as failure:  # noqa: BLE001  a test's own code; its failure belongs to whoever waits
            self.found.set_exception(failure)
        else:
            if value:
                self.found.set_result(value)


class Journal:
    """The calls so far, and those who wait for something to happen."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.problems: list[str] = []
        self._waiters: list[_Waiter] = []
        self._watchers: list[Callable[[], None]] = []

    def record(self, call: Call) -> None:
        """Keep `call`; counts as a change."""
        self.calls.append(call)
        self.changed()

    def problem(self, sentence: str) -> None:
        """Keep something that Slack would ignore in silence and a developer wants to know, such as a late ack."""
        self.problems.append(sentence)
        self.changed()

    def changed(self) -> None:
        """Let everyone who waits look again."""
        for waiter in self._waiters:
            waiter.look()
        for watcher in list(self._watchers):
            watcher()

    def watch(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Call `watcher` after every change, until the function that this returns is called."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    async def wait_until(self, predicate: Callable[[], Found], timeout: float) -> Found:  # noqa: ASYNC109  real time
        """The first true value of `predicate`, asked now and after every change.

        Raises `WaitTimeoutError` after `timeout` real seconds.
        """
        waiter = _Waiter(predicate, asyncio.get_running_loop().create_future())
        self._waiters.append(waiter)
        try:
            waiter.look()
            found: Found = await asyncio.wait_for(waiter.found, timeout)
        except TimeoutError:
            raise WaitTimeoutError(f"Nothing that was waited for happened in {timeout} s. {self._last()}") from None
        finally:
            self._waiters.remove(waiter)
        return found

    def _last(self) -> str:
        last = [f"{call.method}{'' if call.ok else f' ({call.error})'}" for call in self.calls[-5:]]
        return f"The last calls were: {', '.join(last) or 'none'}. Problems: {self.problems or 'none'}."
