"""The provider `local`: whether its package and its weights are there, told before anything is loaded."""

from importlib.util import find_spec
from pathlib import Path

from agents.errors import ModelMisconfigured
from agents.local.gguf import NotGguf, read_header
from agents.local.model import LocalModel
from agents.local.server import RUNTIME, server_of
from agents.local.weights import DEFAULT
from agents.settings import ProviderSettings

NOTICE = "a small model on this machine, which may be wrong"


def open_weights(path: str, settings: ProviderSettings) -> tuple[LocalModel, str]:
    """The model of the GGUF file at `path`, else the settings' one, else the default; and its name on a card.

    Raises ModelMisconfigured, and ImportError without the package that runs it. Nothing is loaded yet.
    """
    if find_spec(RUNTIME) is None:
        raise ImportError(RUNTIME)
    weights = _existing(path, settings)
    name = f"{_name_of(weights)}, {NOTICE}"
    return LocalModel(server_of(weights.resolve()), name), name


def _existing(path: str, settings: ProviderSettings) -> Path:
    named = Path(path) if path else settings.model_path
    weights = (named or settings.weights_directory / DEFAULT.file_name).expanduser()
    if weights.is_file():
        return weights
    if named is None:
        raise ModelMisconfigured(
            "There is no language model on this machine yet. Run: raygen model pull. Or set RAYGEN_MODEL_PATH to a "
            "GGUF file that you have."
        )
    raise ModelMisconfigured(
        f"There is no file {weights}. Set RAYGEN_MODEL_PATH to a GGUF file, or leave it out after: raygen model pull."
    )


def _name_of(weights: Path) -> str:
    """The file's own name, with its quantisation where the name does not hold it."""
    try:
        quantisation = read_header(weights).quantisation
    except (NotGguf, OSError) as exc:
        raise ModelMisconfigured(
            f"{weights} is no GGUF file that can be read. Set RAYGEN_MODEL_PATH to one with a language model's weights."
        ) from exc
    return weights.stem if quantisation.lower() in weights.stem.lower() else f"{weights.stem} ({quantisation})"
