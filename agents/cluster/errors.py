"""The failures that the cluster room anticipates.

ClusterError
├── RejectedError            nothing was executed: the arguments, the code, the address or the policy forbade it
│   ├── SyntaxRejectedError  Python cannot read the program
│   └── PolicyRejectedError  the policy forbids it, or wants a person to approve it
├── UnreachableError         the cluster did not answer, or not in time
│   └── UnknownOutcomeError  a submission was sent, and whether it arrived is not known
├── RefusedError             the cluster does not accept us (401, 403), or what answers is no Ray cluster
├── NoSuchJobError           the cluster does not know the job: it was rebuilt, or the job was never submitted
└── JobExistsError           the submission id is taken: an earlier attempt arrived
"""

from agents.wire import ErrorCode, PolicyFinding, WireError


class ClusterError(Exception):
    """The base; `str()` is a whole sentence for a person, without the text of a foreign exception."""

    code: ErrorCode = "internal"

    def wire(self) -> WireError:
        """The error as it crosses the process."""
        return WireError(code=self.code, message=str(self))


class RejectedError(ClusterError):
    """Nothing was executed, for the reason that `code` names."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code


class SyntaxRejectedError(RejectedError):
    """Python cannot read the program; `shown` is what it would have printed about it."""

    def __init__(self, message: str, shown: str) -> None:
        super().__init__("syntax", message)
        self.shown = shown


class PolicyRejectedError(RejectedError):
    """The policy forbids the program, or wants a person to approve it; `findings` say where and why."""

    def __init__(self, code: ErrorCode, message: str, findings: tuple[PolicyFinding, ...]) -> None:
        super().__init__(code, message)
        self.findings = findings


class UnreachableError(ClusterError):
    """The cluster did not answer, or not in time; what was asked may have happened."""

    code: ErrorCode = "cluster_unreachable"


class UnknownOutcomeError(UnreachableError):
    """A submission was sent, and neither its answer nor the job could be seen."""


class RefusedError(ClusterError):
    """The cluster does not accept our token, or what answers there is no Ray cluster."""

    code: ErrorCode = "cluster_refused"


class NoSuchJobError(ClusterError):
    """The cluster does not know the job."""

    code: ErrorCode = "job_failed"


class JobExistsError(ClusterError):
    """The submission id is taken: an earlier attempt arrived although its answer was lost."""

    code: ErrorCode = "bad_request"
