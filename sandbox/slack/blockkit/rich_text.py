"""The shapes of a rich_text block.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from collections.abc import Mapping

from sandbox.slack.blockkit.parts import TYPE
from sandbox.slack.blockkit.schema import Check, anything, array, boolean, integer, one_of, string, table, tagged

MOST_ELEMENTS = 10_000
LONGEST = 40_000
"""Slack documents no limit for one element; the block's text as a whole is limited with the message."""
STYLE = table(
    dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean)
)
BORDER = integer(0, 1)


def _inline(fields: Mapping[str, Check], *required: str) -> Check:
    return table({"type": TYPE, "style": STYLE, **fields}, required)


INLINE: Mapping[str, Check] = {
    "text": _inline({"text": string(LONGEST)}, "text"),
    "link": _inline({"url": string(3000), "text": string(LONGEST, 0), "unsafe": boolean}, "url"),
    "user": _inline({"user_id": string(20)}, "user_id"),
    "channel": _inline({"channel_id": string(20)}, "channel_id"),
    "usergroup": _inline({"usergroup_id": string(20)}, "usergroup_id"),
    "team": _inline({"team_id": string(20)}, "team_id"),
    "emoji": _inline(
        {"name": string(100), "unicode": string(100), "skin_tone": integer(1, 6), "url": anything}, "name"
    ),
    "date": _inline(
        {"timestamp": integer(), "format": string(200), "url": string(3000), "fallback": string(300)},
        "timestamp",
        "format",
    ),
    "broadcast": _inline({"range": one_of("here", "channel", "everyone")}, "range"),
    "color": _inline({"value": string(20)}, "value"),
}
SPAN = array(tagged(INLINE), MOST_ELEMENTS, 0)
SECTION = table({"type": TYPE, "elements": SPAN}, ["elements"])
ELEMENTS: Mapping[str, Check] = {
    "rich_text_section": SECTION,
    "rich_text_quote": table({"type": TYPE, "elements": SPAN, "border": BORDER}, ["elements"]),
    "rich_text_preformatted": table(
        {"type": TYPE, "elements": SPAN, "border": BORDER, "language": string(50)}, ["elements"]
    ),
    "rich_text_list": table(
        {
            "type": TYPE,
            "style": one_of("bullet", "ordered"),
            "elements": array(tagged({"rich_text_section": SECTION}), MOST_ELEMENTS),
            "indent": integer(0, 8),
            "offset": integer(),
            "border": BORDER,
        },
        ["style", "elements"],
    ),
}
RICH_TEXT_FIELDS: dict[str, Check] = {"type": TYPE, "elements": array(tagged(ELEMENTS), MOST_ELEMENTS, 0)}
RICH_TEXT = tagged({"rich_text": table({**RICH_TEXT_FIELDS, "block_id": string(255)}, ["elements"])})
