"""A program that comes as an attached file: fetched when its turn begins, and kept with it."""

import asyncio
import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path

from agents.wire import MAX_CODE_BYTES
from bot import incoming
from bot.attachments.shared import SharedFile, shown, vanished
from bot.attachments.slack_files import SlackFiles
from bot.errors import BadRequest, SlackUnavailable
from bot.store.models import Turn
from bot.syntax import fault_of

logger = logging.getLogger(__name__)

PATIENCE = 5
"""How often the turn is given back because Slack did not answer, before its person is told."""
NO_FILES = "I cannot fetch files here. Paste the program into the modal of Edit instead."


@dataclass(frozen=True)
class GivenFiles:
    """Fetches programs from Slack; None where there is no Slack."""

    slack: SlackFiles | None = None

    async def program(self, turn: Turn) -> str:
        """The program in the turn's file. Raises BadRequest for good, SlackUnavailable for another try."""
        if self.slack is None:
            raise BadRequest("no_files", NO_FILES)
        try:
            content = await self._content(self.slack, SharedFile(**(turn.given_file or {})))
        except SlackUnavailable as error:
            if turn.failures < PATIENCE:
                raise
            raise BadRequest(error.code, error.sentence) from error
        logger.info("turn=<%s>, bytes=<%d> | program fetched", turn.id, len(content))
        return _program(content, str((turn.given_file or {}).get("name")))

    async def _content(self, slack: SlackFiles, file: SharedFile) -> bytes:
        if file.gone:
            raise vanished(file)
        known = await slack.known(file)
        if known.size > MAX_CODE_BYTES:
            raise BadRequest("code_too_large", f"{shown(file.name)} has more than {MAX_CODE_BYTES:,} bytes.")
        with tempfile.TemporaryDirectory(prefix="raygen-given-") as place:
            path = Path(place) / "program.py"
            await slack.fetch(file, known, path)
            return await asyncio.to_thread(path.read_bytes)


def _program(content: bytes, name: str) -> str:
    """The file's text, byte for byte. Raises BadRequest for what is no program."""
    try:
        code = incoming.code(content.decode())
    except UnicodeDecodeError:
        raise BadRequest(
            "not_utf8", f"{shown(name)} is not UTF-8 text. Save it as UTF-8 and attach it again."
        ) from None
    if fault := fault_of(code):
        sentence = f"{shown(name)} is no Python yet: {fault.said}, line {fault.line}. Correct it and attach it again."
        raise BadRequest("syntax", sentence)
    return code
