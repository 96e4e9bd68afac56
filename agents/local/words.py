"""Pure: requests that ask for no program, which a small model that writes programs only does not pretend to answer."""

import re

ONLY_PROGRAMS = (
    "I am a small language model on this machine. I write Ray programs, which are then tried on the cluster; questions "
    "and conversation I leave to larger models. Say what a program should do, for example “Count the primes below a "
    "million with 8 tasks”, or set RAYGEN_MODEL=provider:model to ask a larger model."
)
_GREETING = re.compile(
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|help|test)(?: (?:there|raygen|everyone|all))?",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"(?:what (?:is|are|does|do|can|was)|what's|who|why|when|which|where|should|is (?:it|there|that|this|ray)|"
    r"are there|does|do you|did|have you|how (?:does|do|are you|is|can i)|explain|describe|tell me|can you explain)\b",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"\d|\b(?:add|average|build|calculate|compute|convert|count|create|draw|estimate|filter|find|generate|histogram|"
    r"make|maximum|mean|median|minimum|multiply|plot|print|program|run|script|sample|save|show|simulate|sort|split|sum|"
    r"train|tune|write)(?:s|es|d|ed|ing)?\b",
    re.IGNORECASE,
)
"""What a program would do: a question with such a word or a number in it is taken for a request."""


def asks_for_no_program(request: str) -> bool:
    """Whether `request` is a greeting, or a question that no program's output would answer."""
    said = " ".join(request.split()).strip(" .!?…")
    if not said or _GREETING.fullmatch(said):
        return True
    return _QUESTION.match(said) is not None and _WORK.search(said) is None
