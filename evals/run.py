"""Asking all that has no stored answer yet, a few at a time, and judging all."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from evals.answers import REFERENCE, Answer, AnswerFiles
from evals.asking import Asker
from evals.judging import Verdict, judge
from evals.request import EvalRequest, load_files
from evals.stage import Stage

OFFLINE = "cookbook"
"""The model that agents are started with when none of them will be asked."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What to ask of `model`, or of the requests' own solutions when it is REFERENCE.

    `answers` is where answers are kept, `data` the directory for the data files. `fresh` asks again for all;
    `rerun` runs the stored programs again and asks no model. `at_once` is how many are asked at the same time.
    """

    model: str
    requests: Sequence[EvalRequest]
    answers: Path
    data: Path
    fresh: bool = False
    rerun: bool = False
    at_once: int = 2


async def evaluate(plan: Plan, say: Say) -> list[Verdict]:
    """A verdict for each request, in their order. Raises CannotStart.

    Answers are kept as they come, so that what was interrupted goes on where it stopped.
    """
    kept = AnswerFiles(plan.answers, plan.model)
    stored = {request.name: kept.find(request.name, request.prompt) for request in plan.requests}
    waiting = [request for request in plan.requests if _is_asked(plan, stored[request.name])]
    if waiting:
        say(f"{len(plan.requests) - len(waiting)} answers are there, {len(waiting)} to get.")
        stored |= await _asked(plan, waiting, stored, kept, say)
    return [judge(request, answer) for request in plan.requests if (answer := stored[request.name]) is not None]


def _is_asked(plan: Plan, answer: Answer | None) -> bool:
    if plan.rerun:
        return answer is not None and bool(answer.code)
    return plan.fresh or answer is None or answer.outcome == "lost"


async def _asked(
    plan: Plan, waiting: Sequence[EvalRequest], stored: dict[str, Answer | None], kept: AnswerFiles, say: Say
) -> dict[str, Answer | None]:
    _lay_out(plan.data)
    places = asyncio.Semaphore(plan.at_once)
    started_with = OFFLINE if plan.rerun or plan.model == REFERENCE else plan.model
    async with Stage(model=started_with, say=say) as stage, httpx.AsyncClient(trust_env=False) as client:
        asker = Asker(client, stage.supervisor_url, stage.ray.address, plan.model)

        async def get(request: EvalRequest) -> Answer:
            async with places:
                answer = await answered(asker, plan, request, stored[request.name])
            kept.keep(answer)
            say(_told(judge(request, answer)))
            return answer

        answers = await asyncio.gather(*map(get, waiting))
    return {answer.request: answer for answer in answers}


async def answered(asker: Asker, plan: Plan, request: EvalRequest, earlier: Answer | None) -> Answer:
    """The answer to one request. Filed under the prompt as it stands in the request, wherever the data lay."""
    data = str(plan.data)
    if plan.rerun and earlier is not None:
        again = await asker.run(request.name, request.prompt, earlier.code)
        # what the model took stays; only how the program ended is new
        unchanged = {"usage": earlier.usage, "prompts": earlier.prompts, "statuses": earlier.statuses}
        return again.model_copy(update=unchanged)
    if earlier is not None and earlier.code and not plan.fresh and plan.model != REFERENCE:
        again = await asker.run(request.name, request.prompt, earlier.code)
        if again.outcome == "ran":
            return _found_again(earlier, again)
    if plan.model == REFERENCE:
        return await asker.run(request.name, request.prompt, request.solution(data))
    answer = await asker.ask(request.name, request.asked(data))
    return answer.model_copy(update={"prompt": request.prompt})


def _found_again(lost: Answer, again: Answer) -> Answer:
    """The answer that `lost` would have been: its program was written and paid for, and has run now."""
    told = {"usage": lost.usage, "prompts": lost.prompts, "statuses": (*lost.statuses, *again.statuses)}
    return again.model_copy(update={**told, "seconds": round(lost.seconds + again.seconds, 3)})


def _lay_out(data: Path) -> None:
    """Write the data files where prompts and programs say that they are."""
    data.mkdir(parents=True, exist_ok=True)
    for name, text in load_files().items():
        (data / name).write_text(text, encoding="utf-8")


def _told(verdict: Verdict) -> str:
    reasons = "; ".join(verdict.problems) or verdict.answer.said.partition("\n")[0][:200]
    return f"{verdict.request.name}: {verdict.grade}{f' ({reasons})' if reasons and verdict.grade != 'passed' else ''}"
