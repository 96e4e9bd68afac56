"""The whole system as people meet it: in a browser, on the sandbox's page."""

from itertools import count

import pytest
import pytest_asyncio
from playwright.async_api import expect

from sandbox.system import Sandbox
from tests.sandbox.web.browser import chromium, window

HELLO = """
import ray

ray.init()


@ray.remote
def say():
    return "Hello"


print(ray.get(say.remote()))
"""
GOODBYE = HELLO.replace("Hello", "Goodbye")
LONG = "import ray\nray.init()\nfor i in range(3_000):\n    print('line', i)\n"
PICTURE = """
import ray
import matplotlib.pyplot as plt

ray.init()
plt.plot([1, 3, 2])
plt.show()
print("drawn")
"""
FIRST_SHORT = """
import pathlib
import time

import ray

ray.init()
marker = pathlib.Path("{marker}")
again = marker.exists()
marker.touch()
print("begun", flush=True)
if again:
    {then}
"""
"""Its first run, the validation, is short; the second one does something else."""
FAILS = 'raise ValueError("the second time fails")'
LASTS = "time.sleep({})"


class Program:
    """The file that stands for the language model: each test says what will be written next."""

    def __init__(self, path):
        self.path = path
        self.numbers = count()

    def becomes(self, text):
        self.path.write_text(text)

    def becomes_after_validation(self, then):
        marker = self.path.parent / f"ran-{next(self.numbers)}"
        self.becomes(FIRST_SHORT.format(marker=marker, then=then))


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return Program(tmp_path_factory.mktemp("programs") / "program.py")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser():
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def watched(browser, program, tmp_path_factory):
    program.becomes(HELLO)
    data = tmp_path_factory.mktemp("watched")
    async with Sandbox(model=f"file:{program.path}", say=lambda _: None, data=data) as sandbox:
        yield sandbox


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser, watched):
    async with window(browser, f"http://127.0.0.1:{watched.port}") as page:
        yield page


@pytest.fixture
def channel(watched, request):
    """A channel of its own for each test, with everybody of the company and the bot."""
    name = request.node.name.removeprefix("test_")[:20].rstrip("_")
    watched.slack.add_channel(name, ["analyst", "engineer", "approver", "guest", watched.slack.bot.id])
    return name


async def asked(page, channel, user="analyst", words="Say it with Ray"):
    """The page with the thread of a request that has been answered with code."""
    await page.look(user, channel)
    await page.say(f"/raygen {words}", channel)
    await page.open_thread()
    await expect(page.button("Run")).to_be_visible()


async def test_the_analysts_first_five_minutes(page, channel, program):
    program.becomes(HELLO)
    await page.look("analyst", channel)
    await expect(page.page.locator(".chip", has_text="Model")).to_contain_text(f"file:{program.path}")

    await page.say("/raygen Create a Ray task that returns Hello", channel)
    await expect(page.messages.last).to_contain_text("@analyst asked:Create a Ray task that returns Hello")
    await page.open_thread()
    await expect(page.thread.get_by_text("ray.get(say.remote())").first).to_be_visible()
    await page.button("Run").click()
    await expect(page.button("Rerun")).to_be_visible()

    await expect(page.thread.get_by_text("Finished")).to_be_visible()
    await expect(page.thread.locator("pre", has_text="Hello").last).to_have_text("Hello")
    await expect(page.thread.get_by_role("link", name="Ray dashboard")).to_be_visible()
    assert await page.findings() == []
    await page.page.get_by_role("button", name="Developer").click()
    await page.page.get_by_role("tab", name="Agents").click()
    drawer = page.page.get_by_role("region", name="Developer")
    await expect(drawer.get_by_role("button", name="validated").last).to_contain_text("1 attempt")
    await expect(drawer.get_by_role("row").filter(has_text="validate_ray_code").first).to_contain_text("succeeded")


async def test_the_engineers_refinement_and_rerun(page, channel, program):
    program.becomes(HELLO)
    await asked(page, channel, "engineer")
    program.becomes(GOODBYE)

    await page.reply("say goodbye instead")
    await expect(page.thread.get_by_text("version 2")).to_be_visible()
    await page.button("Run").click()
    await expect(page.button("Rerun")).to_be_visible()
    await page.button("Rerun").click()
    await expect(page.thread.get_by_text("run 2 by")).to_be_visible()
    await expect(page.button("Rerun")).to_have_count(1)

    await expect(page.thread.get_by_text("Finished")).to_have_count(2)
    await expect(page.thread.locator("pre", has_text="Goodbye").last).to_have_text("Goodbye")


