"""A real browser for the tests: the system's Chromium, driven by Playwright; its complaints fail the test."""

import os
import shutil
from contextlib import asynccontextmanager

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import async_playwright, expect

MISSING = "THE SANDBOX'S PAGE IS NOT TESTED HERE. Install a browser: apt-get install chromium."
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",  # Chromium refuses its own when it is started by root, as in a build
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MILLISECONDS = 90_000
"""How long a thing may take to appear: a program may have to be written and run before it does."""
SERIOUS = ("serious", "critical")


@asynccontextmanager
async def chromium():
    """The browser; without one the test is skipped, and under CI=true it fails."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        if os.environ.get("CI", "").lower() == "true":  # noqa: TID251 - the tests' own reader
            pytest.fail(f"{MISSING} Under CI=true that is a failure.", pytrace=False)
        pytest.skip(MISSING)
    expect.set_options(timeout=MILLISECONDS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        await browser.close()


class Window:
    """A window of the browser with the page in it, and what a person sees and does there."""

    def __init__(self, page, url):
        self.page = page
        self.url = url
        self.complaints = []
        self.ignored = ()
        page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    async def look(self, user="analyst", where="data"):
        await self.page.goto(f"{self.url}/#/{user}/{where}")
        await expect(self.page.get_by_role("button", name=f"You are {user}")).to_be_visible()

    def field(self, name):
        return self.page.get_by_role("combobox", name=name)

    async def say(self, text, where="data"):
        field = self.field(f"Message #{where}")
        await field.fill(text)
        await field.press("Enter")

    async def reply(self, text):
        field = self.field("Reply in the thread")
        await field.fill(text)
        await field.press("Enter")

    @property
    def thread(self):
        return self.page.get_by_role("complementary", name="Thread")

    @property
    def messages(self):
        return self.page.get_by_role("main").get_by_role("article")

    def button(self, name):
        """The newest button of that name in the thread."""
        return self.thread.get_by_role("button", name=name, exact=True).last

    async def open_thread(self):
        await self.page.locator(".reply-bar").last.click(timeout=MILLISECONDS)

    async def findings(self):
        """What axe finds serious; empty when all is well."""
        results = await Axe().run(self.page)
        found = [one for one in results.response["violations"] if one["impact"] in SERIOUS]
        return [(one["id"], [node["html"][:120] for node in one["nodes"]][:4]) for one in found]


@asynccontextmanager
async def window(browser, url, **options):
    """A window of its own, with nothing of another one's; the browser's complaints in it are failures."""
    context = await browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **options})
    context.set_default_timeout(MILLISECONDS)
    opened = Window(await context.new_page(), url)
    yield opened
    await context.close()
    assert [one for one in opened.complaints if not one.startswith(opened.ignored or ("\0",))] == []
