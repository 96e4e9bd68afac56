"""What was asked for and is not done, as the person reads it.

Where somebody will be asked why, the log has an id with the code and the person, and the sentence names the id: a right
that is refused, what is too much or has vanished, and whatever whoever runs Raygen has to do something about. Buttons
that have moved on, and words that only have to be written in another way, explain themselves.
"""

import logging
from uuid import uuid4

from bot.blocks import help as words
from bot.blocks.text import Message
from bot.errors import Busy, FilesUnavailable, NotReady, RaygenError, Refused, SlackUnavailable, StoreUnavailable

logger = logging.getLogger(__name__)

OURS = (Busy, FilesUnavailable, NotReady, SlackUnavailable, StoreUnavailable)
"""What whoever runs Raygen may have to do something about."""
BROUGHT = frozenset({"code_too_large", "file_vanished", "files_too_large", "prompt_too_long", "too_many_files"})
"""The codes of what somebody brought along that is too much, or no longer there."""


def sentence_of(error: RaygenError, user_id: str) -> str:
    """What happened and what to do, with an id where somebody will be asked why; `user_id` is who reads it.

    Each call makes an id of its own: ask for the sentence once for each time that it is shown.
    """
    if not _has_id(error):
        return error.sentence
    incident = uuid4().hex[:12]
    level = logging.WARNING if isinstance(error, OURS) else logging.INFO
    logger.log(level, "incident=<%s>, code=<%s>, user=<%s> | a request was turned away", incident, error.code, user_id)
    return f"{error.sentence} The id for whoever runs me is {incident}."


def notice_of(error: RaygenError, user_id: str) -> Message:
    """The same as a message, with whom to ask."""
    return words.notice(sentence_of(error, user_id), error.whom)


def _has_id(error: RaygenError) -> bool:
    return isinstance(error, (*OURS, Refused)) or error.code in BROUGHT
