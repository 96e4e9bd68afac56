"""The request URL, with the whole bot behind it: what gets through, what is answered, and what is written down."""

import asyncio
import time
from collections import Counter
from random import Random

import pytest

from bench.stage.inside import inside, version
from bench.stage.mutations import mutated
from bench.stage.signed import FORM, SlackRequest, challenge, command, event, interaction, pressed, said
from bot.blocks.names import RUN
from bot.store.models import Run, Turn

REQUESTS = 2_000
"""`python -m bench http_requests` sends fifty times as many."""


@pytest.fixture
async def bot(tmp_path):
    async with inside(tmp_path) as bot:
        yield bot


def now():
    return int(time.time())


async def test_a_command_is_written_down_before_it_is_acknowledged(bot):
    answer = await bot.post(bot.here(command("count the payload")).signed(now()))

    assert (answer.status_code, answer.content) == (200, b"")
    assert await bot.count(Turn) == 1


async def test_an_event_is_written_down_before_it_is_acknowledged(bot):
    answer = await bot.post(bot.here(event(said())).signed(now()))

    assert answer.status_code == 200
    assert await bot.count(Turn) == 1


async def test_an_event_that_slack_delivers_again_is_acknowledged_and_written_down_once(bot):
    for attempt in range(4):
        await bot.post(bot.here(event(said())).signed(now() - attempt))

    assert await bot.count(Turn) == 1


async def test_a_click_that_is_replayed_a_thousand_times_is_one_run(bot):
    await bot.write_program(1)
    before = await bot.count(Run)
    click = bot.here(interaction(pressed(RUN, f"{version(1)}:7"))).signed(now())

    answers = [answer for _ in range(20) for answer in await asyncio.gather(*(bot.post(click) for _ in range(50)))]

    assert Counter(answer.status_code for answer in answers) == {200: 1000}
    assert await bot.count(Run) - before == 1


async def test_a_click_that_is_replayed_to_another_replica_is_one_run_by_the_stores_keys(bot):
    await bot.write_program(1)
    before = await bot.count(Run)
    click = bot.here(interaction(pressed(RUN, f"{version(1)}:7")))

    for second in range(3):  # signed anew, so that no replica knows it
        answer = await bot.post(click.signed(now() - second))
        assert answer.status_code == 200

    assert await bot.count(Run) - before == 1


async def test_the_request_url_can_be_verified_by_slack(bot):
    answer = await bot.post(challenge("a-word").signed(now()))

    assert answer.json() == {"challenge": "a-word"}


async def test_slacks_look_at_the_certificate_is_answered_and_nothing_is_done(bot):
    answer = await bot.post(SlackRequest(b"ssl_check=1&token=legacy", FORM))

    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    "request_", [command(), challenge(), SlackRequest(b"", FORM), SlackRequest(b"ssl_check=2", FORM)]
)
async def test_what_nobody_signed_is_a_bare_401(bot, request_):
    answer = await bot.post(request_)

    assert (answer.status_code, answer.content) == (401, b"")
    assert await bot.count(Turn) == 0


async def test_a_header_that_only_bolt_knows_changes_nothing(bot):
    request = bot.here(command()).signed(now())
    forged = SlackRequest(request.body, FORM, (*request.headers, ("X-Slack-Bolt-Lazy-Only", "1")))

    await bot.post(forged)

    assert await bot.count(Turn) == 1


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (SlackRequest(b"x" * 2_000_000), 413),
        (SlackRequest(b"hello", "text/plain"), 415),
        (SlackRequest(b"{"), 400),
        (event(said() | {"type": "event_callback", "event": {"type": "unheard_of"}}), 404),
    ],
)
async def test_what_is_signed_and_of_no_use_is_told_by_its_status_alone(bot, request_, status):
    answer = await bot.post(request_.signed(now()))

    assert answer.status_code == status


async def test_a_body_without_an_end_is_not_read_to_its_end(bot):
    read = 0

    async def endless():
        nonlocal read
        while True:
            read += 65_536
            yield b"x" * 65_536

    signed = dict(SlackRequest(b"").signed(now()).headers)
    answer = await bot.client.post("/slack/events", content=endless(), headers=signed)

    assert answer.status_code == 413
    assert read < 2_000_000


async def test_nothing_is_read_of_what_nobody_can_have_signed(bot):
    read = []

    async def watched():
        read.append(1)
        yield b"{}"

    answer = await bot.client.post("/slack/events", content=watched(), headers={"X-Slack-Signature": "v0=1"})

    assert (answer.status_code, read) == (401, [])


async def test_a_replica_that_is_told_to_stop_takes_what_comes_until_its_work_is_handed_over(bot):
    await bot.events.leave()
    leaving = await bot.post(bot.here(command(trigger_id="1")).signed(now()))
    ready = await bot.events.is_open()
    await bot.events.close()
    closed = await bot.post(bot.here(command(trigger_id="2")).signed(now()))

    assert (leaving.status_code, ready) == (200, False)
    assert (closed.status_code, closed.headers["retry-after"]) == (503, "1")
    assert await bot.count(Turn) == 1


async def test_whoever_does_not_know_the_secret_is_not_told_that_a_replica_is_closed(bot):
    await bot.events.close()

    answer = await bot.post(command().signed(now(), "another secret"))

    assert answer.status_code == 401


async def test_the_rules_of_the_rest_of_the_api_do_not_hold_for_slack_nor_its_for_them(bot):
    elsewhere = await bot.client.post("/execute", json={"code": "print(1)"})

    assert elsewhere.status_code == 403  # by the Host header, which a proxy of Slack's requests keeps


async def test_a_changed_request_is_never_understood_for_another_nor_for_a_fault_of_ours(bot):
    random = Random(20261123)  # noqa: S311 - a series to be repeated
    requests = bot.requests()
    seen = Counter()

    for _ in range(REQUESTS):
        changed = mutated(random, requests, now())
        answer = await bot.post(changed.request)
        seen[answer.status_code] += 1
        assert answer.status_code < 500, changed
        assert changed.genuine or answer.status_code == 401, changed
        assert answer.status_code != 401 or not (changed.genuine or answer.content), changed

    assert set(seen) >= {200, 400, 401, 413, 415}
