"""Slack's side for every workspace that installs the app, instead of one; and which of the two is set."""

import base64
import binascii
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.settings import LOOPBACK, SlackDelivery, SlackSettings

KEY_BYTES = 32
EVERYBODY = "*"
REDIRECT_PATH = "/slack/oauth_redirect"


class OAuthSettings(SlackDelivery, BaseSettings):
    """The app's own credentials, and who may install it.

    `redirect_url` is where Slack sends whoever has consented, as it is written in the app's settings. `token_keys` are
    Fernet keys, with commas between them: the first seals the tokens, all of them open. `allowed_workspaces` are ids of
    workspaces and enterprises; `*` stands for all of them, and without any nobody can install.
    """

    model_config = SettingsConfigDict(env_prefix="SLACK_", extra="ignore", populate_by_name=True)

    client_id: str = Field(min_length=1)
    client_secret: SecretStr = Field(min_length=1)
    redirect_url: str
    token_keys: SecretStr = Field(validation_alias="RAYGEN_TOKEN_KEYS")
    allowed_workspaces: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), validation_alias="RAYGEN_ALLOWED_WORKSPACES"
    )

    @field_validator("redirect_url")
    @classmethod
    def _ours_and_private(cls, value: str) -> str:
        url = urlsplit(value)
        if url.path != REDIRECT_PATH or url.query or url.fragment or not url.hostname:
            raise ValueError("not this app's")
        if url.scheme != "https" and not (url.scheme == "http" and url.hostname in LOOPBACK):
            raise ValueError("not https")
        return value

    @field_validator("token_keys")
    @classmethod
    def _fernet_keys(cls, value: SecretStr) -> SecretStr:
        keys = _listed(value.get_secret_value())
        if not keys or not all(map(_is_key, keys)):
            raise ValueError("not Fernet keys")
        return value

    @field_validator("allowed_workspaces", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return _listed(value) if isinstance(value, str) else value

    @field_validator("allowed_workspaces")
    @classmethod
    def _ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(each == EVERYBODY or (each[0] in "TE" and each.isascii() and each.isalnum()) for each in value):
            raise ValueError("not ids of workspaces")
        return value

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys, one by one."""
        return _listed(self.token_keys.get_secret_value())

    def allows(self, *ids: str | None) -> bool:
        """Whether a workspace with one of these ids, its own and its enterprise's, may install the app."""
        return EVERYBODY in self.allowed_workspaces or not set(self.allowed_workspaces).isdisjoint(filter(None, ids))


class SlackMode(BaseSettings):
    """Whether this bot is for the workspace of a token, or for those that install it."""

    model_config = SettingsConfigDict(env_prefix="SLACK_", extra="ignore")

    bot_token: SecretStr | None = None
    client_id: str | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.kind is OAuthSettings and self.bot_token and self.bot_token.get_secret_value():
            raise ValueError(
                "SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set: remove the bot token to serve every workspace that "
                "installs the app, or the client's id to serve the token's."
            )
        return self

    @property
    def kind(self) -> type[SlackSettings | OAuthSettings]:
        """The settings to read."""
        return OAuthSettings if self.client_id else SlackSettings


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _is_key(text: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(text)) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False
