"""The sandbox's settings: the only place where its environment is read."""

import os
from collections.abc import Mapping

from pydantic_settings import BaseSettings, SettingsConfigDict

OURS = ("RAYGEN_", "SLACK_", "RAY_")
"""Prefixes that the sandbox sets for its processes: what the shell has of them belongs to another installation."""


class SandboxSettings(BaseSettings):
    """What may be chosen from outside."""

    model_config = SettingsConfigDict(env_prefix="RAYGEN_", extra="ignore")

    model: str = "cookbook"
    model_path: str = ""
    warm_drivers: int = 1


def inherited_environment() -> dict[str, str]:
    """The environment for the sandbox's processes: the shell's own, without what configures another Raygen or Ray."""
    return {k: v for k, v in os.environ.items() if not k.startswith(OURS)}  # noqa: TID251 - this is the reader


def with_aws_credentials(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment, with made-up AWS credentials where it has none: the stand-ins check that calls are signed."""
    if any(environment.get(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE")):
        return dict(environment)
    return {**environment, "AWS_ACCESS_KEY_ID": "sandbox", "AWS_SECRET_ACCESS_KEY": "sandbox"}
