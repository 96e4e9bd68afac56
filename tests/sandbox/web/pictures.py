"""The documentation's pictures, taken from the running page: `make pictures` writes docs/pictures/*.png anew.

A tool, not a test: it starts sandboxes, does in a browser what the pages tell, and photographs it.
"""
# ruff: noqa: T201  # it prints for people

import asyncio
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import expect

from sandbox.system import Sandbox
from tests.sandbox.web.browser import chromium, window

TARGET = Path(__file__).parents[3] / "docs" / "pictures"
LOOK = {"viewport": {"width": 1280, "height": 880}, "device_scale_factor": 1.5}
FAILING = '''"""Divides what was measured into groups."""

import pathlib

import ray

ray.init()
ran = pathlib.Path("{marker}")
groups = 0 if ran.exists() else 4
ran.touch()
print(f"{{360 // groups}} measurements in each of {{groups}} groups")
'''
FIXED = FAILING.replace("0 if ran.exists() else 4", "4")


@asynccontextmanager
async def running(browser, model, **look):
    """A window on a sandbox of its own."""
    async with (
        Sandbox(model=model, say=lambda line: print(f"  {line}")) as sandbox,
        window(browser, f"http://127.0.0.1:{sandbox.port}", **{**LOOK, **look}) as page,
    ):
        yield page


async def ask(page, prompt, user="analyst"):
    """Ask, open the thread, and wait for the code."""
    await page.look(user)
    await page.say(f"/raygen {prompt}")
    await page.open_thread()
    await expect(page.button("Run")).to_be_visible()


async def photograph(page, name):
    """Write one picture once nothing moves any more."""
    await page.page.mouse.move(640, 20)
    await page.page.evaluate("document.activeElement.blur()")
    await page.page.wait_for_timeout(600)
    await page.page.screenshot(path=TARGET / f"{name}.png")
    print(f"docs/pictures/{name}.png")


async def analysts_thread(page):
    """The request, the code, the click, the result; and what a developer sees of it."""
    await page.look("engineer")
    await page.say("The new cluster is up. Could somebody try it with a *small* program before the nightly counts?")
    await ask(page, "Create a Ray task that returns Hello")
    await photograph(page, "code")
    await page.button("Run").click()
    await expect(page.button("Rerun")).to_be_visible()
    await photograph(page, "result")
    await page.page.get_by_role("button", name="Developer").click()
    await page.page.locator(".traffic-line", has_text="chat.update").last.click()
    await photograph(page, "developer")


async def engineers_picture(page):
    """A program that draws."""
    await ask(page, "Plot a histogram of normally distributed numbers", "engineer")
    await page.button("Run").click()
    await expect(page.thread.locator(".file.picture img")).to_be_visible()
    await photograph(page, "dark")


async def failure_and_fix(page, program, marker):
    """A run that fails, and the version that repairs it."""
    program.write_text(FAILING.format(marker=marker))
    await ask(page, "How many measurements are in each group?")
    await page.button("Run").click()
    await expect(page.button("Fix it")).to_be_visible()
    await photograph(page, "failure")
    program.write_text(FIXED.format(marker=marker))
    await page.button("Fix it").click()
    await expect(page.thread.get_by_text("version 2")).to_be_visible()
    await page.button("Run").click()
    await expect(page.thread.get_by_text("Finished").last).to_be_visible()
    await photograph(page, "fixed")


async def main():
    """Take every picture."""
    async with chromium() as browser:
        with tempfile.TemporaryDirectory() as directory:
            program = Path(directory) / "groups.py"
            program.write_text(FIXED.format(marker=f"{directory}/ran"))
            async with running(browser, f"file:{program}") as page:
                await failure_and_fix(page, program, f"{directory}/ran")
        async with running(browser, "cookbook") as page:
            await analysts_thread(page)
        async with running(browser, "cookbook", color_scheme="dark") as page:
            await engineers_picture(page)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
