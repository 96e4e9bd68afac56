"""What Raygen says of itself. Pure functions."""

from collections.abc import Sequence

from bot.blocks import text as t
from bot.blocks.approval import people

SUGGESTED_PROMPTS = (
    ("Say hello", "Create a Ray task that returns Hello"),
    ("Estimate pi", "Estimate pi by Monte Carlo with 8 parallel tasks"),
    ("Count words", "Count words with map-reduce tasks"),
    ("Draw a picture", "Plot a histogram of normally distributed numbers"),
)
"""At most four, as Slack shows them in an empty conversation with an agent."""


VERBS = (
    "in a thread: `@raygen run`, `stop`, `status`, `diff`, `version 2` goes back to that one; one attached `.py` file "
    "becomes the next version"
)


def usage() -> t.Message:
    """The answer to `/raygen help`, and to an empty request."""
    return t.Message(
        text="Raygen writes Ray code, runs it on the cluster to validate it, and posts it with a Run button.",
        blocks=(
            t.section(
                "*Raygen* writes Ray code, runs it on the cluster to validate it, and posts it with a *Run* button.\n"
                "• `/raygen Create a Ray task that returns Hello` opens a thread\n"
                "• reply in the thread to change the code\n"
                "• mention me in a channel or write me a direct message, which does the same\n"
                "• `/raygen status` says what you have under way, `/raygen runs` lists your latest runs\n"
                "• `/raygen cluster` says where this channel's code runs, `/raygen settings` what else is set for it\n"
                f"• {VERBS}"
            ),
            t.context("Validation executes the code on the cluster: ask only for what may run there."),
        ),
    )


def in_thread() -> t.Message:
    """The answer to «help» in a thread."""
    said = f"Reply to change the code, or {VERBS}. In a direct message the verbs need no mention."
    return t.Message(text="What I do in a thread.", blocks=(t.section(said),))


def notice(sentence: str, whom: Sequence[str] = ()) -> t.Message:
    """One sentence of ours to one person; `whom` are ids of people and user groups who can help, named after it."""
    return t.Message(text=t.escape(sentence), blocks=(t.section(t.escape(sentence)), *whom_to_ask(whom)))


def whom_to_ask(whom: Sequence[str]) -> tuple[t.Block, ...]:
    """The line that names people and user groups who can help, by their ids; none where nobody is named."""
    return (t.rich_text(t.words("Whom to ask: "), *people(whom)),) if whom else ()
