"""What an operator can widen, and what not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.cluster.policy import Allowances, screen
from agents.cluster.policy.folding import HOLE
from agents.cluster.policy.rules import APPROVALS, DENIALS
from agents.cluster.settings import ClusterSettings
from tests.agents.cluster.calls import call
from tests.agents.cluster.policy.labelled import labelled

DENIED = [program for program in labelled("harmful.txt") if program.tier == "deny"]
WAITING = [program for program in labelled("harmful.txt") if program.tier == "needs_approval"]
WIDEST = Allowances(
    imports=frozenset({"requests", "helper_module", "boto3", "urllib", "http", "os", "pickle"}),
    rules=frozenset(APPROVALS),
    sources=("s3://bucket", "https://x.example", "somebody", "169.254.169.254"),
    max_cpus=float("inf"),
    max_gpus=float("inf"),
    max_memory_bytes=float("inf"),
)


def allowed_by_its_rules(code):
    rules = frozenset(finding.rule for finding in screen(code).findings)
    return screen(code, Allowances(rules=rules)).decision == "allow"


def test_nothing_lifts_a_denial():
    assert [program.heading for program in DENIED if screen(program.code, WIDEST).decision != "deny"] == []


def test_what_needs_approval_can_be_allowed_by_its_rules():
    assert [program.heading for program in WAITING if not allowed_by_its_rules(program.code)] == []


@pytest.mark.parametrize("rule", [*DENIALS, "no-such-rule"])
def test_a_rule_that_denies_or_does_not_exist_cannot_be_lowered(rule):
    with pytest.raises(ValueError, match=rule):
        Allowances(rules=frozenset({rule}))


@pytest.mark.parametrize("module", ["subprocess", "ctypes", "importlib.machinery", "ray._private", "shelve"])
def test_a_module_that_is_denied_cannot_be_allowed(module):
    with pytest.raises(ValueError, match=module):
        Allowances(imports=frozenset({module}))


@pytest.mark.parametrize(
    ("code", "module", "decision"),
    [
        ("import requests\nrequests.get('x')", "requests", "allow"),
        ("import requests.adapters", "requests", "allow"),
        ("import requests_toolbelt", "requests", "needs_approval"),
        ("import our.models", "our.models", "allow"),
        ("import our.others", "our.models", "needs_approval"),
        ("from our.models import a", "our", "allow"),
        ("import os\nos.chdir('x')", "os", "needs_approval"),
        ("import our\nour.os.system('id')", "our", "deny"),
    ],
)
def test_an_allowed_import_is_allowed_with_what_is_below_it(code, module, decision):
    assert screen(code, Allowances(imports=frozenset({module}))).decision == decision


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("s3://bucket", "s3://bucket/a/b.parquet"),
        ("s3://bucket", "s3://anonymous@bucket/a"),
        ("s3://bucket/public", "s3://bucket/public/a"),
        ("s3://bucket/public/", "s3://bucket/public"),
        ("bucket", "gs://bucket/a"),
        ("data.example", "https://data.example/a.csv"),
        ("https://data.example", "HTTPS://DATA.example/a.csv"),
        ("https://data.example:8443", "https://data.example:8443/a"),
        ("http://data.example", "http://data.example/a"),
        ("s3://bucket", f"s3://bucket/{HOLE}.parquet"),
    ],
)
def test_a_listed_place_may_be_read(entry, url):
    assert Allowances(sources=(entry,)).readable(url, HOLE)


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("s3://bucket", "s3://bucket2/a"),
        ("s3://bucket", "gs://bucket/a"),
        ("s3://bucket/public", "s3://bucket/private"),
        ("s3://bucket/public", "s3://bucket/publicly"),
        ("s3://bucket/public", "s3://bucket/public/../private"),
        ("s3://bucket/public", "s3://bucket/public/%2e%2e/private"),
        ("s3://bucket/public", f"s3://bucket/public/{HOLE}"),
        ("data.example", "http://data.example/a"),
        ("data.example", "https://data.example.evil.example/a"),
        ("data.example", "https://data.example@evil.example/a"),
        ("data.example", "https://evil.example/data.example"),
        ("data.example", "https://evil.example\\@data.example/"),
        ("data.example", "https://data.example:8443/a"),
        ("data.example", f"https://{HOLE}data.example/a"),
        ("data.example", f"https://data.example{HOLE}"),
        ("data.example", "https://data.example:port/"),
        ("data.example", "https://"),
        ("", "https://data.example/"),
    ],
)
def test_no_other_place_may_be_read(entry, url):
    assert not Allowances(sources=(entry,)).readable(url, HOLE)


@given(st.text(), st.text())
def test_whether_a_place_may_be_read_is_always_decided(entry, url):
    assert Allowances(sources=(entry,)).readable(url, HOLE) in {True, False}


def test_listed_places_are_for_reading_only():
    allowances = Allowances(sources=("s3://bucket",))

    read = screen("import ray\nray.data.read_parquet('s3://bucket/x')", allowances)
    write = screen("import ray\nray.data.range(3).write_parquet('s3://bucket/x')", allowances)

    assert (read.decision, write.decision) == ("allow", "needs_approval")


@pytest.mark.parametrize(("cap", "decision"), [(4.0, "needs_approval"), (8.0, "allow")])
def test_the_caps_are_the_operators(cap, decision):
    code = "import ray\n@ray.remote(num_cpus=8, num_gpus=8, memory=8)\ndef f(): pass\n"

    assert screen(code, Allowances(max_cpus=cap, max_gpus=cap, max_memory_bytes=cap)).decision == decision


def test_the_settings_are_read_from_the_environment():
    settings = ClusterSettings.read(
        {
            "RAYGEN_POLICY_ALLOW_IMPORTS": "requests, our.models",
            "RAYGEN_POLICY_ALLOW_RULES": "packages",
            "RAYGEN_POLICY_DATA_SOURCES": "s3://bucket/public,data.example",
            "RAYGEN_POLICY_MAX_CPUS": "2",
            "RAYGEN_POLICY_MAX_GPUS": "0",
            "RAYGEN_POLICY_MAX_MEMORY_GIB": "0.5",
        }
    )

    assert settings.allowances == Allowances(
        imports=frozenset({"requests", "our.models"}),
        rules=frozenset({"packages"}),
        sources=("s3://bucket/public", "data.example"),
        max_cpus=2.0,
        max_gpus=0.0,
        max_memory_bytes=2**29,
    )


def test_a_setting_that_would_lift_a_denial_is_an_error():
    with pytest.raises(ValueError, match="process"):
        ClusterSettings.read({"RAYGEN_POLICY_ALLOW_RULES": "packages,process"})


def test_what_needs_approval_is_refused_and_says_that_there_is_no_approver():
    settings = ClusterSettings(hosts=("127.0.0.1:1",), token="t")

    report = call(settings, code="import requests\n", ray_cluster_ip="127.0.0.1:1")

    assert report.error is not None
    assert (report.status, report.error.code) == ("rejected", "policy")
    assert report.error.message.startswith("Line 1 (requests) uses the network")
    assert report.error.message.endswith("sets RAYGEN_APPROVAL_KEY and RAYGEN_APPROVALS to name them.")


def test_of_a_program_that_is_denied_only_the_denials_are_said():
    settings = ClusterSettings(hosts=("127.0.0.1:1",), token="t")

    report = call(settings, code="import requests\nimport os\nos.system('id')\n", ray_cluster_ip="127.0.0.1:1")

    assert report.error is not None
    assert report.error.message.startswith("Line 3 (os.system) starts or ends processes")
    assert "approver" not in report.error.message
    assert "requests" not in report.error.message
