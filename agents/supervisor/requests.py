"""Pure: a payload -> a request, of this interface or of the one that it replaces."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from agents.errors import BadRequest, CodeNotUtf8
from agents.text import is_well_formed
from agents.wire import REQUEST, Describe, Execute, Follow, Generate, Stop, Validate, sha256_of

EXECUTE_ONLY = "EXECUTE_ONLY:"


@dataclass(frozen=True)
class Call:
    """A request, and whether it came by the older interface, whose callers take one answer and never follow."""

    request: Generate | Validate | Execute | Follow | Stop | Describe
    legacy: bool = False


def parsed(payload: object, new_run_id: Callable[[], str]) -> Call:
    """The request in a payload. Raises BadRequest, CodeNotUtf8.

    The older interface is `{"prompt", "session_id", "ray_cluster_ip"}`, where a prompt that starts with
    `EXECUTE_ONLY:` asks for the code behind it to be run: the prefix decides, not a model.
    """
    if not isinstance(payload, Mapping):
        raise BadRequest
    legacy = "action" not in payload
    try:
        request = _legacy(payload, new_run_id) if legacy else REQUEST.validate_python(payload)
    except ValidationError as exc:
        raise BadRequest from exc
    _require_text(request)
    return Call(request, legacy=legacy)


def _require_text(request: Generate | Validate | Execute | Follow | Stop | Describe) -> None:
    if isinstance(request, (Generate, Validate, Execute)) and not is_well_formed(request.code or ""):
        raise CodeNotUtf8
    if isinstance(request, Generate) and not is_well_formed(request.prompt):
        raise BadRequest("The prompt contains a character that UTF-8 cannot hold. Remove it and ask again.")


def _legacy(payload: Mapping[str, object], new_run_id: Callable[[], str]) -> Generate | Execute:
    fields = {"session_id": "", **payload}
    prompt = fields.get("prompt")
    if not isinstance(prompt, str) or not prompt.startswith(EXECUTE_ONLY):
        return Generate.model_validate(fields)
    del fields["prompt"]
    # no program begins with a blank that means something
    code = prompt.removeprefix(EXECUTE_ONLY).lstrip()
    if not is_well_formed(code):
        raise CodeNotUtf8
    return Execute.model_validate(fields | {"code": code, "code_sha256": sha256_of(code), "run_id": new_run_id()})
