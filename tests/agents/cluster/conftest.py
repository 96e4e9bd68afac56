import pytest

from agents.cluster.policy import Verdict


@pytest.fixture
def unscreened(monkeypatch):
    """Let every program pass the policy: what it would refuse is still what a program that got past it may do."""
    monkeypatch.setattr("agents.cluster.handler.screen", lambda *_: Verdict("allow", ()))
