"""The design that Raygen replaces, as a yardstick: the code passes through the supervisor's model at every step.

Its tools take and give code by value, and its answer is what the model says, the code included. It gets the same
prompts, the same instructions and the same programs as Raygen's own agents.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from strands import Agent, tool
from strands.models import Model

from agents.codegen.dialects import chosen
from agents.codegen.extract import extract_program
from agents.supervisor.agent import system_prompt
from agents.text import said


@dataclass(frozen=True)
class Relay:
    """A supervisor whose model relays everything; `outcomes` are what the cluster says of each program in turn."""

    supervising: Model
    writing: Model
    outcomes: Sequence[str]

    def answer(self, prompt: str) -> str:
        """The supervisor's last words."""
        outcomes = iter(self.outcomes)

        @tool
        def generate_code(instructions: str) -> str:
            """Have a program written, changed or repaired. Answers with the program.

            Args:
                instructions: What the program should do, or what should change, with the program and its failure.
            """
            writer = Agent(model=self.writing, system_prompt=chosen(None, "", instructions).text, callback_handler=None)
            return extract_program(said(writer(instructions).message)) or ""

        @tool
        def validate_ray_code(code: str, ray_cluster_ip: str) -> str:  # noqa: ARG001  # the model's part is to send them
            """Run a program on a Ray cluster. Answers with what it printed, or with the failure to repair.

            Args:
                code: The whole program.
                ray_cluster_ip: The address of the cluster.
            """
            return next(outcomes)

        agent = Agent(
            model=self.supervising,
            tools=[generate_code, validate_ray_code],
            system_prompt=system_prompt(),
            callback_handler=None,
        )
        return said(agent(prompt).message)
