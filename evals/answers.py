"""What a model answered, stored as a file each, so that a changed checker can judge it again without asking again."""

import re
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from agents.wire import Usage

REFERENCE = "reference"
"""In the place of a model: the requests' own solutions."""

Outcome = Literal["ran", "failed", "refused", "lost"]
"""`ran`: without an error. `failed`: no attempt did. `refused`: no program, or the policy forbade it. `lost`: something
between here and the cluster broke, which says nothing about the model; such an answer is got again."""


class Answer(BaseModel):
    """One request, one model, one answer; `statuses` is how each attempt ended, `seconds` the whole turn's time.

    `said` is the reply or the error in words. `prompts` identifies the prompts that the model was given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    request: str
    prompt: str
    model: str
    outcome: Outcome
    code: str = ""
    output: str = ""
    files_saved: int = 0
    said: str = ""
    statuses: tuple[str, ...] = ()
    seconds: float
    usage: Usage = Usage()
    prompts: str = ""
    ray: str = ""
    date: str


class AnswerFiles:
    """The answers of one model in a directory of its own below `root`."""

    def __init__(self, root: Path, model: str) -> None:
        self.directory = root / re.sub(r"[^A-Za-z0-9.-]+", "-", model).strip("-.")

    def find(self, request: str, prompt: str) -> Answer | None:
        """The stored answer to exactly this prompt; None also for one that is of another form."""
        try:
            answer = Answer.model_validate_json(self._path(request).read_bytes())
        except (OSError, ValueError):
            return None
        return answer if answer.prompt == prompt else None

    def keep(self, answer: Answer) -> None:
        """Store the answer in place of an earlier one."""
        self.directory.mkdir(parents=True, exist_ok=True)
        path = self._path(answer.request)
        unfinished = path.with_suffix(".new")
        unfinished.write_text(answer.model_dump_json(indent=2), encoding="utf-8")
        unfinished.replace(path)

    def _path(self, request: str) -> Path:
        return self.directory / f"{request}.json"
