"""apps.connections.open: a websocket address for Socket Mode."""

from sandbox.slack.model import Json
from sandbox.slack.platform import Platform


def open_connection(platform: Platform, args: Json) -> Json:  # noqa: ARG001  every method has the same shape
    """apps.connections.open: the address is good for one connection."""
    host = platform.base_url.removeprefix("http://")
    return {"url": f"ws://{host}/link/?ticket={platform.sockets.ticket()}&app_id={platform.workspace.app_id}"}
