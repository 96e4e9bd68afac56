"""Messages as large as Slack takes them: the page stays a page."""

import pytest
from playwright.async_api import expect

from tests.sandbox.web.in_browser.drawing import button, plain, post, section

WORD = "w" * 3000
"""Nothing in it where a line could end."""
RICH = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "r" * 1000}]}],
}
TASK = {"type": "task_card", "title": "t" * 200, "status": "in_progress"}
OPTIONS = [{"text": plain("o" * 75), "value": str(number)} for number in range(100)]
AT_THEIR_LIMITS = {
    "header": [{"type": "header", "text": plain("h" * 150)}],
    "section": [section(WORD), {**section(WORD), "accessory": button("b" * 75, "beside")}],
    "fields": [{"type": "section", "fields": [{"type": "mrkdwn", "text": "f" * 1300}] * 10}],
    "context": [{"type": "context", "elements": [{"type": "mrkdwn", "text": "c" * 1300}] * 10}],
    "actions": [{"type": "actions", "elements": [button("b" * 75, f"a{number}") for number in range(25)]}],
    "select": [
        {
            "type": "actions",
            "elements": [
                {"type": "static_select", "action_id": "menu", "placeholder": plain("p" * 150), "options": OPTIONS}
            ],
        }
    ],
    "markdown": [{"type": "markdown", "text": f"# {'m' * 3000}\n\n```\n{'m' * 8000}\n```"}],
    "table": [{"type": "table", "rows": [[{"type": "raw_text", "text": "cell5"}] * 20] * 100}],
    "plan": [{"type": "plan", "title": "p" * 200, "tasks": [{**TASK, "task_id": str(one)} for one in range(50)]}],
    "container": [{"type": "container", "title": plain("t" * 150), "child_blocks": [RICH] * 10}],
    "dividers": [{"type": "divider"}] * 50,
    "image": [{"type": "image", "image_url": f"https://example.com/{'i' * 2900}", "alt_text": "a" * 2000}],
}


@pytest.mark.parametrize("kind", AT_THEIR_LIMITS)
async def test_a_message_of_blocks_at_their_limits_stays_inside_its_pane(visitor, page, kind):
    await post(visitor, AT_THEIR_LIMITS[kind])

    await page.look()
    await expect(page.messages.last.locator(".block").first).to_be_attached()

    wide = await page.page.evaluate(
        """() => {
            const pane = document.getElementById("conversation").getBoundingClientRect();
            const scrolls = (node) => node && !node.matches("[role=article], article")
                && (/auto|scroll/.test(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
            return [...document.querySelectorAll("#conversation .block, #conversation .block *")]
                .filter((node) => node.getBoundingClientRect().right > pane.right + 1 && !scrolls(node.parentElement))
                .map((node) => node.outerHTML.slice(0, 100)).slice(0, 3);
        }"""
    )
    sideways = await page.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert (wide, sideways) == ([], False)


async def test_a_narrow_window_still_shows_the_field_and_the_channels_behind_a_button(visitor, page):
    await post(visitor, [section(WORD)])
    await page.page.set_viewport_size({"width": 400, "height": 700})
    await page.look()

    await page.page.get_by_role("button", name="Show channels").click()
    await page.page.get_by_role("navigation").get_by_role("button", name="random").click()
    await page.say("from a telephone", "random")

    await expect(page.messages.last).to_contain_text("from a telephone")
    assert not await page.page.evaluate("document.documentElement.scrollWidth > innerWidth")
