"""From a delivery of Slack's to the work on its row."""

import asyncio

from tests.fakes.supervisor import validated
from tests.spans import named, spans, text_of

__all__ = ["spans"]


async def test_a_request_and_the_work_on_it_are_one_trace_that_is_linked_to_its_delivery(
    spans, bot, slack, supervisor, in_data
):
    supervisor.answers = [validated()]

    await slack.command("analyst", "data", "/raygen", "sort my secret numbers")
    await in_data("code_card")
    async with asyncio.timeout(20):
        while not named(spans, "turns.work"):
            await asyncio.sleep(0.05)

    [asked] = named(spans, "turn.requested")
    [delivery] = [one for one in named(spans, "slack.delivery") if one.attributes["raygen.kind"] == "command"]
    work = named(spans, "turns.work")
    assert {one.context.trace_id for one in work} == {asked.context.trace_id}
    assert asked.context.trace_id != delivery.context.trace_id
    assert [link.context.span_id for link in asked.links] == [delivery.context.span_id]
    assert "secret" not in text_of(spans)
