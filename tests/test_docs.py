"""What the pages say is there, is there: commands, options, names, paths, links, sentences, pictures."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from xml.etree import ElementTree as ET

import botocore.session
import pytest
import yaml
from botocore import xform_name

from agents.cluster.policy import rules
from bot.store.leases import LEASE_SECONDS
from cli.__main__ import parser
from tests.readme import ROOT, blocks, blocks_of, curl_lines, documents, prose_of, shown_conversation, spans

CURL = "curl -X POST http://localhost:8000/{} -H \"Content-Type: application/json\" -d '{}'"
CURL_LINES = [
    CURL.format("generate", '{"prompt": "Create a Ray task that returns Hello", "session_id": "test"}'),
    CURL.format("execute", r'{"code": "import ray\nray.init()\nprint(\"Hello\")", "session_id": "test"}'),
]
NOT_OURS = {"DOCKER_CONTAINER", "AWS_REGION", "AWS_DEFAULT_REGION", "GOOGLE_API_KEY", "RAY_AUTH_MODE", "RAY_AUTH_TOKEN"}
NOT_OURS |= {"RAYGEN_OUT"}
"""Variables that other programs read, the generated ones among them."""
ASSIGNMENT = re.compile(r"[A-Z][A-Z0-9_]*=")
SHELL = [(block, command) for block in blocks("bash") for command in block.commands]


def words_of(command: str) -> tuple[list[str], list[str]]:
    """The variables that a command sets or exports, and its own words."""
    words = shlex.split(command)
    if words[0] == "export":
        return [word.partition("=")[0] for word in words[1:]], words
    count = next((i for i, word in enumerate(words) if not ASSIGNMENT.match(word)), len(words))
    return [word.partition("=")[0] for word in words[:count]], words[count:]


def commands(program: str) -> list[list[str]]:
    """The arguments of every call of a program, in shell blocks and in code spans."""
    shown = [words_of(command)[1] for _, command in SHELL]
    inline = [span.split() for _, span in spans() if span.startswith(f"{program} ") and "…" not in span]
    return [words[1:] for words in shown + inline if words[0].rpartition("/")[2] == program]


def beginning_of(arguments: list[str]) -> str:
    return " ".join(arguments)[:60]


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def heading_anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def without_figures(text: str) -> str:
    return re.sub(r"raygen-[0-9a-f]{32}|\d+(\.\d+)?", "N", text)


def test_the_curl_lines_are_the_ones_that_were_agreed():
    assert curl_lines() == CURL_LINES


def test_every_shell_command_is_of_a_known_program():
    known = {"make", "raygen", "curl", "docker", "aws", "export", ".venv/bin/python"}

    assert {words_of(command)[1][0] for _, command in SHELL} <= known


def test_every_make_target_on_a_page_exists():
    named = {word for arguments in commands("make") for word in arguments}

    assert named
    assert named <= make_targets()


@pytest.mark.parametrize("arguments", commands("raygen"), ids=beginning_of)
def test_every_call_of_raygen_on_a_page_is_understood(arguments, monkeypatch):
    monkeypatch.chdir(ROOT)

    assert callable(parser().parse_args(arguments).command)


@pytest.mark.parametrize("arguments", commands("python"), ids=beginning_of)
def test_every_python_program_on_a_page_exists(arguments):
    target = arguments[1] if arguments[0] == "-m" else arguments[0]

    assert find_spec(target) if arguments[0] == "-m" else (ROOT / target).is_file()


@pytest.mark.parametrize("arguments", commands("docker"), ids=beginning_of)
def test_every_image_that_a_page_builds_is_in_the_dockerfile(arguments):
    stages = re.findall(r" AS (\w+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)

    assert arguments[0] == "run" or arguments[arguments.index("--target") + 1] in stages


@pytest.mark.parametrize("arguments", commands("aws"), ids=beginning_of)
def test_every_aws_call_on_a_page_has_the_arguments_that_the_service_takes(arguments):
    service, operation, *rest = arguments
    model = botocore.session.get_session().get_service_model({"s3api": "s3"}.get(service, service))
    names = {xform_name(name, "-"): name for name in model.operation_names}
    shape = model.operation_model(names[operation]).input_shape
    given = {word.removeprefix("--") for word in rest if word.startswith("--")}

    # the only option that is the command line's own: the zip, which the service takes as Code
    members = {xform_name(name, "-") for name in shape.members} | {"zip-file"}
    required = {xform_name(name, "-") for name in shape.required_members} - {"code"}
    assert required <= given <= members


def test_every_variable_on_a_page_is_a_setting():
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    settings = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)) | NOT_OURS
    text = "".join(path.read_text(encoding="utf-8") for path in documents())

    named = set(re.findall(r"\b((?:RAYGEN|SLACK|RAY|OPENAI|ANTHROPIC|OLLAMA|DOCKER)_[A-Z_]*[A-Z])\b", text))
    set_by_commands = {name for _, command in SHELL for name in words_of(command)[0]}

    assert named | set_by_commands <= settings


def test_every_link_leads_somewhere():
    broken = []
    for path in documents():
        for target in re.findall(r"\]\((?!https?://)([^)]+)\)", prose_of(path)):
            file, _, anchor = target.partition("#")
            page = (path.parent / file).resolve() if file else path
            if not page.exists() or (anchor and anchor not in heading_anchors(page.read_text(encoding="utf-8"))):
                broken.append((path.name, target))

    assert not broken


def test_every_path_on_a_page_exists():
    looks_like_a_path = re.compile(r"(?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|md|yml|toml|lock|json)|Makefile|Dockerfile")
    paths = [(page.name, span) for page, span in spans() if looks_like_a_path.fullmatch(span)]
    elsewhere = {"settings.py", "__main__.py", "/data"}

    missing = [(page, span) for page, span in paths if span not in elsewhere and not (ROOT / span).exists()]

    assert len(paths) > 30
    assert not missing


@pytest.mark.parametrize("block", blocks("json"), ids=lambda block: block.document.name)
def test_every_json_block_is_json(block):
    assert json.loads(block.text)


def test_every_language_of_a_block_is_one_that_is_checked():
    languages = {block.language for path in documents() for block in blocks_of(path)}

    assert languages <= {"bash", "json", "text"}


def test_every_sentence_that_a_page_quotes_is_one_that_raygen_says():
    page = (ROOT / "docs" / "connect-slack.md").read_text(encoding="utf-8")
    said = "".join(
        path.read_text(encoding="utf-8") for room in ("bot", "agents") for path in (ROOT / room).rglob("*.py")
    )

    quoted = re.findall(r"^\| «([^»]+)»", page, re.MULTILINE)

    assert quoted
    assert [sentence for sentence in quoted if sentence not in said] == []


def test_the_security_page_names_every_rule_of_the_screening_and_no_other():
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    table = page.partition("## What the screening refuses")[2].partition("\n## ")[0]

    assert set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)) == set(rules.SENTENCES)


def test_the_slack_page_explains_every_scope_of_the_manifest_and_no_other():
    page = (ROOT / "docs" / "connect-slack.md").read_text(encoding="utf-8")
    table = page.partition("| scope | because |")[2].partition("\n\n")[0]
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))

    explained = re.findall(r"`([a-z_:]+)`", "".join(re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)))
    assert sorted(explained) == manifest["oauth_config"]["scopes"]["bot"]


def test_the_time_after_which_another_replica_takes_over_is_the_lease():
    page = (ROOT / "docs" / "how-it-works.md").read_text(encoding="utf-8")

    assert f"its lease runs out after {LEASE_SECONDS:g} s" in page


def test_the_changelog_knows_the_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    newest = re.search(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert project["version"] in newest[1]


def test_the_decisions_are_numbered_and_listed():
    folder = ROOT / "docs" / "decisions"
    pages = sorted(path for path in folder.glob("*.md") if path.name != "README.md")
    listed = re.findall(r"\]\(([^)]+)\) \| (.+) \|", (folder / "README.md").read_text(encoding="utf-8"))

    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    assert [name for name, _ in listed] == [page.name for page in pages]
    for page, (_, title) in zip(pages, listed, strict=True):
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {page.name[:4]}: {title}")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_the_readme_shows_lines_of_the_drawn_conversation_in_their_order():
    lines = iter((ROOT / "docs" / "pictures" / "conversation.txt").read_text(encoding="utf-8").splitlines())

    for shown in shown_conversation():
        assert shown == "…" or shown in lines, shown


def test_the_picture_is_drawn_from_the_conversation_beside_it():
    spec = spec_from_file_location("draw", ROOT / "docs" / "pictures" / "draw.py")
    draw = module_from_spec(spec)
    sys.modules["draw"] = draw
    try:
        spec.loader.exec_module(draw)
        drawn = draw.drawing(draw.rows(draw.SOURCE.read_text(encoding="utf-8")))
    finally:
        del sys.modules["draw"]

    assert draw.TARGET.read_text(encoding="utf-8") == drawn
    picture = ET.fromstring(drawn)  # noqa: S314 - the project's own file
    assert [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")].count("Hello") == 2


@pytest.mark.system
def test_the_drawn_conversation_is_what_the_demo_prints():
    (demo,) = re.findall(r"^demo:.*\n\t\$\(BIN\)/raygen (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)

    printed = subprocess.run(
        [sys.executable, "-m", "cli", *shlex.split(demo)], cwd=ROOT, capture_output=True, text=True, check=True
    )

    drawn = (ROOT / "docs" / "pictures" / "conversation.txt").read_text(encoding="utf-8")
    assert without_figures(printed.stdout.strip()) == without_figures(drawn.strip())
