"""Which model answers, and how a person chooses another one."""

import asyncio

from playwright.async_api import expect

from sandbox.errors import CannotStart
from sandbox.found_models import FoundModel

OLLAMA = FoundModel("ollama:qwen2.5-coder:7b", "Ollama")
ACCOUNT = FoundModel("anthropic:claude-haiku-4-5", "ANTHROPIC_API_KEY", charged=True)


async def opened(visitor, page):
    visitor.machine.model.found = (OLLAMA, ACCOUNT)
    await page.look()
    await page.page.get_by_role("button", name="The model is offline cookbook. Choose another one").click()
    return page.page.get_by_role("menu", name="Models found on this machine")


async def test_a_machine_without_a_model_says_that_the_cookbook_answers(page):
    await page.look()

    await expect(page.page.locator(".chip", has_text="Model")).to_have_text("Modeloffline cookbook")
    await expect(page.page.get_by_role("button", name="The model is")).to_have_count(0)


async def test_what_was_found_is_in_a_menu_that_says_what_is_charged(visitor, page):
    menu = await opened(visitor, page)

    await expect(menu.get_by_role("menuitemradio", checked=True)).to_contain_text("cookbook")
    await expect(menu.get_by_role("menuitemradio").filter(has_text=OLLAMA.spec)).to_contain_text("Ollama")
    await expect(menu.get_by_role("menuitemradio").filter(has_text=ACCOUNT.spec)).to_contain_text(
        "ANTHROPIC_API_KEY; charged to your account"
    )
    assert await page.findings() == []


async def test_a_chosen_model_is_there_once_the_agents_have_started_with_it(visitor, page):
    going_on = asyncio.Event()
    visitor.machine.model.restart = going_on.wait
    menu = await opened(visitor, page)

    await menu.get_by_role("menuitemradio").filter(has_text=OLLAMA.spec).press("Enter")
    await expect(page.page.get_by_text(f"{OLLAMA.spec} is starting")).to_be_visible()
    going_on.set()

    await expect(page.page.get_by_role("button", name=f"The model is {OLLAMA.spec}.")).to_be_visible()
    assert visitor.machine.model.now == OLLAMA.spec


async def test_agents_that_do_not_start_are_said_and_the_model_stays(visitor, page):
    async def restart():
        raise CannotStart("The supervisor ended at once.")

    visitor.machine.model.restart = restart
    page.ignored = ("Failed to load resource",)
    menu = await opened(visitor, page)

    await menu.get_by_role("menuitemradio").filter(has_text=OLLAMA.spec).click()

    await expect(page.page.get_by_role("dialog", name="The model stays as it was")).to_contain_text(
        "The supervisor ended at once."
    )
    assert visitor.machine.model.now == "cookbook"
