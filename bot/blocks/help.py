"""What Raygen says of itself. Pure functions."""

from bot.blocks import text as t

SUGGESTED_PROMPTS = (
    ("Say hello", "Create a Ray task that returns Hello"),
    ("Estimate pi", "Estimate pi by Monte Carlo with 8 parallel tasks"),
    ("Count words", "Count words with map-reduce tasks"),
    ("Draw a picture", "Plot a histogram of normally distributed numbers"),
)
"""At most four, as Slack shows them in an empty conversation with an agent."""


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
                "• `/raygen runs` lists your latest runs, `/raygen cluster` says where this channel's code runs"
            ),
            t.context("Validation executes the code on the cluster: ask only for what may run there."),
        ),
    )


def notice(sentence: str) -> t.Message:
    """One sentence of ours to one person."""
    return t.Message(text=t.escape(sentence), blocks=(t.section(t.escape(sentence)),))
