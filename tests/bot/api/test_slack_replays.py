import asyncio

import pytest
from fastapi import Response

from bench.stage.signed import NOW
from bot.api.slack_replays import Replays
from bot.api.slack_signature import WINDOW_SECONDS, Claim


class Deed:
    """Counts how often it is done; answers with `statuses` in turn, the last for ever."""

    def __init__(self, *statuses):
        self.statuses = list(statuses) or [200]
        self.done = 0

    async def __call__(self):
        self.done += 1
        await asyncio.sleep(0)
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status is None:
            raise RuntimeError("crashed")
        return Response(b"the answer", status_code=status)


def claim(number=1, timestamp=NOW):
    return Claim(str(timestamp), f"v0={number:064x}")


async def test_a_thousand_replays_at_once_are_one_deed_and_a_thousand_acknowledgements():
    replays, deed = Replays(), Deed()

    answers = await asyncio.gather(*(replays.once(claim(), NOW, deed) for _ in range(1000)))

    assert deed.done == 1
    assert {answer.status_code for answer in answers} == {200}
    assert [answer.body for answer in answers] == [b"the answer"] + [b""] * 999


async def test_two_requests_are_two_deeds():
    replays, deed = Replays(), Deed()

    await replays.once(claim(1), NOW, deed)
    await replays.once(claim(2), NOW, deed)

    assert deed.done == 2


async def test_what_failed_may_be_tried_again_by_whoever_waited_for_it():
    replays, deed = Replays(), Deed(503, 200)

    answers = await asyncio.gather(*(replays.once(claim(), NOW, deed) for _ in range(5)))

    assert deed.done == 2
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 503]


async def test_a_crash_is_a_failure_like_any_other():
    replays, deed = Replays(), Deed(None, 200)

    with pytest.raises(RuntimeError):
        await replays.once(claim(), NOW, deed)
    answer = await replays.once(claim(), NOW, deed)

    assert answer.body == b"the answer"


async def test_a_request_is_remembered_for_as_long_as_it_can_be_verified():
    replays, deed = Replays(), Deed()
    ahead = claim(1, NOW + WINDOW_SECONDS)  # signed by a clock that is ahead of ours

    await replays.once(ahead, NOW, deed)
    await replays.once(claim(2), NOW + 2 * WINDOW_SECONDS, Deed())
    await replays.once(ahead, NOW + 2 * WINDOW_SECONDS, deed)

    assert deed.done == 1


async def test_no_more_are_remembered_than_there_is_room_for():
    replays, first = Replays(most=3), Deed()

    await replays.once(claim(0), NOW, first)
    for number in range(1, 4):
        await replays.once(claim(number), NOW, Deed())
    await replays.once(claim(0), NOW, first)

    assert first.done == 2
    assert len(replays._deeds) == 3
