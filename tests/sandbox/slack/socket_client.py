"""A bare Socket Mode client, for tests that look at the envelopes themselves."""

import asyncio
import json

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

SECONDS = 5.0


class RawSocket:
    """One connection; acknowledges nothing by itself."""

    def __init__(self, server):
        self._server = server
        self._session = aiohttp.ClientSession()
        self.hello = {}
        self.url = ""

    async def __aenter__(self):
        opened = await AsyncWebClient(base_url=self._server.api_url).apps_connections_open(
            app_token=self._server.app_token
        )
        self.url = opened["url"]
        self._socket = await self._session.ws_connect(self.url)
        self.hello = await self.next_envelope()
        return self

    async def __aexit__(self, *_):
        await self._session.close()

    async def next_envelope(self):
        return json.loads(await asyncio.wait_for(self._socket.receive_str(), SECONDS))

    async def next_request(self):
        """The next command or interaction; events on the way are acknowledged and passed over."""
        while (envelope := await self.next_envelope())["type"] == "events_api":
            await self.ack(envelope)
        return envelope

    async def ack(self, envelope, payload=None):
        body = {"envelope_id": envelope["envelope_id"]}
        await self._socket.send_str(json.dumps(body | ({"payload": payload} if payload is not None else {})))

    async def is_closed(self):
        message = await asyncio.wait_for(self._socket.receive(), SECONDS)
        return message.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.ERROR)

    async def status_of_another_connection(self):
        try:
            await self._session.ws_connect(self.url)
        except aiohttp.WSServerHandshakeError as refusal:
            return refusal.status
        return 101
