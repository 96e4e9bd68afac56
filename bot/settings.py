"""The bot's settings: the only place where its environment is read."""

import json
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from agents.wire import MIN_APPROVAL_KEY_BYTES
from bot.errors import BadRequest
from bot.queue import Caps

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SlackDelivery(BaseModel):
    """How Slack and the app reach each other. `api_url` ends with a slash.

    With `app_token` Slack delivers over Socket Mode, with `signing_secret` over HTTP; one of the two is set.
    """

    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    api_url: str = "https://slack.com/api/"

    @field_validator("app_token", "signing_secret")
    @classmethod
    def _not_blank(cls, value: SecretStr | None) -> SecretStr | None:
        return value if value and value.get_secret_value() else None

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if self.app_token is None and self.signing_secret is None:
            raise ValueError("Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for Slack over HTTP.")
        if self.app_token is not None and self.signing_secret is not None:
            raise ValueError(
                "SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both set, and Slack delivers one way only: remove the "
                "signing secret for Socket Mode, or the app token for HTTP."
            )
        return self


class SlackSettings(SlackDelivery, BaseSettings):
    """Slack's side for one workspace: secrets as the app's pages show them."""

    model_config = SettingsConfigDict(env_prefix="SLACK_", extra="ignore")

    bot_token: SecretStr


Verb = Literal["ask", "run", "approve", "stop"]
SlackId = Annotated[str, StringConstraints(pattern=r"^[UWS][A-Z0-9]{1,20}$")]
"""Of a person (U, W) or of a user group (S)."""
PlacedId = Annotated[str, StringConstraints(pattern=r"^([TE][A-Z0-9]{1,20}/)?[UWS][A-Z0-9]{1,20}$")]
"""The same, with its workspace in front where several are served: see `bot.app.own_settings`."""
Address = Annotated[str, StringConstraints(pattern=r"^[^\s*]+$", max_length=75)]
"""Of a cluster that people choose; Slack's menus have room for so many characters
(https://docs.slack.dev/reference/block-kit/composition-objects/option-object)."""
MOST_CHOICES = 99
"""A menu has 100 options, and one of them is the channel's own cluster."""
Replies = Literal["always", "owner", "mention"]
"""Whose replies in a thread are answered without a mention: everybody's, those of whoever opened it, nobody's."""
OTHERS = "*"
"""The name that stands for every cluster, or channel, that has no entry of its own."""


class Approvers(BaseModel):
    """Who may approve programs for a cluster, never whoever asked for the program.

    `another person` is anybody who may run; `group` is one of `group` (a user group's id) or of `people` (theirs); for
    `two`, two different of them have to.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: Literal["another person", "group", "two"]
    group: str | None = Field(default=None, pattern=r"^S[A-Z0-9]{1,20}$")
    people: tuple[SlackId, ...] = ()

    @model_validator(mode="after")
    def _named(self) -> Self:
        if (self.by == "another person") == bool(self.ids):
            raise ValueError("a group or people belong to `group` and `two`, and to them only")
        return self

    @property
    def ids(self) -> tuple[str, ...]:
        """Slack's ids of the group and the people."""
        return (*((self.group,) if self.group else ()), *self.people)

    @property
    def needed(self) -> int:
        """How many have to approve."""
        return 2 if self.by == "two" else 1


