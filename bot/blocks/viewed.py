"""What is said and offered about a program that somebody looks at beside the agent's conversation. Pure functions."""

from bot.blocks import text as t
from bot.blocks.help import SUGGESTED_PROMPTS

TITLE_CHARACTERS = 40
"""Of a program's title in a suggested prompt. Slack documents no limit, and shows a line."""
EXPLAIN = "Explain this program: what it does, step by step, and what of Ray it uses."
MORE_WORKERS = "Make it use 8 workers"


def prompts_about(title: str) -> tuple[tuple[str, str], ...]:
    """Suggested prompts, as titles and messages. What a message says is ours: only a title names the program."""
    about = f"«{_in_a_line(title)}»"
    return ((f"Explain {about}", EXPLAIN), (f"{about} with 8 workers", MORE_WORKERS), *SUGGESTED_PROMPTS[:2])


def is_about_a_program(prompt: str) -> bool:
    """Whether somebody has pressed a prompt that is about the program that is looked at."""
    return prompt in (EXPLAIN, MORE_WORKERS)


def is_standard(prompt: str) -> bool:
    """Whether somebody has pressed a prompt that is about no program."""
    return any(prompt == message for _, message in SUGGESTED_PROMPTS)


def going_by(title: str, channel: str, here: str, *, files: bool) -> t.Message:
    """By which program a request goes that was asked in the conversation `here`; its `files` stay where they are."""
    line = f"Going by «{_in_a_line(title)}», the program that you were looking at"
    place = [t.words(" in "), {"type": "channel", "channel_id": channel}] if channel != here else []
    rest = ". The files that it reads are not here: attach them to your next message." if files else "."
    return t.Message(text=t.escape(line + rest), blocks=(t.rich_text(t.words(line), *place, t.words(rest)),))


def _in_a_line(title: str) -> str:
    """A program's title, which nobody of ours has written, where no text of Slack's keeps it literal."""
    printable = "".join(each if each.isprintable() else " " for each in title)
    return t.clip(" ".join(printable.translate(_NO_MARKUP).split()) or "Ray program", TITLE_CHARACTERS)


_NO_MARKUP = str.maketrans({"<": "‹", ">": "›", "&": "+"})
