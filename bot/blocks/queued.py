"""A run that waits for a free place, as the thread shows it. Pure."""

from typing import Literal

from bot.blocks import names
from bot.blocks import text as t

BOUNDS = {
    "user": "Its owner has {most} under way, as many as one person may have at a time.",
    "channel": "This channel has {most} under way, as many as it may have at a time.",
    "cluster": "This cluster has {most} under way, as many as it takes at a time.",
}


def card(
    title: str, run_id: str, cluster: str, number: int, bound: Literal["user", "channel", "cluster"] | None, most: int
) -> t.Message:
    """The card while the run is the `number`th in the queue, because of a `bound` of `most` runs."""
    why = BOUNDS[bound].format(most=most) if bound else "It is next."
    return t.Message(
        text=f"Waiting for a free place: number {number} in the queue.",
        blocks=(
            t.section(f"⏸ *Waiting for a free place* on `{t.escape(cluster)}` · number {number} in the queue"),
            t.context(f"{t.escape(t.clip(title, 200))} · {why}"),
            t.actions(names.LIVE_RUN, t.button("Stop", names.STOP, run_id, style="danger")),
        ),
    )
