"""Slack over Socket Mode: this replica opens the connection, so that nothing has to be reachable from outside."""

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from bot.listeners.receiving import Receiver


class SocketMode:
    """One connection, opened with the app-level token; Slack's client renews it by itself."""

    def __init__(self, app_token: str) -> None:
        self._token = app_token
        self._handler: AsyncSocketModeHandler | None = None

    async def open(self, app: Receiver) -> None:
        """Connect. Raises what Slack's client raises while Slack is away; then it may be called again."""
        if self._handler is None:
            self._handler = AsyncSocketModeHandler(app, self._token)  # type: ignore[arg-type]  # it asks for no more of it
        await self._handler.connect_async()  # type: ignore[no-untyped-call]

    async def is_open(self) -> bool:
        """Whether Slack delivers here."""
        return self._handler is not None and await self._handler.client.is_connected()

    async def leave(self) -> None:
        """Disconnect: Slack delivers to another replica's connection from now on, or again later."""
        if self._handler is not None:
            await self._handler.close_async()  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        """Nothing is left to do after `leave`."""
