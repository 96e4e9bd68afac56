"""A redaction that learns secrets while the process runs: the tokens of workspaces come one by one."""

from collections.abc import Iterable

from bot.redaction import Redaction


class LearningRedaction(Redaction):
    """Removes what it knew at first, and what it has been told of since."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known = frozenset(known)
        super().__init__(self._known)

    def learn(self, *secrets: str) -> None:
        """From now on, remove these as well."""
        if not self._known.issuperset(secrets):
            self._known |= frozenset(secrets)
            super().__init__(self._known)
