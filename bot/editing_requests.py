"""A person's edit of a program: what the modal may begin with, and what becomes of what it comes back with."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot import incoming
from bot.again import Again, Press
from bot.editing import Sheet, sheet
from bot.errors import BadRequest, RaygenError, Stale
from bot.intake import Person
from bot.store.models import CodeVersion
from bot.syntax import fault_of

UNCHANGED = "Nothing has changed here. Change something, or close this."


class InField(BadRequest):
    """What stands in the field of the number `field` cannot be taken; the modal stays open."""

    def __init__(self, code: str, sentence: str, field: int) -> None:
        super().__init__(code, sentence)
        self.field = field


@dataclass(frozen=True)
class Edits:
    """Every method raises RaygenError with a sentence for the person."""

    again: Again

    async def opened(self, person: Person, version_id: str) -> tuple[CodeVersion, Sheet]:
        """The program to edit, in fields. Raises BadRequest for one that fields cannot carry."""
        intake = self.again.intake
        version = await intake.version(version_id)
        await intake.admit_code(person, await intake.channel_of(version))
        return version, sheet(version.code)

    async def submitted(self, press: Press, version_id: str, written: Sequence[str]) -> None:
        """Have what was written validated; once, however often it comes. Raises InField for what can be told now."""
        version, parts = await self.opened(press.person, version_id)
        if len(written) != len(parts.fields):
            raise Stale("other_fields", "This window is from another version of me. Close it and press Edit again.")
        code = _usable(parts, written)
        if code == version.code:
            raise InField("unchanged", UNCHANGED, 0)
        await self.again.edited(press, version, code)


def _usable(parts: Sheet, written: Sequence[str]) -> str:
    """The program. Raises InField when it is empty or no Python."""
    try:
        code = incoming.code(parts.joined(written))
    except RaygenError as error:
        raise InField(error.code, error.sentence, 0) from error
    if fault := fault_of(code):
        field, line = parts.place(written, fault.line)
        where = f"line {line} of this part" if len(parts.fields) > 1 else f"line {line}"
        raise InField("syntax", f"This is no Python yet: {fault.said}, {where}.", field)
    return code
