"""Where a hostile model is played: both agents as they are, the Lambda's own screening, and the card of the bot."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.cluster.handler import answer
from agents.cluster.policy import Allowances, screen
from agents.cluster.settings import ClusterSettings
from agents.codegen.agent import Patron, write_program
from agents.codegen.dialects import shipped
from agents.errors import AgentError, RemoteFailure
from agents.models import OpenedModel
from agents.supervisor.codegen import Commission
from agents.wire import GeneratedCode, Generation, JobReport, Reply, WireError
from bot.answered_cards import AnsweredCards
from bot.redaction import Redaction
from bot.store.models import CodeVersion, Turn
from sandbox.slack.drawing.blocks import lines_of_blocks
from sandbox.slack.drawing.names import Names
from tests.agents.supervisor.rig import CLUSTER, GOOD, Rig
from tests.fakes.gateway import FakeGateway, Outcome, succeeds
from tests.fakes.scripted_model import Call, ScriptedModel, Step

FAILS = "FAILS"
"""A program that holds this word fails on the cluster; every other one prints a greeting."""


def hands_in(code: str = GOOD, **words: str) -> Call:
    """What a writer's model does with a program."""
    return Call("submit_program", {"code": code, "title": "A title", "explanation": "How.", **words})


@dataclass
class ScriptedWriter:
    """The code-gen agent with a scripted model behind it."""

    model: ScriptedModel
    prompts: list[tuple[str, str]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    def generate(self, commission: Commission) -> GeneratedCode:
        """See CodeGenerator."""
        self.prompts.append((commission.prompt, commission.session_id))
        patron = Patron(commission.announce, commission.cancelled, commission.meter)
        try:
            program = write_program(OpenedModel(self.model, "Writing 1"), commission.prompt, shipped("ray"), patron)
        except AgentError as exc:
            raise RemoteFailure(exc.to_wire()) from exc
        self.written.append(program.code)
        return program


@dataclass(frozen=True)
class Cluster:
    """The Lambda's screening refuses what it refuses; of the rest FAILS decides. A failing program prints `prints`."""

    prints: str = ""

    def __call__(self, code: str) -> Sequence[Outcome]:
        """The reports of a program's job."""
        if screen(code, Allowances()).decision != "allow":
            event = {"code": code, "ray_cluster_ip": CLUSTER, "run_id": "r-1"}
            return [answer(event, "validate_ray_code", ClusterSettings(hosts=(CLUSTER,)))]
        if FAILS not in code:
            return succeeds(code)
        return [JobReport(status="failed", output=self.prints, traceback=f"NameError: {FAILS}", exit_code=1)]


@dataclass(frozen=True)
class Played:
    """A request that has ended: the parts that took part in it, and its card, line by line."""

    rig: Rig
    writer: ScriptedWriter
    card: list[str]

    @property
    def models_saw(self) -> str:
        """Everything that either model was sent."""
        return self.rig.model.words + self.writer.model.words

    @property
    def executed(self) -> list[str]:
        """The programs that the cluster did not refuse."""
        settled = {code: Cluster()(code)[0] for code in self.rig.gateway.started.values()}
        return [
            code for code, report in settled.items() if isinstance(report, JobReport) and report.status != "rejected"
        ]


def play(
    steps: Sequence[Step], writes: Sequence[Step], *, loops: bool = False, prints: str = "", **asked: Any
) -> Played:
    """One request through the supervisor, with what its two models do, and then on its card."""
    writer = ScriptedWriter(ScriptedModel(*writes))
    turn = Rig(ScriptedModel(*steps, loops=loops), writer, FakeGateway(Cluster(prints)))  # type: ignore[arg-type]  # it speaks the CodeGenerator protocol
    try:
        end: Generation | WireError = turn.generate(**{"user_id": "U-1", **asked})
    except AgentError as exc:
        end = exc.to_wire()
    return Played(turn, writer, card_of(end))


def card_of(end: Generation | WireError) -> list[str]:
    """The end of a request as the bot shows it in Slack, drawn line by line."""
    turn = Turn(id="turn-1")
    version = None
    if isinstance(end, WireError):
        turn.error = end.model_dump(mode="json")
    else:
        turn.answer = end.model_dump(mode="json")
        if not isinstance(end, Reply):
            version = CodeVersion(id="version-1", number=1, code=end.code)
    card = AnsweredCards(Redaction()).card(turn, version, None, None)
    return [line.strip() for line in lines_of_blocks(card.blocks, Names())]
