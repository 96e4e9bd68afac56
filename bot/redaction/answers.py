"""Secrets out of what an answer says in lists."""

from collections.abc import Callable, Iterable

from agents.wire import Attempt


def without_secrets(attempts: Iterable[Attempt], clean: Callable[[str], str]) -> tuple[Attempt, ...]:
    """The attempts with every word of theirs cleaned: an error's line is whatever the program wanted to say."""
    return tuple(
        attempt.model_copy(
            update={"error": None if attempt.error is None else clean(attempt.error), "tried": clean(attempt.tried)}
        )
        for attempt in attempts
    )
