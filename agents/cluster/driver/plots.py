"""On a cluster `plt.show()` has no screen: the figures that it would show are saved among the program's files."""
# ruff: noqa: PTH118, PTH123, TID251  # runs in the program's process: as little as possible is imported

from __future__ import annotations

import contextlib
import itertools
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .child import Events

OUT = "RAYGEN_OUT"


def patch_pyplot(module: Any, _events: Events) -> None:
    """Replace `show`; afterwards the figures are closed, as they are when a person has closed their windows."""

    def show(*_args: object, **_kwargs: object) -> None:
        for number in module.get_fignums():
            save(module.figure(number))
        module.close("all")

    module.show = show


def save(figure: Any) -> None:
    """Save the figure under the first name of `figure-1.png`, `figure-2.png` … that is free."""
    for number in itertools.count(1):
        path = os.path.join(os.environ.get(OUT, "."), f"figure-{number}.png")
        with contextlib.suppress(FileExistsError), open(path, "xb") as file:
            figure.savefig(file, format="png")
            return