async def test_the_engineers_own_edit_and_its_run(page, channel, program):
    program.becomes(HELLO)
    await asked(page, channel, "engineer")

    await page.button("Edit").click()
    modal = page.page.get_by_role("dialog", name="Edit the program")
    field = modal.get_by_label("Program")
    await expect(field).to_have_value(HELLO.strip())
    await field.fill("print(")
    await modal.get_by_role("button", name="Validate").click()
    await expect(modal.get_by_text("This is no Python yet")).to_be_visible()
    await field.fill(GOODBYE.strip())
    assert await page.findings() == []
    await modal.get_by_role("button", name="Validate").click()
    await expect(modal).to_have_count(0)
    await expect(page.thread.get_by_text("from version 1")).to_be_visible()
    await page.button("Run").click()

    await expect(page.thread.locator("pre", has_text="Goodbye").last).to_have_text("Goodbye")


async def test_stop_ends_a_run(page, channel, program):
    program.becomes_after_validation(LASTS.format(600))
    await asked(page, channel)
    await page.button("Run").click()
    await expect(page.thread.get_by_text("Running").last).to_be_visible()

    await page.button("Stop").click()

    await expect(page.thread.get_by_text("Stopped")).to_be_visible()
    await expect(page.button("Stop")).to_have_count(0)


async def test_a_picture_is_shown(page, channel, program):
    program.becomes(PICTURE)
    await asked(page, channel)

    await page.button("Run").click()

    picture = page.thread.locator(".file.picture img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.naturalWidth > 100")
    await page.thread.locator(".picture-button").click()
    await expect(page.page.get_by_role("dialog")).to_be_visible()


async def test_a_failed_run_and_its_fix(page, channel, program):
    program.becomes_after_validation(FAILS)
    await asked(page, channel)
    await page.button("Run").click()
    await expect(page.thread.get_by_text("the second time fails").last).to_be_visible()
    program.becomes(HELLO)

    await page.button("Fix it").click()
    await expect(page.thread.get_by_text("version 2")).to_be_visible()
    await page.button("Run").click()

    await expect(page.thread.get_by_text("Finished")).to_be_visible()


async def test_a_long_output_opens_as_a_whole(page, channel, program):
    program.becomes(LONG)
    await asked(page, channel)

    await page.button("Run").click()
    await page.thread.get_by_role("button", name="Open all 3,000 lines").click()

    await expect(page.page.get_by_role("dialog")).to_contain_text("line 2999")


async def test_a_page_that_loses_its_connection_gets_the_result_all_the_same(page, channel, program, watched):
    program.becomes_after_validation(LASTS.format(2))
    await asked(page, channel)
    page.ignored = ("Failed to load resource",)

    await page.button("Run").click()
    watched.room.close()

    await expect(page.button("Rerun")).to_be_visible()
    await expect(page.page.get_by_text("Connection lost")).to_be_hidden()


async def test_a_guest_is_refused_where_only_the_guest_sees_it(page, channel, browser, watched):
    await page.look("guest", channel)

    await page.say("/raygen Create a Ray task that returns Hello", channel)

    await expect(page.messages.last).to_contain_text("Only visible to you")
    await expect(page.messages.last).to_contain_text("Guests cannot ask for code here.")
    await page.look("analyst", channel)
    await expect(page.messages).to_have_count(0)


async def test_a_bot_that_is_restarted_in_the_middle_of_a_run_finishes_it(page, channel, program):
    program.becomes_after_validation(LASTS.format(3))
    await asked(page, channel)
    await page.button("Run").click()
    await expect(page.thread.get_by_text("Running").last).to_be_visible()

    await page.page.get_by_role("button", name="Developer").click()
    await page.page.get_by_role("tab", name="Processes").click()
    await page.page.get_by_role("button", name="Restart the bot").click()

    await expect(page.button("Rerun")).to_be_visible()
    await expect(page.thread.get_by_text("Finished")).to_have_count(1)
