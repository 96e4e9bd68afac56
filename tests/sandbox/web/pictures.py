"""The documentation's pictures, taken from the running page: `make pictures` writes docs/pictures/*.png anew,
or with `python -m tests.sandbox.web.pictures approval` those of one scene.

A tool, not a test: it starts sandboxes, does in a browser what the pages tell, and photographs it.
"""
# ruff: noqa: T201  # it prints for people

import asyncio
import re
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import expect

from sandbox.system import Sandbox
from tests.sandbox.web.browser import chromium, window

TARGET = Path(__file__).parents[3] / "docs" / "pictures"
LOOK = {"viewport": {"width": 1280, "height": 880}, "device_scale_factor": 1.5}
PATIENCE_MILLISECONDS = 300_000
"""A picture is worth waiting for, on a busy machine too."""
FAILING = '''"""Divides what was measured into groups."""

import pathlib

import ray

ray.init()
ran = pathlib.Path("{marker}")
groups = 0 if ran.exists() else 4
ran.touch()
print(f"{{360 // groups}} measurements in each of {{groups}} groups")
'''
NEEDS_APPROVAL = '''"""Says what an HTTP status means."""

import http.client

import ray

ray.init()
print("200 means", http.client.responses[200])
'''
FIXED = FAILING.replace("0 if ran.exists() else 4", "4")
PRIMES = '''"""Counts the primes below 8,000, a task for each part."""

import pathlib
import time

import ray

ray.init()


@ray.remote
def primes_between(start, end):
    return sum(all(n % d for d in range(2, int(n**0.5) + 1)) for n in range(max(start, 2), end))


parts = [primes_between.remote(start, start + 1_000) for start in range(0, 8_000, 1_000)]
for number, part in enumerate(parts, 1):
    print(f"part {{number}} of {{len(parts)}}: {{ray.get(part)}} primes", flush=True)
    time.sleep({pause} if pathlib.Path("{marker}").exists() else 0)
pathlib.Path("{marker}").touch()
'''
"""Fast when it is validated, and slow enough to be photographed after that."""


@asynccontextmanager
async def running(browser, model, *, approvals=False, limit=None, **look):
    """A window on a sandbox of its own, in which the engineer is an administrator; `limit` is a run's, in seconds."""
    one = Sandbox(model=model, say=lambda line: print(f"  {line}"), approvals=approvals)
    one.settings["RAYGEN_ADMINS"] = one.slack.user("engineer").id
    if limit is not None:
        one.settings["RAYGEN_RUN_TIMEOUT_SECONDS"] = str(limit)
    async with (
        one as sandbox,
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
    await page.page.get_by_role("tab", name="Agents").click()
    await page.page.locator(".traffic-line", has_text="generate").last.click()
    await expect(page.page.locator(".facts")).to_be_visible()
    await photograph(page, "agents")


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


async def approvers_approval(page):
    """A program that a second person has to allow, as that person sees it."""
    await page.look("analyst")
    await page.say("/raygen Say what the HTTP status 200 means")
    await page.open_thread()
    await expect(page.button("Approve")).to_be_visible()
    await page.look("approver")
    await page.open_thread()
    await expect(page.button("Approve")).to_be_visible()
    await photograph(page, "approval")


async def plan_run_stop(page, program, marker):
    """A request at work, and a run that somebody stops."""
    program.write_text(PRIMES.format(marker=f"{marker}-never", pause=0).replace("else 0)", "else 60)"))
    await page.look("engineer")
    await page.say("/raygen Count the primes below 8,000, in parts")
    await page.open_thread()
    await expect(page.thread.get_by_text(re.compile(r"Working on it \(\d+ s\)"))).to_be_visible()
    await photograph(page, "plan")
    await page.button("Stop").click()
    await expect(page.button("Try again")).to_be_visible()
    program.write_text(PRIMES.format(marker=marker, pause=60))
    await page.button("Try again").click()
    await expect(page.button("Run")).to_be_visible()
    await page.button("Run").click()
    await expect(page.thread.get_by_text("Running", exact=True)).to_be_visible()
    await expect(page.thread.get_by_text("part 1 of 8: 168 primes", exact=True)).to_be_visible()
    await photograph(page, "running")
    await page.button("Stop").click()
    await expect(page.button("Rerun")).to_be_visible()
    await photograph(page, "stopped")


async def past_its_deadline(page):
    """A run that takes longer than runs may."""
    await ask(page, "Count the primes below 8,000, in parts", "engineer")
    await page.button("Run").click()
    await expect(page.thread.get_by_text("Stopped at its time limit", exact=True)).to_be_visible()
    await photograph(page, "deadline")


async def administrators_home(page):
    """The App Home, and the settings of channels."""
    await page.look("engineer", "app.home")
    await expect(page.page.get_by_text("It answers")).to_be_visible()
    await photograph(page, "home")
    await page.page.get_by_role("button", name="Channel settings").click()
    await expect(page.page.get_by_role("dialog")).to_be_visible()
    await photograph(page, "settings")


async def with_cookbook(browser):
    """What needs no program of its own."""
    async with running(browser, "cookbook") as page:
        await analysts_thread(page)


async def in_the_dark(browser):
    """The same page in its dark colours."""
    async with running(browser, "cookbook", color_scheme="dark") as page:
        await engineers_picture(page)


async def with_a_failing_program(browser):
    """A program whose second run fails."""
    with tempfile.TemporaryDirectory() as directory:
        program = Path(directory) / "groups.py"
        program.write_text(FIXED.format(marker=f"{directory}/ran"))
        async with running(browser, f"file:{program}") as page:
            await failure_and_fix(page, program, f"{directory}/ran")


async def with_approvals(browser):
    """A sandbox in which somebody has to approve."""
    with tempfile.TemporaryDirectory() as directory:
        program = Path(directory) / "status.py"
        program.write_text(NEEDS_APPROVAL)
        async with running(browser, f"file:{program}", approvals=True) as page:
            await approvers_approval(page)


async def with_a_long_program(browser):
    """A program that takes its time, and what the App Home says of it."""
    with tempfile.TemporaryDirectory() as directory:
        program = Path(directory) / "primes.py"
        program.write_text("")
        async with running(browser, f"file:{program}", approvals=True) as page:
            await plan_run_stop(page, program, f"{directory}/ran")
            await administrators_home(page)


async def with_a_time_limit(browser):
    """A program that is fast when it is validated, and too slow after that."""
    with tempfile.TemporaryDirectory() as directory:
        program = Path(directory) / "primes.py"
        program.write_text(PRIMES.format(marker=f"{directory}/ran", pause=8))
        async with running(browser, f"file:{program}", limit=20) as page:
            await past_its_deadline(page)


SCENES = {
    "long": with_a_long_program,
    "deadline": with_a_time_limit,
    "failure": with_a_failing_program,
    "thread": with_cookbook,
    "dark": in_the_dark,
    "approval": with_approvals,
}


async def main(names):
    """Take the pictures of those scenes, or of all."""
    async with chromium() as browser:
        expect.set_options(timeout=PATIENCE_MILLISECONDS)
        for name in names or SCENES:
            await SCENES[name](browser)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
