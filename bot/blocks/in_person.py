"""What its thread does not take, as the person who asked reads it in their direct messages. Pure functions."""

from bot.blocks import text as t

INVITE = "I am not a member of that channel. Type `/invite @raygen` there and ask again."
ARCHIVED = "That channel is archived or deleted. Ask again in another channel."
DELETED = "The thread has been deleted. Ask again in the channel."
WHY = {
    "not_in_channel": INVITE,
    "channel_not_found": INVITE,
    "is_archived": ARCHIVED,
    "is_inactive": ARCHIVED,
    "message_not_found": DELETED,
    "thread_not_found": DELETED,
    "restricted_action": "A workspace setting keeps me from posting there. Ask an administrator, or another channel.",
}
"""What keeps the thread from being answered in, and what to do, by Slack's code for it."""
OF_THE_THREAD = frozenset({"actions", "context_actions"})
"""Blocks that would act on the thread that is closed."""


def run_ended(card: t.Message, channel: str, code: str, run_id: str) -> t.Message:
    """The `card` of a run's end, and why it is not in its thread."""
    return _instead(f"I could not post the end of your run in {_place(channel)}.", card, code, run_id)


def request_ended(card: t.Message | None, channel: str, code: str, turn_id: str) -> t.Message:
    """The `card` of a request's end, if it came so far, and why it is not in its thread."""
    return _instead(f"I could not post the answer to your request in {_place(channel)}.", card, code, turn_id)


def _instead(what: str, card: t.Message | None, code: str, row_id: str) -> t.Message:
    why = WHY.get(code, f"Slack refused it: `{t.escape(code)}`. Ask whoever runs me, with the id below.")
    shown = [block for block in card.blocks if block["type"] not in OF_THE_THREAD] if card else []
    small_print = f"Here are no buttons, and a reply does not reach that thread. Id `{t.escape(row_id)}`"
    text = f"{what} {why} {card.text if card else ''}".strip()
    return t.Message(text=text, blocks=(t.section(f"❗ {what} {why}"), *shown, t.context(small_print)))


def _place(channel: str) -> str:
    """A direct message has no name that others would know."""
    return "our direct messages" if channel.startswith("D") else f"<#{t.escape(channel)}>"
