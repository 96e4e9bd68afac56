"""What may keep a sandbox from starting.

CannotStart carries a whole sentence that says what to do.
"""


class CannotStart(Exception):
    """The sandbox cannot start or go on; the sentence says why and what to do."""
