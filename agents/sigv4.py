"""AWS Signature Version 4 for httpx2: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html."""

import re
from collections.abc import Generator, Mapping
from typing import Protocol
from urllib.parse import urlsplit

import httpx2
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from botocore.session import Session

from agents.errors import GatewayUnavailable

SERVICE = "bedrock-agentcore"
GATEWAY_HOST = re.compile(r"\.gateway\.bedrock-agentcore\.([a-z0-9-]+)\.amazonaws\.com\Z")


class CredentialSource(Protocol):
    """Where credentials come from; botocore's Session is one. None: there are none."""

    def get_credentials(self) -> "FreezableCredentials | None":
        """The provider's credentials, which renew themselves."""


class FreezableCredentials(Protocol):
    """botocore's Credentials."""

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """A consistent triple, renewed when it was about to expire."""


class SigV4(httpx2.Auth):
    """Signs each request with credentials that are fresh at that moment.

    Signed are the host, the content type, the body and AWS's own headers: hops on the way may change the others.
    Raises GatewayUnavailable when there are no credentials.
    """

    requires_request_body = True

    def __init__(self, region: str, *, source: CredentialSource | None = None) -> None:
        self._region = region
        self._source: CredentialSource = source or Session()

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """httpx2's hook: the request, signed."""
        credentials = self._source.get_credentials()
        if credentials is None:
            raise GatewayUnavailable(
                "There are no AWS credentials to sign calls to the gateway with. Give this process a role or a profile."
            )
        signed = AWSRequest(
            method=request.method, url=str(request.url), data=request.content, headers=_signed_headers(request.headers)
        )
        SigV4Auth(credentials.get_frozen_credentials(), SERVICE, self._region).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        yield request


def _signed_headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in headers.items()
        if name.lower() in {"host", "content-type"} or name.lower().startswith("x-amz-")
    }


def region_of(url: str) -> str | None:
    """The region in the host name of a managed gateway, None for another host."""
    host = GATEWAY_HOST.search(urlsplit(url).hostname or "")
    return host[1] if host else None
