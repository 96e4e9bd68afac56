"""What the runtimes are asked."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from agents.wire.base import Wire
from agents.wire.files import MAX_INPUT_FILES, FileDescription, InputFiles
from agents.wire.grants import Grant

MAX_PROMPT_CHARACTERS = 12_000
"""A prompt longer than Slack's markdown block would not fit into the thread that it opens."""
MAX_CODE_BYTES = 1_048_576
"""1 MiB: far above any program a person reads, far below the 6 MB that an AgentCore gateway carries."""
MAX_HISTORY_TURNS = 20
MAX_HISTORY_VERSIONS = 20


class PastTurn(Wire):
    """An earlier request of the thread and what became of it.

    `answer` is what the person was told in words, `version` the number of the program that the turn ended with.
    """

    prompt: str
    answer: str = ""
    version: int | None = None


class PastVersion(Wire):
    """A program that the thread has had; `failure` tells how it last failed, when it was validated or run."""

    number: int = Field(ge=1)
    title: str
    code: str
    validated: bool
    failure: str = ""


class Generate(Wire):
    """Ask for code, or for a change of `code`, the thread's current program.

    `history` is the thread before this request, oldest first, and `versions` its programs, as whoever asks keeps them:
    data, and never more rights than the request itself has. `input_files` lie in the program's working directory when
    it is validated; `file_descriptions` are for its writer.
    """

    action: Literal["generate"] = "generate"
    prompt: str = Field(min_length=1, max_length=MAX_PROMPT_CHARACTERS)
    session_id: str
    ray_cluster_ip: str
    user_id: str = ""
    code: str | None = None
    history: tuple[PastTurn, ...] = Field(default=(), max_length=MAX_HISTORY_TURNS)
    versions: tuple[PastVersion, ...] = Field(default=(), max_length=MAX_HISTORY_VERSIONS)
    input_files: InputFiles | None = None
    file_descriptions: tuple[FileDescription, ...] = Field(default=(), max_length=MAX_INPUT_FILES)


class Validate(Wire):
    """Run a program that a person has given, once, as it is, and answer as for a generated one. No model is called."""

    action: Literal["validate"] = "validate"
    code: str = Field(min_length=1)
    title: str = Field(min_length=1)
    session_id: str
    ray_cluster_ip: str
    user_id: str = ""
    input_files: InputFiles | None = None


class Execute(Wire):
    """Run exactly `code`, with `input_files` in its directory; a repeated `run_id` finds the job of the first one.

    A program that needs approval is run with its `grant` alone.
    """

    action: Literal["execute"] = "execute"
    code: str
    code_sha256: str
    run_id: str
    session_id: str
    ray_cluster_ip: str
    user_id: str = ""
    wait_seconds: float = Field(default=10.0, ge=0, le=60)
    input_files: InputFiles | None = None
    grant: Grant | None = None


class Follow(Wire):
    """Wait at most `wait_seconds` for more of a run that was started before; never starts one.

    With `sources` the answer also tells where each line comes from, and holds Ray's own lines, which others leave out.
    """

    action: Literal["follow"] = "follow"
    run_id: str
    session_id: str
    ray_cluster_ip: str
    log_offset: int = Field(default=0, ge=0)
    wait_seconds: float = Field(default=10.0, ge=0, le=60)
    sources: bool = False


class Stop(Wire):
    """Stop a run, for `user_id`, who need not have started it; a run that has ended stays as it ended."""

    action: Literal["stop"] = "stop"
    run_id: str
    session_id: str
    ray_cluster_ip: str
    user_id: str = ""


class Describe(Wire):
    """Ask what a cluster has and how much of it is in use. No model is called, and nothing is started."""

    action: Literal["describe"] = "describe"
    session_id: str
    ray_cluster_ip: str


Request = Annotated[Generate | Validate | Execute | Follow | Stop | Describe, Field(discriminator="action")]
REQUEST: TypeAdapter[Generate | Validate | Execute | Follow | Stop | Describe] = TypeAdapter(Request)


class GenerateCode(Wire):
    """What the code-generation runtime is asked.

    `system_prompt` is `ray` (the default) or `spark` for a prompt that ships with the runtime, else the whole system
    prompt itself. `facts` are added to a shipped prompt. With `progress` the answer is a stream of Drafting, Waiting
    and Heartbeat that ends with Finished, else one Envelope.
    """

    prompt: str = Field(min_length=1)
    system_prompt: str | None = None
    session_id: str | None = None
    facts: str = Field(default="", max_length=20_000)
    progress: bool = False
