"""The page for those who use no mouse, or no screen: the keyboard, and what axe finds."""

import pytest
from playwright.async_api import expect

from tests.sandbox.web.browser import window
from tests.sandbox.web.hostile import everywhere
from tests.sandbox.web.in_browser.drawing import post


async def test_skipping_to_the_field_stays_where_one_is(page):
    await page.look("engineer")
    place = page.page.url

    await page.page.keyboard.press("Tab")
    await page.page.keyboard.press("Enter")

    await expect(page.field("Message #data")).to_be_focused()
    assert page.page.url == place


async def test_the_keyboard_alone_is_enough(visitor, page):
    root = await visitor.slack.say("engineer", "data", "anybody?")
    await visitor.slack.say("engineer", "data", "hello?", thread_ts=root)
    await page.look()
    await page.page.keyboard.press("Tab")
    await page.page.keyboard.press("Enter")  # skips to the field
    await page.page.keyboard.type("/ray")
    await expect(page.page.get_by_role("option", name="/raygen")).to_be_visible()
    await page.page.keyboard.press("Tab")
    completed = await page.field("Message #data").input_value()
    await page.page.keyboard.press("Control+A")
    await page.page.keyboard.type("yes, @eng")
    await page.page.keyboard.press("Enter")  # takes the suggestion
    await page.page.keyboard.press("Enter")
    await expect(page.messages.last).to_contain_text("yes, @engineer")

    await page.page.get_by_role("button", name="1 reply").focus()
    await page.page.keyboard.press("Enter")
    await expect(page.thread).to_be_visible()
    await page.field("Reply in the thread").focus()
    await page.page.keyboard.press("Escape")

    await expect(page.thread).to_be_hidden()
    assert completed == "/raygen "


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious(browser, visitor, scheme):
    root = await visitor.slack.say("engineer", "data", "look at `this` https://example.com", files=[("a.csv", b"a")])
    await visitor.slack.say("analyst", "data", "@engineer thanks", thread_ts=root)
    await visitor.slack.react("engineer", "data", root, "eyes")
    for number in range(0, len(everywhere("words")), 20):
        await post(visitor, everywhere("words")[number : number + 20])
    async with window(browser, visitor.url, color_scheme=scheme) as page:
        await page.look()
        await page.open_thread()
        await page.page.get_by_role("button", name="Developer").click()
        await page.page.locator(".traffic-line").first.click()
        await expect(page.page.locator(".traffic-detail .json").first).to_be_visible()
        found = {"conversation": await page.findings()}
        for tab in ("Trouble", "Limits and scopes", "Processes and Ray"):
            await page.page.get_by_role("tab", name=tab).click()
            await expect(page.page.locator(".drawer-page")).to_be_visible()
            found[tab] = await page.findings()
        await page.look(where="app")
        found["app"] = await page.findings()

    assert {place: findings for place, findings in found.items() if findings} == {}
