"""What can go wrong on the agent side, as one tree.

    AgentError                      code                  what a caller may do
    ├── BadRequest                  bad_request           change the request
    ├── CodeNotUtf8                 code_not_utf8         change the code
    ├── HashMismatch                hash_mismatch         ask for the run again
    ├── Cancelled                   cancelled             nothing: somebody asked for it
    ├── NoCode                      no_code               rephrase
    ├── NotValidated                not_validated         try again
    ├── Misconfigured               internal              set what the sentence names
    ├── WeightsNotPulled            internal              what the sentence says
    ├── RemoteFailure               the remote's own      what the remote's sentence says
    ├── RuntimeFailure              runtime_unavailable   try later
    │   ├── RuntimeNotFound
    │   ├── RuntimeRefused
    │   ├── RuntimeThrottled
    │   ├── RuntimeTimeout
    │   └── RuntimeUnavailable
    ├── GatewayFailure
    │   ├── GatewayTimeout          gateway_timeout       repeat with the same run id
    │   └── GatewayUnavailable      gateway_unavailable   repeat with the same run id
    └── ModelFailure
        ├── ModelThrottled          model_throttled       wait a minute
        ├── ModelUnavailable        model_unavailable     check the model's settings
        └── ModelMisconfigured      model_unavailable     do what the sentence says

Each sentence is ours, whole, for a person, and says what to do next. A foreign exception (botocore, mcp, httpx2,
a model provider's) is translated where its library is used, and stays reachable as `__cause__` for the log alone.
"""

from agents.wire import ErrorCode, WireError


class AgentError(Exception):
    """A failure that was anticipated: `sentence` is for a person, `code` for a program."""

    code: ErrorCode = "internal"
    sentence: str = "Something went wrong on Raygen's side. Try again; if it happens again, tell whoever runs Raygen."

    def __init__(self, sentence: str | None = None) -> None:
        self.sentence = sentence or type(self).sentence
        super().__init__(self.sentence)

    def to_wire(self) -> WireError:
        """The failure as it crosses a process."""
        return WireError(code=self.code, message=self.sentence)


class BadRequest(AgentError):
    """The request does not follow the contract."""

    code: ErrorCode = "bad_request"
    sentence = "The request is not one that this runtime understands. Update the caller so that both sides match."


class CodeNotUtf8(AgentError):
    """The code holds half a character, so that no file can."""

    code: ErrorCode = "code_not_utf8"
    sentence = "The code contains a character that UTF-8 cannot hold. Remove it and try again."


class HashMismatch(AgentError):
    """The code that arrived, or that the cluster executed, is not the code that was meant."""

    code: ErrorCode = "hash_mismatch"
    sentence = "The code that arrived is not the code that was asked for, so its run does not count. Run it again."


class Cancelled(AgentError):
    """Whoever asked has gone, or has asked to stop."""

    code: ErrorCode = "cancelled"
    sentence = "The request was cancelled before it finished. Ask again if you still need it."


class NoCode(AgentError):
    """A model answered, and no program was in the answer."""

    code: ErrorCode = "no_code"
    sentence = "The model answered without a program. Say in other words what the program should do."


class NotValidated(AgentError):
    """A program exists that never ran on the cluster."""

    code: ErrorCode = "not_validated"
    sentence = "The program was written but never ran on the cluster, so it counts as untested. Ask for it again."


class Misconfigured(AgentError):
    """The settings lack something without which a runtime cannot work; the sentence names it."""


class WeightsNotPulled(AgentError):
    """A language model's weights did not arrive, or not as they should be; the sentence says what to do."""


class RemoteFailure(AgentError):
    """Another runtime of ours answered with a failure of its own, which is passed on as it is."""

    def __init__(self, error: WireError) -> None:
        super().__init__(error.message)
        self.code = error.code


class RuntimeFailure(AgentError):
    """An AgentCore runtime could not be used."""

    code: ErrorCode = "runtime_unavailable"


class RuntimeNotFound(RuntimeFailure):
    """AgentCore knows no runtime or endpoint of that name."""

    sentence = "AgentCore knows no runtime with the configured ARN. Check the ARN and the region in the settings."


class RuntimeRefused(RuntimeFailure):
    """AgentCore does not let these credentials in."""

    sentence = "AgentCore refused the call. Check the AWS credentials and their permission to invoke the runtime."


class RuntimeThrottled(RuntimeFailure):
    """AgentCore turned the call away until the budget for retries was used up."""

    sentence = "AgentCore is turning requests away because there are too many of them. Try again in a minute."


class RuntimeTimeout(RuntimeFailure):
    """The runtime went silent; whether it did its work is unknown, so nothing is sent a second time."""

    sentence = "The runtime did not answer in time. It may still be at work; wait a moment before trying again."


class RuntimeUnavailable(RuntimeFailure):
    """The runtime cannot be reached, or broke off, or answered in a form that is not ours."""

    sentence = "The runtime could not be reached or broke off. Try again; if it persists, look at the runtime's log."


class GatewayFailure(AgentError):
    """The gateway in front of the cluster could not be used."""

    code: ErrorCode = "gateway_unavailable"


class GatewayTimeout(GatewayFailure):
    """No answer within the read timeout. The job may have started: only the same run id is safe to repeat."""

    code: ErrorCode = "gateway_timeout"
    sentence = "The gateway to the cluster did not answer in time. The job may be running; look again in a moment."


class GatewayUnavailable(GatewayFailure):
    """The gateway cannot be reached, refused the call, or answered in a form that is not ours."""

    sentence = "The gateway to the cluster could not be used. Check its address, its target and the AWS credentials."


class ModelFailure(AgentError):
    """The language model could not be used."""

    code: ErrorCode = "model_unavailable"


class ModelThrottled(ModelFailure):
    """The provider's rate limit outlasted the retries."""

    code: ErrorCode = "model_throttled"
    sentence = "The model's provider is turning requests away because there are too many. Try again in a minute."


class ModelUnavailable(ModelFailure):
    """The provider failed, refused the credentials, or cut the answer off."""

    sentence = "The language model could not answer. Check its credentials and name in the settings, then try again."


class ModelMisconfigured(ModelFailure):
    """The settings name a model that cannot be built; the sentence says what to install or to set."""
