"""agents.sessions.* and assistant.threads.*: what an agent shows of itself in a thread.

https://docs.slack.dev/reference/methods/agents.sessions.setStatus. Not checked: session channels (all channels here are
ordinary ones, so thread_ts is always required), the timeouts after which Slack clears a status by itself, and icons.
An app that is no agent in its manifest gets not_authorized, as its users have reported.
"""

from typing import Any

from sandbox.slack.blockkit.schema import array, string, table
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Channel, Json, Session
from sandbox.slack.platform import Platform

STATUSES = ("active", "processing", "suspended", "closed")
MOST_TITLE = 200
MOST_PROMPTS = 4
PROMPT = table({"title": string(1_000), "message": string(4_000)}, ["title", "message"])
LOADING = array(string(50), 10)


def set_status(platform: Platform, args: Json) -> Json:
    """agents.sessions.setStatus: makes the session if there is none."""
    _agents_only(platform)
    check_status(args["status"])
    channel, thread_ts = _session_place(platform, args)
    initiator = args.get("initiator_user_id")
    if initiator is not None and initiator not in platform.workspace.users:
        raise SlackError("user_not_found")
    session = set_session(platform, channel.id, thread_ts, args["status"], args.get("title"))
    answer = {"status": session.status, "agent_status": session.status, "title": session.title}
    if "agent_session_stopped" not in platform.manifest.events:
        answer["warning"] = "missing_agent_session_stopped_event_subscription"
    return answer


def rename(platform: Platform, args: Json) -> Json:
    """agents.sessions.rename."""
    _agents_only(platform)
    channel, thread_ts = _session_place(platform, args)
    session = platform.workspace.sessions.get((channel.id, thread_ts))
    if session is None:
        raise SlackError("session_not_found")
    if not 1 <= len(args["title"]) <= MOST_TITLE:
        raise SlackError("invalid_name")
    set_session(platform, channel.id, thread_ts, session.status, args["title"])
    return {"title": args["title"]}


def set_thread_status(platform: Platform, args: Json) -> Json:
    """assistant.threads.setStatus: the "is thinking..." line; "" removes it."""
    channel = _thread(platform, args)
    faults: list[str] = []
    if "loading_messages" in args:
        LOADING(args["loading_messages"], "/loading_messages", faults)
    if faults:
        raise SlackError("invalid_arguments", faults)
    platform.statuses[channel.id, args["thread_ts"]] = args["status"]
    platform.journal.changed()
    return {}


def set_thread_title(platform: Platform, args: Json) -> Json:
    """assistant.threads.setTitle."""
    channel = _thread(platform, args)
    status = platform.workspace.sessions.get((channel.id, args["thread_ts"]))
    set_session(platform, channel.id, args["thread_ts"], status.status if status else "active", args["title"])
    return {}


def set_suggested_prompts(platform: Platform, args: Json) -> Json:
    """assistant.threads.setSuggestedPrompts: at most four; thread_ts may be left out by apps with agent_view."""
    if not platform.manifest.is_agent:
        raise SlackError("not_agent_app")
    channel = platform.workspace.channel_for_api(args["channel_id"])
    if "thread_ts" in args and args["thread_ts"] not in channel.messages:
        raise SlackError("invalid_thread_ts")
    faults: list[str] = []
    array(PROMPT, MOST_PROMPTS)(args["prompts"], "/prompts", faults)
    if faults:
        raise SlackError("invalid_arguments", faults)
    platform.prompts[channel.id] = list(args["prompts"])
    platform.journal.changed()
    return {}


def check_status(status: Any) -> None:
    """Raise invalid_status for a word that is none."""
    if status not in STATUSES:
        raise SlackError("invalid_status")


def set_session(platform: Platform, channel: str, thread_ts: str, status: str, title: str | None = None) -> Session:
    """Store the session's new state."""
    known = platform.workspace.sessions.get((channel, thread_ts))
    session = Session(channel, thread_ts, status, title or (known.title if known else None))
    platform.workspace.sessions[channel, thread_ts] = session
    platform.journal.changed()
    return session


def _agents_only(platform: Platform) -> None:
    if not platform.manifest.is_agent:
        raise SlackError("not_authorized")


def _session_place(platform: Platform, args: Json) -> tuple[Channel, str]:
    channel = platform.workspace.channel_for_api(args["channel_id"])
    if not args.get("thread_ts"):
        raise SlackError("thread_ts_required")
    if args["thread_ts"] not in channel.messages:
        raise SlackError("channel_not_found")
    return channel, args["thread_ts"]


def _thread(platform: Platform, args: Json) -> Channel:
    channel = platform.workspace.channel_for_api(args["channel_id"])
    if args["thread_ts"] not in channel.messages:
        raise SlackError("invalid_thread_ts")
    return channel
