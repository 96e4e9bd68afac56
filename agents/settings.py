"""The agents' settings, and the only reader of their environment (the cluster room has its own).

Names are `RAYGEN_` and the field's name in capitals, unless a field carries an alias: those are the names that the
providers' own tools use, and are honoured so that nothing has to be set twice.
"""

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Self

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

DEFAULT_MODEL = "bedrock:global.anthropic.claude-haiku-4-5-20251001-v1:0"


class Timeouts(BaseSettings):
    """How long each hop of the chain waits, in seconds; each hop outlasts the one below it, or it hides its answer."""

    model_config = SettingsConfigDict(env_prefix="RAYGEN_", frozen=True)

    max_wait_seconds: float = Field(default=20, gt=0)
    """How long the Lambda waits for a change of a job; the cluster room reads the same name."""
    lambda_timeout_seconds: float = Field(default=90, gt=0)
    gateway_read_timeout_seconds: float = Field(default=120, gt=0)
    runtime_read_timeout_seconds: float = Field(default=300, gt=0)
    runtime_connect_timeout_seconds: float = Field(default=10, gt=0)

    @model_validator(mode="after")
    def _strictly_ordered(self) -> Self:
        names = (
            "max_wait_seconds",
            "lambda_timeout_seconds",
            "gateway_read_timeout_seconds",
            "runtime_read_timeout_seconds",
        )
        for inner, outer in pairwise(names):
            if getattr(self, inner) >= getattr(self, outer):
                raise ValueError(f"RAYGEN_{inner.upper()} must be less than RAYGEN_{outer.upper()}.")
        return self


class ProviderSettings(BaseSettings):
    """What model providers read under names of their own."""

    model_config = SettingsConfigDict(frozen=True, populate_by_name=True)

    openai_base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    anthropic_api_key: SecretStr | None = Field(default=None, validation_alias="ANTHROPIC_API_KEY")
    ollama_host: str | None = Field(default=None, validation_alias="OLLAMA_HOST")
    gemini_api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("GEMINI_API_KEY", "GOOGLE_API_KEY")
    )
    mistral_api_key: SecretStr | None = Field(default=None, validation_alias="MISTRAL_API_KEY")
    model_path: Path | None = Field(default=None, validation_alias="RAYGEN_MODEL_PATH")
    """A GGUF file with a language model's weights."""
    cache_home: Path = Field(default=Path("~/.cache"), validation_alias="XDG_CACHE_HOME")
    """The user's cache (https://specifications.freedesktop.org/basedir-spec/latest/)."""

    @property
    def weights_directory(self) -> Path:
        """Where weights are put that are fetched, and looked for when no path is set."""
        return self.cache_home.expanduser() / "raygen" / "models"


class TracingSettings(BaseSettings):
    """Whether spans are sent; the rest is OpenTelemetry's own (https://opentelemetry.io/docs/specs/otel/protocol/exporter/)."""

    model_config = SettingsConfigDict(frozen=True, populate_by_name=True)

    otlp_endpoint: str | None = Field(default=None, validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")


class AgentSettings(BaseSettings):
    """What the supervisor and the code-gen runtime are told by their environment."""

    model_config = SettingsConfigDict(env_prefix="RAYGEN_", frozen=True, populate_by_name=True)

    model: str = DEFAULT_MODEL
    model_fallbacks: Annotated[tuple[str, ...], NoDecode] = ()
    """Models, comma-separated in the environment, that stand in for `model` in this order."""
    model_patience_seconds: float = Field(default=30, ge=0)
    """How long a model that turns calls away is asked again before the next one is."""
    model_prices: dict[str, tuple[float, float]] = Field(default_factory=dict)
    """By a part of a model's name: US dollars for a million tokens in, and out."""
    host: str | None = None
    """The interface to listen on; left out, loopback outside a container and every interface inside one."""
    port: int = Field(default=8080, ge=1, le=65535)
    """AgentCore expects 8080."""
    region: str | None = Field(
        default=None, validation_alias=AliasChoices("RAYGEN_REGION", "AWS_REGION", "AWS_DEFAULT_REGION")
    )

    supervisor_runtime_arn: str = ""
    codegen_runtime_arn: str = ""
    gateway_url: str = ""
    gateway_target: str = Field(default="ray-code-validation-inline", pattern=r"^[A-Za-z0-9-]{1,100}$")
    gateway_region: str | None = None
    """The region that signs calls to the gateway; left out, `region`."""

    cluster_facts: str = Field(default="", max_length=10_000)
    """What the clusters have, in words for the writer: versions, CPUs, GPUs, packages."""
    max_attempts: int = Field(default=3, ge=1, le=10)
    validation_seconds: float = Field(default=240, gt=0)
    """A program that still runs after this is stopped, and counts as failed."""
    validation_wait_seconds: float = Field(default=10, gt=0, le=60)
    heartbeat_seconds: float = Field(default=10, gt=0)

    timeouts: Timeouts = Field(default_factory=Timeouts)
    providers: ProviderSettings = Field(default_factory=ProviderSettings)

    @field_validator("model_fallbacks", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(spec.strip() for spec in value.split(",") if spec.strip())
        return value
