"""What was asked for and is not done, as the person reads it.

Where the person can do nothing about it, the log has an id and the code, and the sentence names the id.
"""

import logging
from uuid import uuid4

from bot.blocks import help as words
from bot.blocks.text import Message
from bot.errors import Busy, FilesUnavailable, NotReady, RaygenError, SlackUnavailable, StoreUnavailable

logger = logging.getLogger(__name__)

OURS = (Busy, FilesUnavailable, NotReady, SlackUnavailable, StoreUnavailable)
"""What whoever runs Raygen may have to do something about."""


def sentence_of(error: RaygenError) -> str:
    """What happened and what to do, with an id where it is no doing of the person's."""
    if not isinstance(error, OURS):
        return error.sentence
    incident = uuid4().hex[:12]
    logger.warning("incident=<%s>, code=<%s> | a request was turned away", incident, error.code)
    return f"{error.sentence} The id for whoever runs me is {incident}."


def notice_of(error: RaygenError) -> Message:
    """The same as a message, with whom to ask."""
    return words.notice(sentence_of(error), error.whom)
