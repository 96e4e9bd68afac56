"""A turn that has been answered -> its card, without secrets: pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from agents.wire import GENERATION, Reply, UnvalidatedCode, ValidatedCode
from bot.attachments.staging import package_of
from bot.blocks import approval
from bot.blocks import turn as cards
from bot.blocks.approval import Standing
from bot.blocks.diff import Change
from bot.blocks.text import Message
from bot.output import readable
from bot.redaction import Redaction
from bot.redaction.answers import without_secrets
from bot.store.models import CodeVersion, Turn

Shown = TypeVar("Shown", Reply, ValidatedCode, UnvalidatedCode)

SHOWN_FILES = 5


@dataclass(frozen=True)
class AnsweredCards:
    """Makes the cards; `redact` takes the secrets out of what models and programs have said."""

    redact: Redaction

    def card(
        self, turn: Turn, version: CodeVersion | None, change: Change | None, standing: Standing | None
    ) -> Message:
        """The card, with a line that names the files that its program has; of a cancelled one, with who did it."""
        card = _with_files(self._card(turn, version, change, standing), version)
        if version is None or version.cancelled_by is None:
            return card
        return cards.cancelled(card, version.id, version.cancelled_by)

    def _card(
        self, turn: Turn, version: CodeVersion | None, change: Change | None, standing: Standing | None
    ) -> Message:
        if turn.error is not None:
            stopped = turn.error.get("code") == "cancelled"
            return cards.failed(self.redact(turn.error["message"]), turn.id, wished=stopped)
        answer = dict(turn.answer or {})
        if version is None:
            return cards.reply(self._redacted(Reply.model_validate(answer), "text"))
        answer["code"] = version.code
        result = GENERATION.validate_python(answer)
        if isinstance(result, ValidatedCode):
            return cards.validated(self._redacted(result, "output", "explanation"), version.id, version.number, change)
        if isinstance(result, UnvalidatedCode) and standing:
            clean = self._redacted(result, "explanation")
            return approval.card(clean, version.id, version.number, standing, change)
        if isinstance(result, UnvalidatedCode):
            return cards.unvalidated(self._redacted(result, "output", "traceback"), turn.id, version.id, change)
        raise AssertionError(result)

    def _redacted(self, result: Shown, *fields: str) -> Shown:
        clean: dict[str, object] = {name: self.redact(readable(getattr(result, name) or "")) for name in fields}
        if not isinstance(result, Reply):
            clean["attempts"] = without_secrets(result.attempts, lambda text: self.redact(readable(text)))
            clean["assumptions"] = tuple(map(self.redact, result.assumptions))
        return result.model_copy(update=clean)


def _with_files(card: Message, version: CodeVersion | None) -> Message:
    """The card, with a line that names the files that its program has."""
    package = package_of(version) if version else None
    return card.with_note(f"With the attached {_listed(package.names)}.") if package else card


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:SHOWN_FILES])
    return f"{shown} and {len(names) - SHOWN_FILES} more" if len(names) > SHOWN_FILES else shown
