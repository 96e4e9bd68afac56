"""Everything that may go wrong on the Slack side and was anticipated.

    RaygenError
    ├── BadRequest            what the person sent cannot be done as it is
    ├── Refused               this person may not do this here
    ├── Stale                 the button belongs to something that has moved on
    ├── NotReady              this replica is still starting, or about to end
    ├── Busy                  so much is waiting already that more would wait in vain
    ├── SlackRefused          Slack answered ok: false, and trying again would not help
    ├── SlackUnavailable      Slack did not answer, or answered 5xx or 429 for too long
    ├── FilesUnavailable      the object store for attached files cannot be used just now
    ├── StoreUnavailable      the database does not answer
    ├── SupervisorFailed      the agent side answered with an error
    └── LeaseLost             another replica holds this row now; whatever we do must not be written

`sentence` is for a person: what happened and what to do. It never holds an exception's text.
"""

from collections.abc import Iterable


class RaygenError(Exception):
    """The base: carries a whole `sentence` for the person who asked, and a `code` for the log."""

    whom: tuple[str, ...] = ()
    """Slack's ids of the people and user groups who can help, to be named after the sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence


class BadRequest(RaygenError):
    """What the person sent cannot be done as it is."""


class Refused(RaygenError):
    """This person may not do this here; `whom` may. The sentence is whole without them."""

    def __init__(self, code: str, sentence: str, whom: Iterable[str] = ()) -> None:
        super().__init__(code, sentence)
        self.whom = tuple(whom)


class Stale(RaygenError):
    """The button belongs to something that has moved on."""


class NotReady(RaygenError):
    """This replica is still starting, or about to end."""

    def __init__(self) -> None:
        super().__init__("not_ready", "I am not ready now: /readyz says what is missing. Try again in a minute.")


class Busy(RaygenError):
    """So much is waiting already that more would wait in vain."""


class SlackRefused(RaygenError):
    """Slack answered `ok: false`; `code` is Slack's own error code."""


class SlackUnavailable(RaygenError):
    """Slack did not answer in time, after all retries."""


class FilesUnavailable(RaygenError):
    """The object store for attached files does not answer, or does not let us in."""


class StoreUnavailable(RaygenError):
    """The database does not answer; nothing is known of what it was told last."""

    def __init__(self) -> None:
        super().__init__("store_unavailable", "My database does not answer. Try again in a minute.")


class SupervisorFailed(RaygenError):
    """The agent side answered with an error, or could not be reached."""


class LeaseLost(RaygenError):
    """Another replica holds this row now."""

    def __init__(self, row_id: str) -> None:
        super().__init__("lease_lost", f"{row_id} is being handled elsewhere.")
