"""Which language model: `provider:model` -> a Strands Model, and what to call it on a card.

A provider's package is imported only when the settings name it. A missing package, a missing key and an unknown name
are ModelMisconfigured, with a sentence that says what to install or to set.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from typing import Any

from pydantic import SecretStr
from strands.models import Model

from agents.errors import ModelMisconfigured
from agents.patience import Patience
from agents.settings import AgentSettings, ProviderSettings
from agents.usage import FREE, Price, price_of

logger = logging.getLogger(__name__)

MAX_OUTPUT_TOKENS = 8192
"""Room for a long program; a provider's default of a few thousand cuts programs off."""


def _no_examples(_prompt: str) -> tuple[str, ...]:
    """A large model has seen enough Ray programs."""
    return ()


@dataclass(frozen=True)
class OpenedModel:
    """A model, ready to be asked; `offline` when no language model is behind it.

    `price` is None when nobody knows it. `fallbacks` take its place, in their order, when it fails. One that is `small`
    gets a short prompt with the `examples` that are near to the request in it, and holds no conversation.
    """

    model: Model
    display_name: str
    offline: bool = False
    price: Price | None = None
    patience: Patience = field(default_factory=Patience)
    fallbacks: "tuple[OpenedModel, ...]" = ()
    small: bool = False
    examples: Callable[[str], tuple[str, ...]] = _no_examples


@dataclass(frozen=True)
class Provider:
    """One row of the table: how a provider's model is built, and what it needs.

    `build` gets the model's name and the providers' settings. `install` is what `pip install` takes.
    """

    build: Callable[[str, ProviderSettings], OpenedModel]
    takes_name: bool = True
    install: str = ""


def open_model(spec: str, settings: ProviderSettings, *, region: str | None = None) -> OpenedModel:
    """The model that `spec` names, as `provider` or `provider:model`. Raises ModelMisconfigured.

    `region` is AWS's, for Bedrock; without one, what AWS's own tools are set to counts.
    """
    name, _, model = spec.partition(":")
    providers = _providers(region)
    provider = providers.get(name)
    if provider is None:
        known = ", ".join(providers)
        raise ModelMisconfigured(f"«{name}» is not a model provider. Set RAYGEN_MODEL to one of {known}.")
    if provider.takes_name and not model:
        raise ModelMisconfigured(f"RAYGEN_MODEL names no model. Set it to {name}: and the model's name.")
    try:
        return provider.build(model, settings)
    except ImportError as exc:
        raise ModelMisconfigured(
            f"The provider {name} needs a package that is not installed. Run: pip install '{provider.install}'."
        ) from exc


def open_models(settings: AgentSettings) -> OpenedModel:
    """The model of the settings, with those that stand in for it. Raises ModelMisconfigured.

    A stand-in that cannot be built is left out: the first model works without it.
    """
    fallbacks = tuple(opened for spec in settings.model_fallbacks if (opened := _openable(spec, settings)) is not None)
    return replace(_opened(settings.model, settings), fallbacks=fallbacks)


def warm_up(settings: AgentSettings) -> None:
    """Import what the models need before the first person waits for it, and say early what is missing."""
    for spec in (settings.model, *settings.model_fallbacks):
        _openable(spec, settings)


def _openable(spec: str, settings: AgentSettings) -> OpenedModel | None:
    try:
        return _opened(spec, settings)
    except ModelMisconfigured as exc:
        logger.warning("model=<%s> | %s", spec, exc.sentence)
        return None


def _opened(spec: str, settings: AgentSettings) -> OpenedModel:
    opened = open_model(spec, settings.providers, region=settings.region)
    price = opened.price or price_of(spec, settings.model_prices)
    return replace(opened, price=price, patience=Patience(settings.model_patience_seconds))


