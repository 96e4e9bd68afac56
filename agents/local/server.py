"""llama.cpp's server inside this process: started when it is first needed, on loopback, ended with the process."""

import secrets
import threading
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from agents.errors import ModelMisconfigured
from agents.local.settings import have_threads_wait_passively

RUNTIME = "xllamacpp"
CONTEXT_TOKENS = 8192
"""Room for the prompt with two recipes, the program and its failure; 0.25 GB with a model of 1.5 billion weights."""
QUIET = 0


class Served(Protocol):
    """A server that speaks OpenAI's protocol."""

    def address(self) -> str:
        """Its base URL, once it answers; blocks until then. Raises ModelMisconfigured."""

    @property
    def key(self) -> str:
        """What it asks for as an API key."""


class LlamaServer:
    """The server for one GGUF file. Threads may share it: the first to need it starts it, and the others wait.

    `start` gets the file and the key, and returns what holds the server, with its `listening_address`.
    """

    def __init__(self, path: Path, start: "Callable[[Path, str], Any] | None" = None) -> None:
        # other users of the machine reach its loopback too
        self.key = secrets.token_urlsafe(32)
        self._path = path
        self._start = start or _start
        self._lock = threading.Lock()
        self._running: Any = None

    def address(self) -> str:
        """See Served. Loading takes seconds."""
        with self._lock:
            if self._running is None:
                self._running = self._loaded()
        return f"{self._running.listening_address}/v1"

    def _loaded(self) -> Any:
        try:
            return self._start(self._path, self.key)
        except RuntimeError as exc:
            raise ModelMisconfigured(
                f"The model in {self._path.name} cannot be loaded: the file is damaged, is of a kind that the "
                f"installed {RUNTIME} does not know, or needs more memory than there is. Fetch it anew, or set "
                "another RAYGEN_MODEL_PATH."
            ) from exc


@cache
def server_of(path: Path) -> LlamaServer:
    """The process's one server for that file. A runtime opens its model once before it serves, and so makes it."""
    return LlamaServer(path)


def _start(path: Path, key: str) -> Any:
    have_threads_wait_passively()
    runtime = import_module(RUNTIME)
    wanted = runtime.CommonParams()
    wanted.model.path = str(path)
    wanted.n_ctx = CONTEXT_TOKENS
    wanted.hostnames = ["127.0.0.1"]
    wanted.port = 0
    wanted.api_keys = [key]
    wanted.ui = False
    wanted.verbosity = QUIET
    # beside the one in use no earlier prompts are kept, of which the default keeps 8 GB
    wanted.cache_ram_mib = 0
    return runtime.Server(wanted)
