"""What takes Slack's deliveries: Bolt's app, or whatever finds the one that a delivery is for."""

from logging import Logger
from typing import Protocol

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient


class Receiver(Protocol):
    """As much of Bolt's AsyncApp as the ways in use; `client` opens Socket Mode's connections."""

    @property
    def client(self) -> AsyncWebClient:
        """A Web API client."""

    @property
    def logger(self) -> Logger:
        """Where Bolt writes."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """The acknowledgement."""
