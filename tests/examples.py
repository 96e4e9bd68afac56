"""How many examples a state machine is driven through: few with every change, many at night."""

from hypothesis import settings

NIGHTLY = "nightly"
"""The profile, which `tests/conftest.py` registers: `--hypothesis-profile=nightly`."""


def examples(few: int) -> int:
    """`few`, or as many as the profile asks for."""
    return settings().max_examples if settings.get_current_profile_name() == NIGHTLY else few
