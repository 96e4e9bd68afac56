"""Pure: which capabilities a program asks for, decided before anything of it is executed.

Screening, never the boundary: a program that runs on a cluster can do what the cluster's machines can do, so a cluster
belongs to one zone of trust and holds no secrets. What this catches is what a careless model or a pasted program does.
"""

from agents.cluster.policy.allowances import Allowances
from agents.cluster.policy.screening import screen
from agents.cluster.policy.verdict import Decision, Finding, Verdict

__all__ = ["Allowances", "Decision", "Finding", "Verdict", "screen"]