def _providers(region: str | None) -> Mapping[str, Provider]:
    return {
        "cookbook": Provider(_cookbook, takes_name=False, install="raygen[agents]"),
        "file": Provider(_file),
        "local": Provider(_local, takes_name=False, install="raygen[local]"),
        "bedrock": Provider(partial(_bedrock, region), install="raygen[agents]"),
        "anthropic": Provider(_anthropic, install="raygen[anthropic]"),
        "openai": Provider(_openai, install="raygen[openai]"),
        "ollama": Provider(_ollama, install="raygen[ollama]"),
        "litellm": Provider(_litellm, install="strands-agents[litellm]"),
        "gemini": Provider(_gemini, install="strands-agents[gemini]"),
        "mistral": Provider(_mistral, install="strands-agents[mistral]"),
    }


def _cookbook(_name: str, _settings: ProviderSettings) -> OpenedModel:
    cookbook = import_module("agents.cookbook.model")
    return OpenedModel(cookbook.CookbookModel(), cookbook.COOKBOOK_NAME, offline=True, price=FREE)


def _file(path: str, _settings: ProviderSettings) -> OpenedModel:
    file_model = import_module("agents.file_model")
    return OpenedModel(file_model.FileModel.read(path), file_model.DISPLAY_NAME, offline=True, price=FREE)


def _local(path: str, settings: ProviderSettings) -> OpenedModel:
    provider = import_module("agents.local.provider")
    model, name = provider.open_weights(path, settings)
    examples = import_module("agents.cookbook.examples").nearest_examples
    return OpenedModel(model, name, price=FREE, small=True, examples=examples)


def _bedrock(region: str | None, name: str, _settings: ProviderSettings) -> OpenedModel:
    module = import_module("strands.models.bedrock")
    model = module.BedrockModel(
        region_name=region, model_id=name, max_tokens=MAX_OUTPUT_TOKENS, cache_config=_prompt_cache()
    )
    return OpenedModel(model, f"{name} on Amazon Bedrock")


def _anthropic(name: str, settings: ProviderSettings) -> OpenedModel:
    module = import_module("strands.models.anthropic")
    client = {"api_key": _required(settings.anthropic_api_key, "ANTHROPIC_API_KEY")}
    model = module.AnthropicModel(
        client_args=client, model_id=name, max_tokens=MAX_OUTPUT_TOKENS, cache_config=_prompt_cache()
    )
    return OpenedModel(model, name)


def _openai(name: str, settings: ProviderSettings) -> OpenedModel:
    module = import_module("strands.models.openai")
    client: dict[str, Any] = {"base_url": settings.openai_base_url} if settings.openai_base_url else {}
    if settings.openai_base_url and settings.openai_api_key is None:
        # a compatible server of one's own asks for no key, and the client insists on one
        client["api_key"] = "none"
    else:
        client["api_key"] = _required(settings.openai_api_key, "OPENAI_API_KEY")
    return OpenedModel(module.OpenAIModel(client_args=client, model_id=name), name)


def _ollama(name: str, settings: ProviderSettings) -> OpenedModel:
    module = import_module("strands.models.ollama")
    return OpenedModel(module.OllamaModel(settings.ollama_host, model_id=name), f"{name} on Ollama", price=FREE)


def _litellm(name: str, _settings: ProviderSettings) -> OpenedModel:
    module = import_module("strands.models.litellm")
    return OpenedModel(module.LiteLLMModel(model_id=name), name)


def _gemini(name: str, settings: ProviderSettings) -> OpenedModel:
    module = import_module("strands.models.gemini")
    client = {"api_key": _required(settings.gemini_api_key, "GEMINI_API_KEY")}
    return OpenedModel(module.GeminiModel(client_args=client, model_id=name), name)


def _mistral(name: str, settings: ProviderSettings) -> OpenedModel:
    module = import_module("strands.models.mistral")
    key = _required(settings.mistral_api_key, "MISTRAL_API_KEY")
    return OpenedModel(module.MistralModel(api_key=key, model_id=name), name)


def _prompt_cache() -> Any:
    """Tools, system prompt and conversation, where the model can cache them; OpenAI's cache needs no asking."""
    return import_module("strands.models.model").CacheConfig(strategy="auto", tools_ttl=True)


def _required(key: SecretStr | None, variable: str) -> str:
    if key is None:
        raise ModelMisconfigured(f"The model's provider needs a key. Set {variable}.")
    return key.get_secret_value()
