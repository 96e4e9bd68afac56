"""The App Home: a person's own runs and threads, the cluster, and for administrators what is set and what was done."""

from bot.home.page import HomePage

__all__ = ["HomePage"]
