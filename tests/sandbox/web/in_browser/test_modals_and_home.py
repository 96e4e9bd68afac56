"""What an app puts in front of a person: modals and its home."""

from playwright.async_api import expect

from tests.sandbox.slack.conftest import connected, new_app
from tests.sandbox.slack.shapes import input_block, modal
from tests.sandbox.web.in_browser.drawing import plain, section

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
