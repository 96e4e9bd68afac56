"""A program that needs approval runs with a grant for exactly this run, and with nothing else."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.cluster.grants import SKEW_SECONDS, is_current, is_genuine
from agents.cluster.settings import ClusterSettings
from agents.wire import APPROVAL_SECONDS, Grant, grant_signature, sha256_of
from tests.agents.cluster.calls import JOB, RUN_ID, call

KEY = "a key that the bot and the Lambda share, and nobody else"
READS = "import requests\nprint('hello')\n"
DENIED = "import os\nos.system('ls')\n"
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
WHO = st.lists(ANYTHING, min_size=1, max_size=4).map(tuple)
APPROVED = st.fixed_dictionaries(
    {"code": ANYTHING, "cluster": ANYTHING, "run_id": ANYTHING, "approvers": WHO, "expires_at": st.integers(0, 2**40)}
)


def granted(code, cluster, *, key=KEY, run_id=RUN_ID, approvers=("U0APPROVER",), seconds=600.0, now=None):
    expires_at = int((time.time() if now is None else now) + seconds)
    signature = grant_signature(
        key,
        code_sha256=sha256_of(code),
        cluster=cluster,
        run_id=run_id,
        approvers=approvers,
        expires_at=expires_at,
    )
    return {"approvers": list(approvers), "expires_at": expires_at, "signature": signature}


@pytest.fixture
def with_key(cluster, settings):
    return ClusterSettings(**{**vars(settings), "approval_key": KEY})


def run(settings, cluster, code=READS, **event):
    return call(settings, code=code, ray_cluster_ip=cluster.address, **{"run_id": RUN_ID, **event})


def test_a_program_that_needs_approval_is_not_sent_and_says_why_as_data(cluster, with_key):
    report = run(with_key, cluster)

    assert (report.status, report.error.code) == ("rejected", "needs_approval")
    assert [(f.line, f.rule) for f in report.findings] == [(1, "network")]
    assert report.findings[0].sentence in report.error.message
    assert not cluster.requests


def test_without_a_key_it_is_refused_with_what_the_operator_has_to_set(cluster, settings):
    report = run(settings, cluster, grant=granted(READS, cluster.address, key=""))

    assert (report.status, report.error.code) == ("rejected", "policy")
    assert "RAYGEN_APPROVAL_KEY" in report.error.message
    assert not cluster.requests


def test_a_granted_run_is_run(cluster, with_key):
    report = run(with_key, cluster, grant=granted(READS, cluster.address))

    assert (report.status, report.output) == ("succeeded", "hello\n")


def test_a_grant_for_the_same_run_twice_finds_the_first_ones_job(cluster, with_key):
    grant = granted(READS, cluster.address)

    first, second = run(with_key, cluster, grant=grant), run(with_key, cluster, grant=grant)

    assert first.job_id == second.job_id == JOB
    assert len(cluster.jobs) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"run_id": "another-run"},
        {"key": KEY + "!"},
        {"approvers": ("U0REQUESTER",), "key": "x" * 32},
    ],
)
def test_a_grant_of_another_run_or_key_does_not_fit(cluster, with_key, changes):
    report = run(with_key, cluster, grant=granted(READS, cluster.address, **changes))

    assert (report.status, report.error.code) == ("rejected", "needs_approval")
    assert "not for this program" in report.error.message
    assert not cluster.requests


def test_a_grant_of_another_program_or_cluster_does_not_fit(cluster, with_key):
    for grant in (granted(READS + "#", cluster.address), granted(READS, "10.0.0.1")):
        assert run(with_key, cluster, grant=grant).error.code == "needs_approval"
    assert not cluster.requests


@pytest.mark.parametrize("change", [{"approvers": ["U0OTHER"]}, {"expires_at": 2**31}, {"signature": "0" * 64}])
def test_nothing_in_a_grant_can_be_changed(cluster, with_key, change):
    report = run(with_key, cluster, grant=granted(READS, cluster.address) | change)

    assert report.error.code == "needs_approval"
    assert not cluster.requests


def test_what_is_denied_stays_denied_with_any_grant(cluster, with_key):
    report = run(with_key, cluster, DENIED, grant=granted(DENIED, cluster.address))

    assert (report.status, report.error.code) == ("rejected", "policy")
    assert not cluster.requests


def test_a_grant_that_ran_out_starts_nothing(cluster, with_key):
    report = run(with_key, cluster, grant=granted(READS, cluster.address, seconds=-SKEW_SECONDS - 5))

    assert (report.status, report.error.code) == ("rejected", "needs_approval")
    assert "ran out" in report.error.message
    assert not cluster.jobs


def test_a_grant_that_ran_out_still_finds_the_run_that_it_started(cluster, with_key):
    run(with_key, cluster, grant=granted(READS, cluster.address))

    report = run(with_key, cluster, grant=granted(READS, cluster.address, seconds=-SKEW_SECONDS - 5))

    assert (report.status, report.output) == ("succeeded", "hello\n")


def test_a_grant_for_longer_than_approvals_last_starts_nothing(cluster, with_key):
    report = run(with_key, cluster, grant=granted(READS, cluster.address, seconds=APPROVAL_SECONDS * 10))

    assert report.status == "rejected"
    assert not cluster.jobs


def test_following_needs_no_grant(cluster, with_key):
    run(with_key, cluster, grant=granted(READS, cluster.address))

    assert run(with_key, cluster, code="").status == "succeeded"


@pytest.mark.parametrize("grant", ["yes", {}, {"approvers": [], "expires_at": 1, "signature": "0" * 64}, {"all": True}])
def test_a_grant_of_another_form_is_a_report_with_a_sentence(cluster, with_key, grant):
    report = run(with_key, cluster, grant=grant)

    assert (report.status, report.error.code) == ("rejected", "bad_request")


@pytest.mark.parametrize(
    ("left", "good"),
    [
        (APPROVAL_SECONDS, True),
        (APPROVAL_SECONDS + SKEW_SECONDS + 1, False),
        (0, True),
        (1 - SKEW_SECONDS, True),
        (-SKEW_SECONDS, False),
    ],
)
def test_a_grant_is_good_for_half_an_hour_give_or_take_the_clocks(left, good):
    grant = Grant(**granted("", "", now=1_000.0, seconds=left))

    assert is_current(grant, 1_000.0) is good


def test_a_key_that_could_be_guessed_is_refused_and_none_is_shown():
    with pytest.raises(ValueError, match="32 bytes"):
        ClusterSettings(approval_key="short")
    assert KEY not in repr(ClusterSettings(approval_key=KEY))


@given(APPROVED, APPROVED)
def test_what_was_approved_fits_its_own_grant_and_no_other(one, other):
    grant = Grant(
        approvers=one["approvers"],
        expires_at=one["expires_at"],
        signature=grant_signature(
            KEY, code_sha256=sha256_of(one["code"]), **{k: v for k, v in one.items() if k != "code"}
        ),
    )
    theirs = grant.model_copy(update={"approvers": other["approvers"], "expires_at": other["expires_at"]})

    def fits(grant, about):
        program = about["code"].encode()
        return is_genuine(grant, KEY, program=program, cluster=about["cluster"], run_id=about["run_id"])

    assert fits(grant, one)
    assert fits(theirs, other) == (one == other)
