"""The page in a real browser, on the stand-in alone: what it draws, and that nothing in it is executed."""

from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import expect
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import SlackServer
from tests.sandbox.slack.conftest import connected, manifest, new_app
from tests.sandbox.slack.shapes import input_block, modal
from tests.sandbox.web.browser import chromium, window
from tests.sandbox.web.conftest import visiting
from tests.sandbox.web.hostile import HOSTILE, everywhere
from tests.sandbox.web.test_feed import crowd

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def visitor():
    async with visiting(SlackServer(manifest())) as visitor:
        yield visitor


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser, visitor):
    async with window(browser, visitor.url) as page:
        yield page


def client(visitor):
    return AsyncWebClient(token=visitor.slack.bot_token, base_url=visitor.slack.api_url)


async def post(visitor, blocks, channel="data", **more):
    place = visitor.slack.channel(channel).id
    return await client(visitor).chat_postMessage(channel=place, text="blocks", blocks=blocks, **more)


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


async def test_a_modal_shows_the_errors_of_its_inputs_and_then_closes(visitor, page):
    app = new_app(visitor.slack)
    submitted = []

    @app.shortcut("ray_this")
    async def open_it(ack, client, body):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("edit")
    async def take(ack, view):
        values = view["state"]["values"]
        submitted.append(values)
        if len(submitted) == 1:
            await ack(response_action="errors", errors={"code": "This is no Python."})
        else:
            await ack()

    await visitor.slack.say("engineer", "data", "please look at this")
    async with connected(app, visitor.slack):
        await page.look()
        await page.messages.last.hover()
        await page.page.get_by_role("button", name="More actions").click()
        await page.page.get_by_role("menuitem", name="Ray this").click()
        modal = page.page.get_by_role("dialog", name="Edit the code")
        await modal.get_by_label("Code").fill("print(1")
        await modal.get_by_label("Where").select_option("b")
        await modal.get_by_role("button", name="Save").click()
        await expect(modal.get_by_text("This is no Python.")).to_be_visible()
        kept = await modal.get_by_label("Code").input_value()
        await modal.get_by_label("Code").fill("print(1)")
        findings = await page.findings()
        await modal.get_by_role("button", name="Save").click()
        await expect(modal).to_have_count(0)

    assert kept == "print(1"
    assert submitted[1]["code"]["code"]["value"] == "print(1)"
    assert submitted[1]["where"]["where"]["selected_option"]["value"] == "b"
    assert findings == []


async def test_a_global_shortcut_is_chosen_below_the_field_and_its_modal_knows_the_channel_and_takes_files(
    visitor, page
):
    app = new_app(visitor.slack)
    submitted = []
    view = modal(
        input_block({"type": "conversations_select", "action_id": "where", "default_to_current_conversation": True}),
        input_block({"type": "file_input", "action_id": "files"}, block_id="files_block"),
        callback_id="modal",
    )

    @app.shortcut("ask")
    async def open_it(ack, client, body):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("modal")
    async def take(ack, view):
        submitted.append(view["state"]["values"])
        await ack()

    async with connected(app, visitor.slack):
        await page.look(where="random")
        await page.page.get_by_role("button", name="Shortcuts").first.click()
        await page.page.get_by_role("menuitem").first.click()
        box = page.page.get_by_role("dialog")
        content = {"name": "a.csv", "mimeType": "text/csv", "buffer": b"x,y"}
        await box.locator("input[type=file]").set_input_files([content])
        findings = await page.findings()
        await box.locator("button[type=submit]").click()
        await expect(box).to_have_count(0)

    values = {key: value for block in submitted[0].values() for key, value in block.items()}
    assert values["where"]["selected_conversation"] == visitor.slack.channel("random").id
    assert [file["name"] for file in values["files"]["files"]] == ["a.csv"]
    assert findings == []


async def test_the_app_has_messages_with_prompts_and_a_home(visitor, page):
    app = new_app(visitor.slack)

    @app.event("app_home_opened")
    async def opened(event, client):
        prompts = [{"title": "Say hello", "message": "Create a Ray task that returns Hello"}]
        if event["tab"] == "messages":
            await client.assistant_threads_setSuggestedPrompts(channel_id=event["channel"], prompts=prompts)
        else:
            await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section("Your runs")]})

    @app.event("message")
    async def message():
        pass

    async with connected(app, visitor.slack):
        await page.look(where="app")
        await page.page.get_by_role("button", name="Say hello").click()
        await expect(page.messages.first).to_contain_text("Create a Ray task that returns Hello")
        await page.page.get_by_role("tab", name="Home").click()
        await expect(page.page.get_by_text("Your runs")).to_be_visible()

    assert visitor.slack.channel("analyst").messages[0].text == "Create a Ray task that returns Hello"


async def test_two_browsers_are_two_people_who_see_each_other(browser, visitor, page):
    async with window(browser, visitor.url) as other:
        await page.look("analyst")
        await other.look("engineer")

        await page.say("hello there, *everybody*")
        await other.say("hello back")

        await expect(other.messages.filter(has_text="hello there")).to_be_visible()
        await expect(page.messages.filter(has_text="hello back")).to_be_visible()
        await expect(other.page.locator("strong", has_text="everybody")).to_be_visible()


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


def button(text, action_id, **more):
    return {"type": "button", "text": {"type": "plain_text", "text": text}, "action_id": action_id, **more}


def section(text):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def plain(text):
    return {"type": "plain_text", "text": text}


MODAL = {
    "type": "modal",
    "callback_id": "edit",
    "title": plain("Edit the code"),
    "submit": plain("Save"),
    "blocks": [
        section("Change it as you like."),
        {
            "type": "input",
            "block_id": "code",
            "label": plain("Code"),
            "hint": plain("Python"),
            "element": {"type": "plain_text_input", "action_id": "code", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "where",
            "label": plain("Where"),
            "element": {
                "type": "static_select",
                "action_id": "where",
                "options": [{"text": plain(word), "value": word} for word in "ab"],
            },
        },
        {
            "type": "input",
            "block_id": "how",
            "optional": True,
            "label": plain("How"),
            "element": {
                "type": "checkboxes",
                "action_id": "how",
                "options": [{"text": plain(word), "value": word} for word in "cd"],
            },
        },
    ],
}
