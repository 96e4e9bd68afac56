"""Slack's deadlines, in the clock's seconds; every one can be set for a test."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """The defaults are Slack's own.

    ack 3 s, https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response; events are sent
    again at once, after a minute and after five, https://docs.slack.dev/apis/events-api#retries; a trigger_id lives
    3 s; a response_url 30 minutes and 5 uses; a stream dies about 300 s after it starts (observed, not documented);
    an agent session stops "processing" after an hour. `share_delay` is how long a completed upload takes to appear in
    the channel; None means never, which has been seen too.
    """

    ack: float = 3.0
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    trigger: float = 3.0
    response_url: float = 1800.0
    response_url_uses: int = 5
    stream: float = 300.0
    share_delay: float | None = 0.0
