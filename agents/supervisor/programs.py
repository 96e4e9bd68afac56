"""The programs of one turn, by reference, so that none has to pass through the supervisor's model."""

from dataclasses import dataclass, field

from agents.wire import GeneratedCode


@dataclass
class Programs:
    """Program by reference. References go on from `counted`, those of the thread's earlier turns, so that a
    reference in the model's memory never means another program.
    """

    counted: int = 0
    _by_reference: dict[str, GeneratedCode] = field(default_factory=dict)

    def add(self, program: GeneratedCode) -> str:
        """The reference under which `program` is known from now on."""
        self.counted += 1
        reference = f"code-{self.counted}"
        self._by_reference[reference] = program
        return reference

    def get(self, reference: str) -> GeneratedCode | None:
        """The program, or None for a reference that was never given out in this turn."""
        return self._by_reference.get(reference.strip())

    @property
    def references(self) -> tuple[str, ...]:
        """All references, oldest first."""
        return tuple(self._by_reference)

    @property
    def latest(self) -> GeneratedCode | None:
        """The program that was added last."""
        return next(reversed(self._by_reference.values()), None)
