"""The checks: each looks at a program for one kind of thing, and yields what breaks a rule."""

from collections.abc import Callable, Iterator

from agents.cluster.policy.checks import (
    attributes,
    constants,
    environment,
    expressions,
    files,
    imports,
    loading,
    mentions,
    options,
    reflection,
)
from agents.cluster.policy.program import Hit, Program

CHECKS: tuple[Callable[[Program], Iterator[Hit]], ...] = (
    imports.imported,
    mentions.mentioned,
    attributes.used,
    reflection.reflected,
    constants.written,
    environment.read,
    options.given,
    files.opened,
    loading.loaded,
    expressions.evaluated,
)
