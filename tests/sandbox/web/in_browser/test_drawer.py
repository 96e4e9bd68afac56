"""The developer's drawer: what it shows is what has passed by."""

import json

from playwright.async_api import expect

from agents.wire import (
    Attempt,
    Envelope,
    Finished,
    GeneratedCode,
    JobReport,
    Repairing,
    Usage,
    ValidatedCode,
    Validating,
)
from tests.sandbox.slack.conftest import connected, new_app
from tests.sandbox.web.hostile import HOSTILE
from tests.sandbox.web.in_browser.drawing import button, client, post

CODE = "print(1)"
PROGRAM = ValidatedCode(
    code=CODE,
    code_sha256="0" * 64,
    title="Prints",
    model="a-large-model",
    ray_cluster_ip="127.0.0.1",
    output="1\n",
    seconds=1,
    attempts=(
        Attempt(number=1, status="failed", seconds=0.5, error="ValueError: no"),
        Attempt(number=2, status="succeeded", seconds=1),
    ),
)


def asks(visitor, runtime, payload, *events):
    """A call of a runtime as it passes the data plane, to its end when `events` have one."""
    calls = visitor.machine.invocations
    call = calls.begin(runtime, "thread-" + "a" * 40, json.dumps(payload).encode())
    calls.arrived(call, b"".join(b"data: " + event.model_dump_json().encode() + b"\n\n" for event in events))
    if any(isinstance(event, Finished) for event in events):
        calls.ended(call)
    return call


def finished(result, **usage):
    took = Usage(model_calls=2, **usage) if usage else None
    return Finished(envelope=Envelope.success(result).model_copy(update={"usage": took}))


async def opened(page, tab):
    await page.look()
    await page.page.get_by_role("button", name="Developer").click()
    await page.page.get_by_role("tab", name=tab).click()
    return page.page.get_by_role("region", name="Developer")


async def test_a_turn_of_the_agents_is_shown_with_tokens_attempts_model_and_steps(visitor, page):
    drawer = await opened(page, "Agents")
    generate = {"action": "generate", "prompt": "Print one"}

    asks(visitor, "raygen_supervisor", generate, Validating(attempt=1, attempts=3))
    await expect(drawer.get_by_text("running")).to_be_visible()
    asks(
        visitor,
        "raygen_supervisor",
        generate,
        Repairing(attempt=1, attempts=3, error="ValueError: no"),
        finished(PROGRAM, input_tokens=1200, output_tokens=80, cost_usd=0.0016),
    )
    written = GeneratedCode(code=CODE, title="Prints", model="a-large-model")
    asks(visitor, "raygen_codegen", {"prompt": "Print one"}, finished(written, input_tokens=700, output_tokens=50))

    await expect(drawer.get_by_text("since the start: 1,200 tokens in, 80 out")).to_be_visible()
    await expect(drawer.get_by_text("1,200 tokens in, 80 out · 2 attempts · Print one")).to_be_visible()
    await expect(drawer.get_by_text("writer")).to_be_visible()
    await drawer.get_by_role("button", name="validated").click()
    for fact in ("a-large-model", "0.0016 US dollars", '"error": "ValueError: no"', '"event": "repairing"'):
        await expect(drawer.get_by_text(fact).first).to_be_visible()
    assert await page.findings() == []


async def test_a_run_leads_to_its_job_on_rays_dashboard(visitor, page):
    drawer = await opened(page, "Agents")
    report = JobReport(status="running", job_id="raygen-1", dashboard_url="http://127.0.0.1:8265/#/jobs/raygen-1")

    asks(visitor, "raygen_supervisor", {"action": "execute", "run_id": "run-1", "code": CODE}, finished(report))
    await drawer.get_by_role("button", name="execute").click()

    link = drawer.get_by_role("link", name="The job on Ray's dashboard")
    await expect(link).to_have_attribute("href", "http://127.0.0.1:8265/#/jobs/raygen-1")


async def test_tools_that_were_called_at_the_gateway_are_listed(visitor, page):
    called = [{"at": 1790000000.0, "tool": "validate_ray_code", "run": "v-1", "state": "succeeded", "seconds": 1.5}]

    async def tools():
        return called

    visitor.machine.tools = tools

    drawer = await opened(page, "Agents")

    row = drawer.get_by_role("row").filter(has_text="validate_ray_code")
    await expect(row).to_contain_text("succeeded")
    await expect(row).to_contain_text("1.5 s")


async def test_hostile_text_in_a_turn_stays_text(visitor, page):
    drawer = await opened(page, "Agents")

    for hostile in HOSTILE:
        program = PROGRAM.model_copy(update={"model": hostile, "title": hostile})
        asks(visitor, hostile, {"action": hostile, "prompt": hostile}, finished(program, input_tokens=1))
    await drawer.get_by_role("listitem").last.get_by_role("button").click()

    await expect(drawer.get_by_text(HOSTILE[-1]).first).to_be_visible()
    assert await page.page.evaluate("() => window.ran ?? null") is None


async def test_every_call_and_event_is_a_line_that_opens_as_json(visitor, page):
    drawer = await opened(page, "Calls and events")

    await client(visitor).auth_test()
    await visitor.slack.say("engineer", "data", "good morning")
    await drawer.get_by_role("button", name="auth.test").click()

    await expect(drawer.get_by_text("connection_failed").first).to_be_visible()
    await expect(drawer.get_by_text('"user": "raygen"')).to_be_visible()


async def test_limits_and_scopes_are_those_of_the_calls_so_far(visitor, page):
    await post(visitor, [{"type": "divider"}])

    drawer = await opened(page, "Limits and scopes")

    row = drawer.get_by_role("row").filter(has_text="chat.postMessage")
    await expect(row).to_contain_text("1 a second in a channel")
    await expect(drawer.get_by_title("needed by a call so far", exact=True)).to_have_text(["chat:write"])
    await expect(drawer.get_by_title("not needed by a call so far").first).to_be_visible()


async def test_a_planned_429_meets_the_next_call_and_is_a_line_that_stands_out(visitor, page):
    drawer = await opened(page, "Trouble")
    await drawer.get_by_label("Of which method").select_option("auth.test")
    await drawer.get_by_role("button", name="Plan it").click()
    await expect(drawer.get_by_text("1 × rate_limit for auth.test")).to_be_visible()

    async with visitor.session.post(
        f"{visitor.slack.api_url}auth.test", headers={"Authorization": f"Bearer {visitor.slack.bot_token}"}
    ) as answer:
        status, again = answer.status, answer.headers["Retry-After"]

    await drawer.get_by_role("tab", name="Calls and events").click()
    await expect(drawer.locator(".traffic-line.bad")).to_contain_text("ratelimited")
    assert (status, again) == (429, "3")


async def test_a_late_delivery_ends_a_click_in_slacks_own_words(visitor, page):
    app = new_app(visitor.slack)

    @app.action("run")
    async def run(ack):
        await ack()

    await post(visitor, [{"type": "actions", "elements": [button("Run", "run")]}])
    async with connected(app, visitor.slack):
        drawer = await opened(page, "Trouble")
        await drawer.get_by_role("button", name="Next delivery 4 s late").click()
        await expect(drawer.get_by_text("1 × 4 s late")).to_be_visible()

        await page.page.get_by_role("main").get_by_role("button", name="Run", exact=True).click()

        await expect(page.page.get_by_role("alert")).to_have_text("⚠️ operation_timeout")
