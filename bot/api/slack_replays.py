"""Requests that come a second time, byte for byte: acknowledged, and not acted on again."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import Response

from bot.api.slack_signature import Claim

MOST = 100_000
"""Requests that are remembered; 300 a second for as long as one can be replayed."""


@dataclass(frozen=True)
class _Deed:
    """A request that is acted on, or was; `well` is set when it has been, to whether it was acknowledged."""

    expires: int
    well: asyncio.Future[bool]


class Replays:
    """What one replica has acted on, for as long as its signature can be verified.

    This holds within one process, and for requests that are the same to the byte: whoever replays them changes nothing
    here and costs no work. What Slack itself delivers again has a new timestamp and another signature; that, a replay
    to another replica or after a restart, and whatever was forgotten beyond `most` are found by the store's keys
    (`bot/store/requests.py`, and the ids of runs), which are made of what was asked and hold everywhere.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._deeds: OrderedDict[str, _Deed] = OrderedDict()

    async def once(self, claim: Claim, now: float, act: Callable[[], Awaitable[Response]]) -> Response:
        """What `act` answers; for a replay of what was acknowledged, an empty acknowledgement.

        A replay waits for the first; when that fails, it is the first.
        """
        while (earlier := self._deeds.get(claim.signature)) is not None:
            await asyncio.wait([earlier.well])
            if earlier.well.result():
                return Response()
        deed = self._begun(claim, now)
        try:
            answer = await act()
            deed.well.set_result(answer.status_code == Response().status_code)
            return answer
        finally:
            if not deed.well.done():
                deed.well.set_result(False)
            if not deed.well.result():
                self._deeds.pop(claim.signature, None)

    def _begun(self, claim: Claim, now: float) -> _Deed:
        while self._deeds and (len(self._deeds) >= self._most or next(iter(self._deeds.values())).expires < now):
            self._deeds.popitem(last=False)
        deed = self._deeds[claim.signature] = _Deed(claim.expires, asyncio.get_running_loop().create_future())
        return deed
