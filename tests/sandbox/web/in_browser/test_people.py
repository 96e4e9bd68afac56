"""Who one is, and what a page does that has lost the sandbox."""

from urllib.parse import quote

from playwright.async_api import expect

from tests.sandbox.web.browser import window


async def test_two_browsers_are_two_people_who_see_each_other(browser, visitor, page):
    async with window(browser, visitor.url) as other:
        await page.look("analyst")
        await other.look("engineer")

        await page.say("hello there, *everybody*")
        await other.say("hello back")

        await expect(other.messages.filter(has_text="hello there")).to_be_visible()
        await expect(page.messages.filter(has_text="hello back")).to_be_visible()
        await expect(other.page.locator("strong", has_text="everybody")).to_be_visible()


async def test_a_channel_of_others_and_a_name_that_nobody_has_are_said(visitor, page):
    await page.look("analyst", "ops")
    await expect(page.page.get_by_text("analyst is not in #ops.")).to_be_visible()

    await page.page.goto(f"{page.url}/#/{quote('<b>nobody</b>')}/data")

    await expect(page.page.get_by_role("button", name="You are analyst")).to_be_visible()


async def test_a_page_of_before_the_restart_loads_itself_anew(browser, visitor, page):
    await page.look()
    port = int(page.url.rpartition(":")[2])
    page.ignored = ("Failed to load resource",)
    await visitor.front.stop()
    await expect(page.page.get_by_text("Connection lost")).to_be_visible()

    await visitor.front.start(port)
    await expect(page.page.get_by_text("Connection lost")).to_be_hidden()
    await page.say("still here")

    await expect(page.messages.last).to_contain_text("still here")
