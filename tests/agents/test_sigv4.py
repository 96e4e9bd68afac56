import re

import httpx2
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from agents.errors import GatewayUnavailable
from agents.sigv4 import SERVICE, SigV4

URL = "https://gw-1.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp"


class Rotating:
    """Credentials that are others at each request, as a role's are after an hour."""

    def __init__(self):
        self.given = 0

    def get_credentials(self):
        self.given += 1
        return Credentials(f"AKID{self.given}", "secret", f"token-{self.given}")


class Nobody:
    def get_credentials(self):
        return None


def signed(auth, **request):
    return next(auth.auth_flow(httpx2.Request("POST", URL, **request)))


def test_the_signature_is_the_one_that_aws_would_compute():
    request = signed(SigV4("us-east-1", source=Rotating()), json={"code": "é"}, headers={"mcp-session-id": "7"})
    names = re.search(r"SignedHeaders=([^,]+)", request.headers["authorization"])[1].split(";")

    again = AWSRequest(
        method="POST",
        url=URL,
        data=request.content,
        headers={name: request.headers[name] for name in names if name not in {"x-amz-date", "x-amz-security-token"}},
    )
    again.context["timestamp"] = request.headers["x-amz-date"]
    signer = SigV4Auth(Credentials("AKID1", "secret", "token-1"), SERVICE, "us-east-1")
    again.headers["X-Amz-Date"] = request.headers["x-amz-date"]
    again.headers["X-Amz-Security-Token"] = request.headers["x-amz-security-token"]
    signature = signer.signature(signer.string_to_sign(again, signer.canonical_request(again)), again)

    assert f"Signature={signature}" in request.headers["authorization"]
    assert set(names) == {"content-type", "host", "x-amz-date", "x-amz-security-token"}


def test_the_body_is_signed():
    auth = SigV4("us-east-1", source=Rotating())

    one, other = (signed(auth, content=body).headers["authorization"].rpartition("=")[2] for body in (b"a", b"b"))

    assert one != other


def test_each_request_is_signed_with_the_credentials_of_that_moment():
    auth = SigV4("us-east-1", source=Rotating())

    tokens = [signed(auth, content=b"").headers["x-amz-security-token"] for _ in range(2)]

    assert tokens == ["token-1", "token-2"]


def test_without_credentials_the_failure_says_what_to_give():
    with pytest.raises(GatewayUnavailable, match="credentials"):
        signed(SigV4("us-east-1", source=Nobody()), content=b"")
