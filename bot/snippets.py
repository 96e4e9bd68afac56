"""Names of the files that Raygen posts: pure."""

import re

MAX_NAME_CHARACTERS = 60


def code_filename(title: str) -> str:
    """A Python file's name that says what the program does: `monte_carlo_pi.py`."""
    words = re.findall(r"[a-z0-9]+", title.lower().removesuffix(".py"))
    return f"{'_'.join(words)[:MAX_NAME_CHARACTERS].rstrip('_') or 'program'}.py"


def output_filename(title: str, number: int) -> str:
    """The name of the whole output of a run: `monte_carlo_pi_run_2.txt`."""
    return f"{code_filename(title).removesuffix('.py')}_run_{number}.txt"


def diff_filename(title: str, before: int, after: int) -> str:
    """The name of what changed between two versions: `monte_carlo_pi_v1_to_v2.diff`."""
    return f"{code_filename(title).removesuffix('.py')}_v{before}_to_v{after}.diff"
