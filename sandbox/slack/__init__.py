"""A stand-in for Slack's servers that a real bot connects to, and the person who uses it there."""

from sandbox.slack.clock import Clock, ManualClock, SystemClock
from sandbox.slack.errors import NotPermitted, NotVisible, SandboxError, WaitTimeoutError
from sandbox.slack.journal import Call
from sandbox.slack.model import File, Message, User, View
from sandbox.slack.person.outcome import Outcome
from sandbox.slack.person.screen import Conversation
from sandbox.slack.rates import RateLimits
from sandbox.slack.server import SlackServer
from sandbox.slack.timing import Timing

__all__ = [
    "Call",
    "Clock",
    "Conversation",
    "File",
    "ManualClock",
    "Message",
    "NotPermitted",
    "NotVisible",
    "Outcome",
    "RateLimits",
    "SandboxError",
    "SlackServer",
    "SystemClock",
    "Timing",
    "User",
    "View",
    "WaitTimeoutError",
]
