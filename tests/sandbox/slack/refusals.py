"""What a refused call was answered with."""

import pytest
from slack_sdk.errors import SlackApiError


async def refusal_of(call):
    """The whole answer of a call that has to fail."""
    with pytest.raises(SlackApiError) as refusal:
        await call
    return refusal.value.response


async def error_of(call):
    """Its `error` alone."""
    return (await refusal_of(call))["error"]
