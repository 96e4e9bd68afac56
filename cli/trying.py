"""The words of `raygen try`: what can be asked for, and what of it goes together. Nothing is imported for them."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from cli.ways import DECISIONS, PEOPLE, WAYS, WHILES, WITH_FILES, Wishes

if TYPE_CHECKING:
    from cli.try_once import Try

MOST_REQUESTS = 100
APPROVALS = "have the group approvers approve what needs it"
SET = "a setting of the bot, the agents or the Lambda, as in docs/settings.md; may be repeated"


def add_try(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """The subcommand."""
    once = commands.add_parser("try", help="one conversation in a sandbox of its own")
    once.add_argument("prompt", nargs="?", help="what the code should do")
    once.add_argument("--run", action="store_true", help="press Run when the code is there")
    once.add_argument("--code", type=_code_file, metavar="FILE", help="run this file instead of generated code")
    once.add_argument(
        "--file", type=Path, action="append", default=[], metavar="PATH", help="attach this file; may be repeated"
    )
    once.add_argument("--take-back", action="store_true", help="delete the attached files as soon as they are sent")
    once.add_argument("--by", choices=WAYS, help="the way to ask (command; a mention with files)")
    once.add_argument("--as", dest="person", choices=PEOPLE, default=PEOPLE[0], help="who asks (analyst)")
    once.add_argument("--stop", choices=WHILES, help="press Stop while the code is written, or while it runs")
    once.add_argument("--approvals", action="store_true", help=APPROVALS)
    once.add_argument("--approver", choices=DECISIONS, help="with --approvals: what the approver presses")
    once.add_argument("--crowd", type=_count, default=0, metavar="N", help="have a colleague ask N times before")
    once.add_argument("--set", type=setting, action="append", default=[], metavar="NAME=VALUE", help=SET)
    once.add_argument("--json", action="store_true", help="print events and every Slack call as one JSON document")
    once.add_argument("--model", help="provider:model; by default RAYGEN_MODEL, else the offline cookbook")
    return once


def conversation_of(wanted: argparse.Namespace) -> "Try":
    """What the words of the command line ask to be tried."""
    from cli.try_once import DEFAULT_FILE_PROMPT, Try  # noqa: PLC0415 - only when asked for
    from sandbox.settings import SandboxSettings  # noqa: PLC0415

    return Try(
        wanted.prompt or DEFAULT_FILE_PROMPT,
        Wishes(wanted.run, wanted.stop, wanted.approver, wanted.crowd, wanted.take_back),
        wanted.model or SandboxSettings().model,
        wanted.code,
        tuple(wanted.file),
        wanted.json,
        wanted.by,
        wanted.person,
        dict(wanted.set),
        wanted.approvals,
    )


def fault_of(wanted: argparse.Namespace) -> str:
    """What of a conversation does not go together, and what to do; empty where all does."""
    missing = next((path for path in wanted.file if not path.is_file()), None)
    faults = {
        'say what the code should do: raygen try "Create a Ray task that returns Hello"': (
            not wanted.prompt and not wanted.code
        ),
        f"{missing} is no file that can be read: give the path of one after --file": missing is not None,
        f"--file goes with --by {' or '.join(WITH_FILES)}: Slack attaches files to messages alone": (
            bool(wanted.file) and wanted.by not in (None, *WITH_FILES)
        ),
        "--take-back goes with --file: there is nothing to delete": wanted.take_back and not wanted.file,
        "--stop running goes with --run: nothing runs without it": wanted.stop == "running" and not wanted.run,
        "--approver goes with --approvals: without it nothing waits for one": wanted.approver and not wanted.approvals,
    }
    return next((fault for fault, holds in faults.items() if holds), "")


def setting(text: str) -> tuple[str, str]:
    """NAME=VALUE of the command line; raises argparse.ArgumentTypeError."""
    name, equals, value = text.partition("=")
    if not equals or not name.startswith("RAYGEN_"):
        raise argparse.ArgumentTypeError(f"{text} is no setting: write RAYGEN_…=VALUE, as docs/settings.md names them")
    return name, value


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > MOST_REQUESTS:
        raise argparse.ArgumentTypeError(f"{text} is no number of requests: give one from 0 to {MOST_REQUESTS}")
    return int(text)


def _code_file(text: str) -> Path:
    try:
        Path(text).read_bytes().decode()
    except OSError:
        raise argparse.ArgumentTypeError(f"{text} cannot be read: give the path of a Python file") from None
    except UnicodeDecodeError:
        raise argparse.ArgumentTypeError(f"{text} is not UTF-8: save it as UTF-8 and try again") from None
    return Path(text)
