"""Secrets out of a text: the rules are shared with the agents, whose logs need them too."""

from agents.redaction import OVERLAP, REDACTED, WINDOW, Redaction

__all__ = ["OVERLAP", "REDACTED", "WINDOW", "Redaction"]
