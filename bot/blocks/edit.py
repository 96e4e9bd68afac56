"""The modal in which a program is edited, and what is said in a modal's place. Pure functions."""

from collections.abc import Sequence

from bot.blocks import names
from bot.blocks import text as t
from bot.blocks.help import whom_to_ask
from bot.editing import INPUT_CHARACTERS, Sheet, indentation

ACTION = "code"
TITLE = "Edit the program"
SPLIT = " It is in several parts because of their length; they are put together again as they stand here."


def editor(sheet: Sheet, title: str, number: int, private_metadata: str) -> t.Block:
    """The program in its fields; submitting it has it validated."""
    intro = (
        f"Version {number}. *Validate* runs what stands here on the cluster and posts it as the thread's next version."
    )
    return {
        **modal(TITLE, names.EDIT_VIEW, private_metadata),
        "submit": {"type": "plain_text", "text": "Validate"},
        "blocks": [
            t.literal(t.clip(title, 200)),
            t.context(intro + (SPLIT if len(sheet.fields) > 1 else "")),
            *(_part(sheet, part) for part in range(len(sheet.fields))),
        ],
    }


def told(title: str, sentence: str, whom: Sequence[str] = ()) -> t.Block:
    """A modal that says one sentence of ours; `whom` are the ids of who can help."""
    return {**modal(title, names.TOLD_VIEW), "blocks": [t.section(t.escape(sentence)), *whom_to_ask(whom)]}


def modal(title: str, callback_id: str, private_metadata: str = "") -> t.Block:
    """A modal without its blocks."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": private_metadata,
        "title": {"type": "plain_text", "text": title},
        "close": {"type": "plain_text", "text": "Close"},
    }


def block_of(part: int) -> str:
    """The block_id of a part, counted from 0."""
    return f"part_{part}"


def _part(sheet: Sheet, part: int) -> t.Block:
    parts = len(sheet.fields)
    indented = indentation(sheet.blanks[part]) if sheet.blanks[part] else 0
    hint = f"The first line is indented by {indented} characters, which are kept outside of the field."
    element = {
        "type": "plain_text_input",
        "action_id": ACTION,
        "multiline": True,
        "max_length": INPUT_CHARACTERS,
        "initial_value": sheet.fields[part],
    }
    return {
        "type": "input",
        "block_id": block_of(part),
        "optional": parts > 1,
        "label": {"type": "plain_text", "text": f"Part {part + 1} of {parts}" if parts > 1 else "Program"},
        "element": element,
        **({"hint": {"type": "plain_text", "text": hint}} if indented else {}),
    }
