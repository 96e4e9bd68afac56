"""The programs of one turn, by reference, so that none has to pass through the supervisor's model."""

from dataclasses import dataclass, field

from agents.wire import GeneratedCode, PastVersion

NEW = "new"


@dataclass
class Programs:
    """Program by reference: `version-N` is the thread's version of that number, `code-N` the Nth of this turn.

    Versions keep their references from turn to turn; what is only of this turn is never referred to in another.
    `current` is the reference of the program that a change starts from. `new` stands for what is being written: a model
    may ask for a program and for its validation in one message, before it knows the reference.
    """

    current: str | None = None
    _new: str | None = None
    _by_reference: dict[str, GeneratedCode] = field(default_factory=dict)
    _versions: dict[str, PastVersion] = field(default_factory=dict)
    _written: int = 0

    def keep(self, version: PastVersion) -> str:
        """The reference of a version that the thread has."""
        reference = f"version-{version.number}"
        self._versions[reference] = version
        self._by_reference[reference] = GeneratedCode(code=version.code, title=version.title, model="")
        return reference

    def begin_with(self, code: str) -> str:
        """Make `code` the current program: under its version's reference, if it is one of the thread's."""
        found = [reference for reference, version in self._versions.items() if version.code == code]
        if found:
            self.current = found[-1]
        else:
            self.current = "current"
            self._by_reference["current"] = GeneratedCode(code=code, title="The thread's current program", model="")
        return self.current

    def add(self, program: GeneratedCode) -> str:
        """The reference under which a program that was written in this turn is known from now on."""
        self._written += 1
        self.current = self._new = f"code-{self._written}"
        self._by_reference[self.current] = program
        return self.current

    def begin_new(self) -> None:
        """A program is about to be written: until it is added, nothing is new."""
        self._new = None

    def get(self, reference: str) -> GeneratedCode | None:
        """The program, or None for a reference that was never given out in this turn."""
        meant = self._new if reference.strip() == NEW else reference.strip()
        return self._by_reference.get(meant) if meant else None

    def failure_of(self, reference: str) -> str:
        """How a version last failed, in an earlier turn; empty when it did not."""
        version = self._versions.get(reference)
        return version.failure if version else ""

    @property
    def references(self) -> tuple[str, ...]:
        """All references, oldest first."""
        return tuple(self._by_reference)

    @property
    def versions(self) -> tuple[PastVersion, ...]:
        """The thread's versions, oldest first."""
        return tuple(self._versions.values())
