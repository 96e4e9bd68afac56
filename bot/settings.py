"""The bot's settings: the only place where its environment is read."""

import json
from typing import Annotated, Any, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import BadRequest

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SlackSettings(BaseSettings):
    """Slack's side: tokens as the app's pages show them. `api_url` ends with a slash."""

    model_config = SettingsConfigDict(env_prefix="SLACK_", extra="ignore")

    bot_token: SecretStr
    app_token: SecretStr
    api_url: str = "https://slack.com/api/"


class Settings(BaseSettings):
    """Raygen's own side, `RAYGEN_*`.

    `cluster` is the address of the cluster for channels that `channel_clusters` (a JSON object, channel id ->
    address) does not name. Durations are seconds.
    """

    model_config = SettingsConfigDict(env_prefix="RAYGEN_", extra="ignore")

    database_url: str = "sqlite+aiosqlite:///raygen.sqlite3"
    cluster: str | None = None
    channel_clusters: Annotated[dict[str, str], NoDecode] = Field(default_factory=dict)
    run_timeout_seconds: float = Field(default=3600, gt=0)
    generation_timeout_seconds: float = Field(default=900, gt=0)
    unreachable_limit_seconds: float = Field(default=120, ge=0)
    follow_wait_seconds: float = Field(default=10, ge=0, le=60)
    concurrent_turns: int = Field(default=8, ge=1)
    concurrent_runs: int = Field(default=32, ge=1)
    api_host: str = "127.0.0.1"
    api_port: int = Field(default=8000, ge=0, le=65535)
    api_token: SecretStr | None = None
    allow_guests: bool = False

    @field_validator("channel_clusters", mode="before")
    @classmethod
    def _decode(cls, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    @field_validator("api_token")
    @classmethod
    def _not_blank(cls, value: SecretStr | None) -> SecretStr | None:
        return value if value and value.get_secret_value() else None

    @model_validator(mode="after")
    def _token_unless_loopback(self) -> Self:
        if not self.api_is_private and self.api_token is None:
            raise ValueError("RAYGEN_API_TOKEN must be set when RAYGEN_API_HOST is not loopback.")
        return self

    @property
    def api_is_private(self) -> bool:
        """Whether the HTTP API can be reached from this machine only."""
        return self.api_host in LOOPBACK

    def cluster_for(self, channel: str) -> str:
        """The address of the channel's cluster. Raises BadRequest when nobody has named one."""
        cluster = self.channel_clusters.get(channel, self.cluster)
        if not cluster:
            raise BadRequest(
                "no_cluster", "No Ray cluster is set for this channel. Ask whoever runs Raygen to set RAYGEN_CLUSTER."
            )
        return cluster
