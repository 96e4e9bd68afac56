"""The body of a verified request -> Slack's payload, with everything in it that the listeners rely on. Pure.

Events are JSON; commands are a form; interactions are a form whose field `payload` is JSON:
https://docs.slack.dev/apis/events-api/using-http-request-urls. What is checked is the shape of what is read: Slack
adds fields as it likes, and they are passed on.
"""

import json
from typing import Annotated, Any, Self
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, model_validator

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
MAX_FIELDS = 100

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,255}$")]
"""A user's, channel's, message's or trigger's name as Slack makes them."""


OurOwn = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=3000)]
"""What Raygen wrote into a block or a view, and gets back."""


class Malformed(Exception):
    """Slack signed it, and it is nothing that Slack documents."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class _Named(_Shape):
    id: Id


class _User(_Named):
    team_id: Id | None = None


class _Place(_Shape):
    message_ts: Id | None = None
    channel_id: Id | None = None


class _Message(_Shape):
    ts: Id | None = None
    thread_ts: Id | None = None
    text: str | None = None
    user: Id | None = None
    bot_id: Id | None = None
    files: list[dict[str, Any]] | None = None
    blocks: list[dict[str, Any]] | None = None


class _Event(_Shape):
    type: str
    subtype: str | None = None
    user: Id | dict[str, Any] | None = None
    channel: Id | dict[str, Any] | None = None
    team: Id | None = None
    user_team: Id | None = None
    bot_id: Id | None = None
    bot_profile: dict[str, Any] | None = None
    message: dict[str, Any] | None = None
    ts: Id | None = None
    thread_ts: Id | None = None
    channel_type: str | None = None
    text: str | None = None
    tab: str | None = None
    files: list[dict[str, Any]] | None = None


class _Said(_Event):
    channel: Id
    ts: Id
    user: Id | None = None


class _Opened(_Event):
    channel: Id
    user: Id


class _Stopped(_Opened):
    thread_ts: Id


class _Function(_Shape):
    callback_id: OurOwn


class _Executed(_Event):
    function: _Function
    function_execution_id: Id
    inputs: dict[str, Any] | None = None
    bot_access_token: Id | None = None


class _Envelope(_Shape):
    event: _Event
    team_id: Id | None = None
    enterprise_id: Id | None = None
    authorizations: list[dict[str, Any]] | None = None
    is_ext_shared_channel: bool | None = None


class _Challenge(_Shape):
    challenge: str


class _Command(_Shape):
    command: str
    trigger_id: Id
    user_id: Id
    channel_id: Id
    team_id: Id | None = None
    text: str | None = None
    response_url: str | None = None


class _Action(_Shape):
    action_id: OurOwn
    value: OurOwn | None = None


class _View(_Shape):
    id: Id | None = None
    callback_id: OurOwn | None = None
    private_metadata: OurOwn | None = None
    state: dict[str, dict[str, dict[str, dict[str, Any]]]] | None = None


class _Interaction(_Shape):
    type: str
    user: _User
    team: _Named | None = None
    channel: _Named | None = None
    container: _Place | None = None
    message: _Message | None = None
    view: _View | None = None
    actions: list[_Action] | None = Field(default=None, min_length=1)
    trigger_id: Id | None = None
    callback_id: str | None = None
    response_url: str | None = None


class _Pressed(_Interaction):
    actions: list[_Action] = Field(min_length=1)
    trigger_id: Id

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.view is None and self.channel is None:
            raise ValueError("a button stands in a view or in a message, and a message in a channel")
        return self


class _Written(_Message):
    ts: Id


class _OnMessage(_Interaction):
    message: _Written
    channel: _Named
    trigger_id: Id
    callback_id: OurOwn


class _Anywhere(_Interaction):
    trigger_id: Id
    callback_id: OurOwn


class _Sent(_View):
    id: Id
    callback_id: OurOwn
    private_metadata: OurOwn
    state: dict[str, dict[str, dict[str, dict[str, Any]]]]


class _Submitted(_Interaction):
    view: _Sent


SHAPES: dict[str, type[_Shape]] = {
    "block_actions": _Pressed,
    "event_callback": _Envelope,
    "message_action": _OnMessage,
    "shortcut": _Anywhere,
    "url_verification": _Challenge,
    "view_submission": _Submitted,
}
"""By the payload's type; a command has none."""
EVENTS: dict[str, type[_Event]] = {
    "agent_session_stopped": _Stopped,
    "app_home_opened": _Opened,
    "app_mention": _Said,
    "function_executed": _Executed,
    "message": _Said,
}
_OBJECT = TypeAdapter(dict[str, Any])


def payload_of(body: bytes, content_type: str) -> dict[str, Any]:
    """The payload; `content_type` without its parameters is JSON or FORM. Raises Malformed."""
    try:
        text = body.decode()
        payload = _object(text) if content_type == JSON else _in_form(text)
        json.dumps(payload, ensure_ascii=False).encode()  # half a character can be escaped, and written down nowhere
        _check(payload)
    except (ValueError, RecursionError, ValidationError) as error:
        raise Malformed from error
    return payload


def is_certificate_check(body: bytes) -> bool:
    """Whether Slack looks at the server's certificate: it asks for nothing, and does not sign.

    https://docs.slack.dev/interactivity/implementing-slash-commands
    """
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        return False
    return ("ssl_check", "1") in fields and not {"command", "payload"} & {name for name, _ in fields}


def _in_form(text: str) -> dict[str, Any]:
    fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS))
    # Not by looking for the word: a command whose text says «payload» is still a command.
    return _object(fields["payload"]) if "payload" in fields and "command" not in fields else fields


def _object(text: str) -> dict[str, Any]:
    return _OBJECT.validate_python(json.loads(text))


def _check(payload: dict[str, Any]) -> None:
    kind = payload.get("type")
    if kind is None:
        _Command.model_validate(payload)
        return
    SHAPES.get(str(kind), _Interaction).model_validate(payload)
    if kind == "event_callback":
        EVENTS.get(payload["event"]["type"], _Event).model_validate(payload["event"])
