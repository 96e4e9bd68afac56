"""Messages as the page draws them, and that nothing in them is executed."""

from playwright.async_api import expect

from tests.sandbox.web.hostile import HOSTILE, everywhere
from tests.sandbox.web.in_browser.drawing import button, client, post, section
from tests.sandbox.web.test_feed import crowd


async def test_hostile_text_in_every_field_stays_text(visitor, page):
    for hostile in HOSTILE:
        for number in range(0, len(everywhere(hostile)), 20):
            await post(visitor, everywhere(hostile)[number : number + 20])
        await visitor.slack.say("engineer", "data", hostile, files=[(hostile.replace("/", "")[:60], hostile.encode())])

    await page.look()
    await expect(page.messages.last).to_be_visible()
    await page.page.get_by_role("button", name="Developer").click()

    ran = await page.page.evaluate("() => window.ran ?? null")
    scripts = await page.page.locator("#conversation script, #conversation iframe, #conversation object").count()
    handlers = await page.page.evaluate(
        "() => [...document.querySelectorAll('#conversation *')].flatMap(node => node.getAttributeNames())"
        ".filter(name => name.startsWith('on'))"
    )
    addresses = await page.page.locator("#conversation a").evaluate_all("all => all.map(a => a.protocol)")
    assert ran is None
    assert scripts == 0
    assert handlers == []
    assert set(addresses) <= {"http:", "https:", "mailto:"}
    for hostile in HOSTILE:
        await expect(page.page.get_by_text(hostile, exact=False).first).to_be_attached()


async def test_a_message_changes_in_place_and_keeps_the_focus(visitor, page):
    row = {"type": "actions", "block_id": "live", "elements": [button("Stop", "stop")]}
    sent = await post(visitor, [section("step 1"), row])
    await page.look()
    stop = page.page.get_by_role("button", name="Stop")
    await stop.focus()

    await client(visitor).chat_update(channel=sent["channel"], ts=sent["ts"], text="b", blocks=[section("step 2"), row])

    await expect(page.page.get_by_text("step 2")).to_be_visible()
    await expect(stop).to_be_focused()


async def test_what_slack_says_of_a_click_that_nobody_answered_is_beside_the_button(visitor, page):
    await post(visitor, [{"type": "actions", "elements": [button("Run", "run")]}])
    await page.look()

    await page.page.get_by_role("button", name="Run", exact=True).click()

    await expect(page.page.get_by_role("alert")).to_have_text("⚠️ dispatch_failed")


async def test_five_thousand_messages_are_as_quick_as_a_few(visitor, page):
    crowd(visitor.slack, 5_000)
    await page.look()

    await expect(page.messages.last).to_contain_text("4999")
    await page.page.get_by_role("button", name="Show older messages").click()
    await expect(page.messages).to_have_count(400)


async def test_a_file_goes_up_and_comes_back(visitor, page):
    await page.look()
    await page.page.locator("input[type=file]").first.set_input_files(
        [{"name": "numbers.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}]
    )

    await page.say("these numbers")

    await expect(page.messages.last).to_contain_text("numbers.csv")
    (file,) = visitor.slack.files.values()
    assert (file.name, file.content) == ("numbers.csv", b"a,b\n1,2\n")
