"""Which language models this machine could use: what is installed, what listens on it, what its environment names.

Nobody outside of this machine is asked, and no key is shown or sent: a key in the environment is a sign that there is
an account, and whether it may be charged is for its owner to say.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_address

import botocore.session
import httpx
from botocore.exceptions import BotoCoreError

from agents.local.server import RUNTIME
from agents.local.weights import DEFAULT as WEIGHTS
from agents.settings import DEFAULT_MODEL as BEDROCK
from agents.settings import ProviderSettings

ANTHROPIC = "anthropic:claude-haiku-4-5"
OPENAI = "openai:gpt-5-mini"
OLLAMA_PORT = 11434
"""https://docs.ollama.com/faq#how-do-i-configure-ollama-server"""
ASK_SECONDS = 1.0
MOST_NAMES = 8
MOST_CHARACTERS = 100
CREDENTIALS = frozenset(
    {"aws_access_key_id", "credential_process", "login_session", "role_arn", "sso_session", "sso_start_url"}
)
"""What of a profile leads to credentials, https://docs.aws.amazon.com/cli/latest/topic/config-vars.html."""


@dataclass(frozen=True)
class FoundModel:
    """A model that could answer: `spec` as `--model` takes it, `where` it was found, in words for a person.

    `charged` when its use is charged to the account of whoever set this machine up.
    """

    spec: str
    where: str
    charged: bool = False


async def look_around(settings: ProviderSettings) -> tuple[FoundModel, ...]:
    """What is there now, what costs nothing first. Takes a second at the longest."""
    ollama, compatible = await asyncio.gather(_at_ollama(settings), _at_a_compatible_server(settings))
    return (*_weights(settings), *ollama, *compatible, *_accounts(settings), *_bedrock())


def _weights(settings: ProviderSettings) -> Iterable[FoundModel]:
    path = (settings.model_path or settings.weights_directory / WEIGHTS.file_name).expanduser()
    if path.is_file() and find_spec(RUNTIME):
        yield FoundModel("local", f"weights on this machine ({path.name})")


async def _at_ollama(settings: ProviderSettings) -> list[FoundModel]:
    names = await _names(f"{_ollama(settings.ollama_host or '')}/api/tags", "models", "name")
    return [FoundModel(f"ollama:{name}", "Ollama") for name in names]


async def _at_a_compatible_server(settings: ProviderSettings) -> list[FoundModel]:
    """The models of `OPENAI_BASE_URL`, https://platform.openai.com/docs/api-reference/models/list."""
    url = settings.openai_base_url
    if not url:
        return []
    names = await _names(f"{url.rstrip('/')}/models", "data", "id")
    return [FoundModel(f"openai:{name}", "the server at OPENAI_BASE_URL") for name in names]


def _accounts(settings: ProviderSettings) -> Iterable[FoundModel]:
    if settings.anthropic_api_key:
        yield FoundModel(ANTHROPIC, "ANTHROPIC_API_KEY", charged=True)
    if settings.openai_api_key and not settings.openai_base_url:
        yield FoundModel(OPENAI, "OPENAI_API_KEY", charged=True)


def _bedrock() -> Iterable[FoundModel]:
    """Credentials of AWS in the environment or in its files; no role of a machine, which only a request would show."""
    session = botocore.session.Session()
    try:
        set_here = session.get_component("credential_provider").get_provider("env").load()
        profile = session.get_scoped_config()
    except BotoCoreError:  # half of a key, or a profile that is not there
        return
    if set_here or CREDENTIALS & set(profile):
        yield FoundModel(BEDROCK, "AWS credentials", charged=True)


def _ollama(host: str) -> str:
    """The address for `host` as Ollama's own tools take it: with a scheme, or a name alone with its usual port."""
    url = host if "//" in host else f"http://{host or '127.0.0.1'}"
    with suppress(httpx.InvalidURL):
        parsed = httpx.URL(url)
        asked = "127.0.0.1" if parsed.host == "0.0.0.0" else parsed.host  # noqa: S104 - it serves there, nobody asks there
        port = parsed.port or (None if "//" in host else OLLAMA_PORT)
        return str(parsed.copy_with(host=asked, port=port))
    return url


async def _names(url: str, listed_as: str, named: str) -> list[str]:
    """The models that a server on this machine lists; none of one elsewhere, or that gives no such list."""
    try:
        if not _is_here(httpx.URL(url).host):
            return []
        async with httpx.AsyncClient(timeout=ASK_SECONDS, trust_env=False) as client:
            found = (await client.get(url)).json()[listed_as]
        names = [one[named] for one in found]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError):
        return []
    return [name for name in names if _is_a_name(name)][:MOST_NAMES]


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _is_a_name(name: object) -> bool:
    return isinstance(name, str) and 0 < len(name) <= MOST_CHARACTERS and name.isprintable() and " " not in name
