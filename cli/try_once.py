"""`raygen try`: one conversation in a sandbox of its own, printed as Slack would show it."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.blocks.names import LIVE_RUN, LIVE_TURN
from cli.conversation import Conversation, Ended, has_block
from cli.ways import Person, Way, Wishes
from cli.ways_in import PERSON, Attached, channel_of
from sandbox.slack import Call, File, Message, SlackServer
from sandbox.slack.drawing.names import names_of
from sandbox.slack.render import render_thread
from sandbox.system import Sandbox

OTHER_REQUESTS = frozenset({"response_url", "upload", "file_download"})
"""What the bot sends to Slack beside the methods of the Web API."""
DEFAULT_FILE_PROMPT = "Run the program that I brought"


@dataclass(frozen=True)
class Try:
    """What to try: a prompt with `files`, or a file of `code` instead of generated code; `as_json` for programs.

    Without a `way` in, it is a command, and a mention where there are files. `settings` are the sandbox's, and with
    `approvals` the group `approvers` approves what needs it.
    """

    prompt: str
    wishes: Wishes
    model: str
    code: Path | None = None
    files: tuple[Path, ...] = ()
    as_json: bool = False
    way: Way | None = None
    person: Person = PERSON
    settings: Mapping[str, str] = field(default_factory=dict)
    approvals: bool = False

    @property
    def channel(self) -> str:
        """Where it is asked."""
        return channel_of(self.way or "command", self.person)

    @property
    def attached(self) -> Attached:
        """The files as a person attaches them."""
        return [(path.name, path.read_bytes()) for path in self.files]

    @property
    def provider(self) -> str:
        """The model that answers: a given file is played by a provider of its own, through the whole chain."""
        return f"file:{self.code.resolve()}" if self.code else self.model


@dataclass
class Printer:
    """Prints a conversation as it grows: progress a line each, messages when they are complete.

    `quiet` leaves the messages out, for a reader who gets the JSON document at the end. `events` is everything that
    was done and shown, in order.
    """

    slack: SlackServer
    channel: str
    person: Person
    quiet: bool
    printed: set[str] = field(default_factory=set)
    events: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, message: Message) -> None:
        """A message that is new or has changed."""
        self.events.append({"event": "message", "ts": message.ts, "text": message.text})
        if _is_progress(message):
            self._once(_last_line(message), _say)
        elif not self.quiet:
            names = names_of(self.slack.platform.workspace)
            self._once("\n".join(["", *render_thread([message], names)]), _show)

    def act(self, what: str) -> None:
        """Something that the person does."""
        self.events.append({"event": "act", "user": self.person, "channel": self.channel, "what": what})
        if not self.quiet:
            where = f"#{self.channel}" if self.channel != self.person else "a direct message"
            _show(f"\n{self.person} in {where}\n  {what}")

    def refused(self, words: str) -> None:
        """What Slack shows to the person alone."""
        if not self.quiet:
            _show(f"\nraygen APP (only visible to {self.person})\n  {words}")

    def _once(self, text: str, show: Callable[[str], None]) -> None:
        if text not in self.printed:
            self.printed.add(text)
            show(text)


async def try_once(wanted: Try) -> int:
    """Hold the conversation; 0 when everything that was asked for succeeded, else 1. Raises CannotStart."""
    async with Sandbox(
        model=wanted.provider, say=_say, approvals=wanted.approvals, settings=wanted.settings
    ) as sandbox:
        ended, document = await tried(wanted, sandbox.slack)
        if wanted.as_json:
            print(json.dumps(document, indent=2), flush=True)
    return 0 if ended.ok else 1


async def tried(wanted: Try, slack: SlackServer) -> tuple[Ended, dict[str, Any]]:
    """Hold the conversation in a sandbox that is there; how it ended, and the JSON document."""
    printer, before = Printer(slack, wanted.channel, wanted.person, quiet=wanted.as_json), len(slack.calls)
    talk = Conversation(slack, printer.tell, printer.act, wanted.way, wanted.person)
    ended = await talk.hold(wanted.prompt, wanted.wishes, wanted.attached)
    if ended.refused:
        printer.refused(ended.refused)
    return ended, _document(wanted, slack, ended, printer.events, slack.calls[before:])


def _say(line: str) -> None:
    print(f"· {line}", file=sys.stderr, flush=True)


def _show(text: str) -> None:
    print(text, flush=True)


def _is_progress(message: Message) -> bool:
    return has_block(message, LIVE_RUN) or has_block(message, LIVE_TURN)


def _last_line(message: Message) -> str:
    for task in message.blocks[0].get("tasks", ()):
        if task["status"] == "in_progress":
            return f"{task['title']}…"
    text = str(message.blocks[0].get("text", {}).get("text", message.text)).splitlines()[-1]
    return text.replace("⏳ ", "").replace("*", "").replace("`", "").partition(" · ")[0]


def _document(
    wanted: Try, slack: SlackServer, ended: Ended, events: list[dict[str, Any]], calls: Sequence[Call]
) -> dict[str, Any]:
    thread = slack.channel(wanted.channel).thread(ended.thread_ts) if ended.thread_ts else ()
    return {
        "prompt": wanted.prompt,
        "ok": ended.ok,
        "refused": ended.refused,
        "events": events,
        "messages": [_message(m) for m in thread],
        "files": [_file(f) for f in slack.files.values()],
        "calls": [_call(c) for c in calls if c.method not in OTHER_REQUESTS],
        "other_requests": [_call(c) for c in calls if c.method in OTHER_REQUESTS],
        "problems": slack.problems,
    }


def _file(file: File) -> dict[str, Any]:
    """A file; only a snippet has a text."""
    text = file.text if file.snippet_type else None
    return {"name": file.name, "text": text, "size": len(file.content), "channel": [c for c, _ in file.shares]}


def _call(call: Call) -> dict[str, Any]:
    return {"method": call.method, "args": call.args, "ok": call.ok, "error": call.error, "at": call.at}


def _message(message: Message) -> dict[str, Any]:
    return {
        "ts": message.ts,
        "thread_ts": message.thread_ts,
        "user": message.user,
        "text": message.text,
        "blocks": list(message.blocks),
        "files": [f.name for f in message.files],
    }