class Settings(BaseSettings):
    """Raygen's own side, `RAYGEN_*`.

    `cluster` is the address of the cluster for channels that `channel_clusters` (a JSON object, channel id ->
    address) does not name; `cluster_choices` are those that people may choose instead, by channel id. `files_store` is
    where attached files are kept, `s3://bucket/prefix`; without it none are taken. `approvals` says by cluster, as it
    is written in those three, who may approve what needs it, `channel_roles` by channel id who alone may do something
    there, `channel_replies` whose replies in threads are answered, `admins` who sees the settings and the audit. With
    several workspaces the ids in these six stand under their workspace's (`bot.app.own_settings`). Durations are
    seconds.
    """

    model_config = SettingsConfigDict(env_prefix="RAYGEN_", extra="ignore")

    database_url: str = "sqlite+aiosqlite:///raygen.sqlite3"
    cluster: str | None = None
    channel_clusters: Annotated[dict[str, str], NoDecode] = Field(default_factory=dict)
    cluster_choices: Annotated[dict[str, tuple[Address, ...]], NoDecode] = Field(default_factory=dict)
    channel_replies: Annotated[dict[str, Replies], NoDecode] = Field(default_factory=dict)
    run_timeout_seconds: float = Field(default=3600, gt=0)
    generation_timeout_seconds: float = Field(default=900, gt=0)
    unreachable_limit_seconds: float = Field(default=120, ge=0)
    follow_wait_seconds: float = Field(default=10, ge=0, le=60)
    concurrent_turns: int = Field(default=8, ge=1)
    concurrent_runs: int = Field(default=32, ge=1)
    runs_per_user: int = Field(default=8, ge=0)
    runs_per_channel: int = Field(default=32, ge=0)
    runs_per_cluster: int = Field(default=64, ge=0)
    waiting_runs: int = Field(default=500, ge=0)
    waiting_turns: int = Field(default=2000, ge=0)
    keep_code_days: float | None = Field(default=None, gt=0)
    keep_output_days: float | None = Field(default=None, gt=0)
    keep_audit_days: float | None = Field(default=None, gt=0)
    log_format: Literal["text", "json"] = "text"
    api_host: str = "127.0.0.1"
    api_port: int = Field(default=8000, ge=0, le=65535)
    api_token: SecretStr | None = None
    allow_guests: bool = False
    admins: Annotated[tuple[PlacedId, ...], NoDecode] = ()
    channel_roles: Annotated[dict[str, dict[Verb, tuple[SlackId, ...]]], NoDecode] = Field(default_factory=dict)
    approvals: Annotated[dict[str, Approvers], NoDecode] = Field(default_factory=dict)
    approval_key: SecretStr | None = None
    region: str | None = Field(
        default=None, validation_alias=AliasChoices("RAYGEN_REGION", "AWS_REGION", "AWS_DEFAULT_REGION")
    )
    files_store: str | None = Field(default=None, pattern=r"^s3://[a-z0-9][a-z0-9-]{1,61}[a-z0-9](/.*)?$")
    files_address_seconds: int = Field(default=3600, ge=60, le=604_800)

    @field_validator(
        "approvals", "channel_clusters", "channel_replies", "channel_roles", "cluster_choices", mode="before"
    )
    @classmethod
    def _decode(cls, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    @field_validator("cluster_choices")
    @classmethod
    def _fit_into_a_menu(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        if len(set().union(*value.values())) > MOST_CHOICES:
            raise ValueError(f"more than {MOST_CHOICES} clusters to choose from")
        return value

    @field_validator("admins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return [each.strip() for each in value.split(",") if each.strip()] if isinstance(value, str) else value

    @field_validator("files_store", mode="before")
    @classmethod
    def _none_when_empty(cls, value: Any) -> Any:
        return value or None

    @field_validator("api_token")
    @classmethod
    def _not_blank(cls, value: SecretStr | None) -> SecretStr | None:
        return value if value and value.get_secret_value() else None

    @model_validator(mode="after")
    def _token_unless_loopback(self) -> Self:
        if not self.api_is_private and self.api_token is None:
            raise ValueError("RAYGEN_API_TOKEN must be set when RAYGEN_API_HOST is not loopback.")
        return self

    @field_validator("approval_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        key = value.get_secret_value().strip() if value else ""
        if 0 < len(key.encode()) < MIN_APPROVAL_KEY_BYTES:
            raise ValueError(f"fewer than {MIN_APPROVAL_KEY_BYTES} bytes")
        return SecretStr(key) if key else None

    @model_validator(mode="after")
    def _key_with_approvals(self) -> Self:
        if self.approvals and self.approval_key is None:
            raise ValueError("RAYGEN_APPROVAL_KEY must be set, here and in the Lambda, when RAYGEN_APPROVALS is.")
        return self

    @property
    def api_is_private(self) -> bool:
        """Whether the HTTP API can be reached from this machine only."""
        return self.api_host in LOOPBACK

    @property
    def caps(self) -> Caps:
        """How many runs may be under way, and wait."""
        return Caps(self.runs_per_user, self.runs_per_channel, self.runs_per_cluster, self.waiting_runs)

    def approvers_for(self, cluster: str) -> Approvers | None:
        """Who may approve programs for the cluster; None when nobody was named."""
        return self.approvals.get(cluster) or self.approvals.get(OTHERS)

    def allowed_in(self, channel: str, verb: Verb) -> frozenset[str] | None:
        """Slack's ids of who alone may do this in the channel; None when every full member may."""
        ids = self.channel_roles.get(channel, self.channel_roles.get(OTHERS, {})).get(verb)
        return None if ids is None else frozenset(ids)

    def replies_in(self, channel: str) -> Replies:
        """Whose replies are answered in the threads of the channel."""
        return self.channel_replies.get(channel, self.channel_replies.get(OTHERS, "always"))

    def cluster_for(self, channel: str) -> str:
        """The address of the channel's cluster. Raises BadRequest when nobody has named one."""
        cluster = self.channel_clusters.get(channel, self.cluster)
        if not cluster:
            raise BadRequest(
                "no_cluster", "No Ray cluster is set for this channel. Ask whoever runs Raygen to set RAYGEN_CLUSTER."
            )
        return cluster

    def choices_in(self, channel: str) -> tuple[str, ...]:
        """The addresses that people may choose there beside the channel's own."""
        return self.cluster_choices.get(channel, self.cluster_choices.get(OTHERS, ()))

    def offers(self, channel: str, cluster: str) -> bool:
        """Whether code that is asked for there may run on the cluster."""
        return cluster in (self.channel_clusters.get(channel, self.cluster), *self.choices_in(channel))

    @property
    def every_choice(self) -> list[str]:
        """What people may choose in one channel or another."""
        return sorted(set().union(*self.cluster_choices.values()))

    @property
    def every_cluster(self) -> list[str]:
        """Every cluster that code may run on."""
        return sorted({*self.channel_clusters.values(), *self.every_choice, *filter(None, [self.cluster])})


def faults_of(kind: type[BaseSettings], error: ValidationError) -> list[str]:
    """A sentence for each setting that is missing or wrong, with its name in the environment and without its value."""
    return sorted({_fault(kind, dict(fault)) for fault in error.errors()})


def _fault(kind: type[BaseSettings], fault: dict[str, Any]) -> str:
    if not fault["loc"]:  # settings that do not go together: the sentence is the validator's own
        return str(fault["ctx"]["error"])
    field = str(fault["loc"][0])
    known = field in kind.model_fields
    name = f"{kind.model_config.get('env_prefix', '')}{field}".upper() if known else field
    return f"{name} is not set." if fault["type"] == "missing" else f"{name} is not usable."
