"""What every Strands model has that is played in code: a name, and no structured output."""

from collections.abc import AsyncGenerator
from typing import Any, TypeVar

from pydantic import BaseModel
from strands.models import Model
from strands.types.content import Messages

_Output = TypeVar("_Output", bound=BaseModel)


class PlayedModel(Model):
    """The base of such a model; `config` is at least its `model_id`, by which a card calls it."""

    def __init__(self, **config: Any) -> None:
        self._config = config

    def update_config(self, **model_config: Any) -> None:
        """Accepts what any model accepts; no setting changes an answer."""
        self._config.update(model_config)

    def get_config(self) -> dict[str, Any]:
        """The model's id, and whatever else it was given."""
        return self._config

    def structured_output(
        self, output_model: type[_Output], prompt: Messages, system_prompt: str | None = None, **kwargs: Any
    ) -> AsyncGenerator[dict[str, _Output | Any], None]:
        """Not offered: such a model hands programs in, and fills no schemas. Raises NotImplementedError."""
        raise NotImplementedError(f"{self._config['model_id']} has no structured output")
