"""The sandbox's settings: the only place where its environment is read."""

import os
from collections.abc import Mapping

import botocore.session
from botocore.exceptions import BotoCoreError
from pydantic_settings import BaseSettings, SettingsConfigDict

OURS = ("RAYGEN_", "SLACK_", "RAY_")
"""Prefixes that the sandbox sets for its processes: what the shell has of them belongs to another installation."""

CREDENTIALS = frozenset(
    {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_SECURITY_TOKEN",
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_ROLE_ARN",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    }
)
"""Where botocore finds credentials in the environment (https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html)."""


class SandboxSettings(BaseSettings):
    """What may be chosen from outside."""

    model_config = SettingsConfigDict(env_prefix="RAYGEN_", extra="ignore")

    model: str = "cookbook"
    model_path: str = ""
    warm_drivers: int = 1


def inherited_environment() -> dict[str, str]:
    """The environment for the sandbox's processes: the shell's own, without what configures another Raygen or Ray."""
    return {k: v for k, v in os.environ.items() if not k.startswith(OURS)}  # noqa: TID251 - this is the reader


def with_made_up_credentials(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with AWS credentials that are none, and without the shell's own.

    The stand-ins look whether a call is signed, not by whom. Nobody's account is needed or used for that, and a login
    that has expired does not matter.
    """
    kept = {name: value for name, value in environment.items() if name not in CREDENTIALS}
    return kept | {"AWS_ACCESS_KEY_ID": "sandbox", "AWS_SECRET_ACCESS_KEY": "sandbox"}


def aws_region() -> str | None:
    """The region that AWS's own tools are set to, in the environment or in their files."""
    try:
        region = botocore.session.Session().get_config_variable("region")
    except BotoCoreError:  # a profile that is not there: the agents say so when they are asked
        return None
    return str(region) if region else None
