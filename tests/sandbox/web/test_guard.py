"""Who may talk to the page's address."""

import pytest

READS = [
    "/",
    "/page/main.js",
    "/web/feed?user=analyst",
    "/web/limits",
    "/web/trouble",
    "/web/older?channel=data",
    "/web/tools",
    "/web/agents/0",
]
WRITES = ["/web/act", "/web/trouble", "/web/processes", "/web/restart", "/web/model"]


@pytest.mark.parametrize("path", READS)
async def test_another_hosts_name_is_refused(visitor, path):
    status, _, _ = await visitor.get(path, Host="evil.example:8000")

    assert status == 403


@pytest.mark.parametrize("path", READS)
async def test_another_sites_page_is_refused(visitor, path):
    by_origin, _, _ = await visitor.get(path, Origin="http://evil.example")
    by_site, _, _ = await visitor.get(path, **{"Sec-Fetch-Site": "cross-site"})

    assert (by_origin, by_site) == (403, 403)


async def test_another_port_of_this_machine_is_another_site(visitor):
    status, _, _ = await visitor.get("/web/limits", Origin="http://127.0.0.1:1")

    assert status == 403


async def test_a_link_from_elsewhere_opens_the_page(visitor):
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}

    page, _, _ = await visitor.get("/", **headers)
    feed, _, _ = await visitor.get("/web/feed?user=analyst", **headers)

    assert (page, feed) == (200, 403)


@pytest.mark.parametrize("path", WRITES)
async def test_an_act_needs_the_token_of_this_start(visitor, path):
    status, _ = await visitor.post(path, {}, **{"X-Raygen-Token": "guessed"})

    assert status == 403


@pytest.mark.parametrize("path", WRITES)
async def test_an_act_of_another_site_is_refused_even_with_the_token(visitor, path):
    status, _ = await visitor.post(path, {}, Origin="http://evil.example")

    assert status == 403


async def test_a_form_cannot_act(visitor):
    status, _ = await visitor.post("/web/act", {}, **{"Content-Type": "text/plain"})

    assert status == 415


@pytest.mark.parametrize(
    "path", ["/", "/page/main.js", "/web/limits", "/web/older?channel=nowhere", "/page/nothing.js"]
)
async def test_every_answer_carries_the_policy(visitor, path):
    _, headers, _ = await visitor.get(path)

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_nothing_outside_the_pages_own_folder_is_served(visitor):
    for path in ("/page/../room.py", "/page/%2e%2e%2froom.py", "/page/__init__.py", "/page/"):
        status, _, _ = await visitor.get(path)
        assert status == 404, path


async def test_a_picture_that_is_opened_by_itself_may_not_run_anything(visitor):
    await visitor.slack.say("analyst", "data", "look", files=[("x.svg", b"<svg onload='alert(1)'/>")])
    (file,) = visitor.slack.files.values()

    _, headers, content = await visitor.get(f"/web/files/{file.id}")

    assert headers["Content-Security-Policy"].endswith("sandbox")
    assert content == file.content


async def test_a_file_of_another_kind_is_downloaded(visitor):
    await visitor.slack.say("analyst", "data", "look", files=[("x.html", b"<script>alert(1)</script>")])
    (file,) = visitor.slack.files.values()

    _, headers, _ = await visitor.get(f"/web/files/{file.id}")

    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == "attachment"
