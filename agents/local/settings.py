"""What llama.cpp reads from the environment of the process that it runs in: the only place here that writes to it."""

import os


def have_threads_wait_passively() -> None:
    """Have OpenMP's threads sleep while they wait, unless somebody has decided otherwise; before llama.cpp is loaded.

    They spin by default, which on a machine that does anything else at the same time takes the others' cores
    (https://gcc.gnu.org/onlinedocs/libgomp/OMP_005fWAIT_005fPOLICY.html).
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # noqa: TID251 - libgomp takes it from nowhere else
