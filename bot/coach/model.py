"""Asks a language model, any OpenAI-compatible endpoint, through langchain. Gives an answer or says why there is none."""

from __future__ import annotations

import asyncio
import logging
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary

from bot.coach.answer import unbounded
from bot.coach.models import TokenUse
from bot.coach.wire import bounded

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage
    from langchain_openai import ChatOpenAI

logger = logging.getLogger(__name__)

Reason = Literal["time", "refused", "unusable", "unreachable"]
Message = dict[str, str]
_TOKENS_AT_MOST = 10**9
_TALKATIVE = (
    "openai",
    "httpx",
    "httpx2",
    "httpcore",
    "httpcore2",
    "langchain",
    "langchain_core",
    "langchain_openai",
    "langsmith",
)


@dataclass(frozen=True)
class ModelSettings:
    """Where the model is and how patient we are."""

    api_key: str = field(repr=False)
    model: str
    base_url: str | None = None
    deadline_s: float = 30.0
    """For everything: retries and the repair turn included."""
    temperature: float = 0.2
    max_tokens: int = 8000
    """Of one answer; an upper bound that leaves room for models that think first."""
    retries: int = 3
    """After 429, 5xx and dropped connections, each after a longer pause (0.5 s, 1 s, 2 s, or what the endpoint asks)."""


@dataclass(frozen=True)
class Completion:
    """What the model wrote."""

    content: str = field(repr=False)
    use: TokenUse = field(default_factory=TokenUse)


@dataclass(frozen=True)
class NoAnswer:
    """Why there is nothing to work with."""

    reason: Reason
    use: TokenUse = field(default_factory=TokenUse)


class CoachModel:
    """A model behind an endpoint. Safe to share between tasks and event loops; no draft text reaches a log."""

    def __init__(self, settings: ModelSettings) -> None:
        self.settings = settings
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, ChatOpenAI] = WeakKeyDictionary()
        self._refused: set[str] = set()

    @property
    def name(self) -> str:
        return self.settings.model

    def warm(self) -> None:
        """Imports the client (2 s), so that neither a draft nor an event loop waits for it."""
        import langchain_openai  # noqa: F401

    async def aclose(self) -> None:
        """Closes the connections of the running event loop; a later call opens new ones."""
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None and client.http_async_client is not None:
            await client.http_async_client.aclose()

    async def complete(self, messages: list[Message], schema: dict[str, Any]) -> Completion | NoAnswer:
        """One answer that the endpoint was told to shape by `schema`. Raises nothing but a cancellation."""
        import openai
        from langsmith import tracing_context

        try:
            client = self._client()
            with tracing_context(enabled=False):
                while True:
                    try:
                        message = await client.ainvoke(messages, **self._options(schema))
                        break
                    except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                        if not self._learn(str(error)):
                            raise
            return _outcome(message)
        except Exception as error:  # an endpoint can fail in more ways than its client has exceptions for
            logger.warning("the model gave no answer: %s", type(error).__name__)
            return NoAnswer(_reason(error), _use_of_error(error))

    def _options(self, schema: dict[str, Any]) -> dict[str, Any]:
        if "maxLength" in self._refused:
            schema = unbounded(schema)
        shape = {"name": "answer", "strict": True, "schema": schema}
        options: dict[str, Any] = {"response_format": {"type": "json_schema", "json_schema": shape}}
        if "temperature" not in self._refused:
            options["temperature"] = self.settings.temperature
        if "max_completion_tokens" in self._refused:
            options["extra_body"] = {"max_tokens": self.settings.max_tokens}
        else:
            options["max_completion_tokens"] = self.settings.max_tokens
        return options

    def _learn(self, complaint: str) -> bool:
        """Notes an option that this endpoint refuses (some take no temperature, or no lengths in a schema)."""
        for option, signs in _OPTIONAL.items():
            if option not in self._refused and any(sign in complaint for sign in signs):
                self._refused.add(option)
                return True
        return False

    def _client(self) -> ChatOpenAI:
        loop = asyncio.get_running_loop()
        client = self._clients.get(loop)
        if client is None:
            client = self._clients[loop] = self._connect()
        return client

    def _connect(self) -> ChatOpenAI:
        from langchain_openai import ChatOpenAI
        from openai import DefaultAsyncHttpxClient
        from pydantic import SecretStr

        # Its warnings quote what the endpoint sent, and that may quote the draft.
        warnings.filterwarnings("ignore", message="Pydantic serializer warnings")
        for name in _TALKATIVE:
            talker = logging.getLogger(name)
            talker.setLevel(max(talker.level, logging.WARNING))
        return ChatOpenAI(
            model=self.settings.model,
            api_key=SecretStr(self.settings.api_key),
            base_url=self.settings.base_url,
            timeout=self.settings.deadline_s,
            max_retries=self.settings.retries,
            # A client of our own: langchain's is shared between event loops and breaks in the second one.
            # It goes nowhere else (a redirect would take the draft along), and reads no more than an answer takes.
            http_async_client=DefaultAsyncHttpxClient(
                timeout=self.settings.deadline_s, follow_redirects=False, event_hooks={"response": [bounded]}
            ),
            default_headers={"Accept-Encoding": "identity"},
            use_responses_api=False,
            cache=False,
            verbose=False,
            callbacks=None,
        )


_OPTIONAL = {
    "temperature": ("temperature",),
    "maxLength": ("maxLength", "maxItems"),
    "max_completion_tokens": ("max_completion_tokens",),
}


def _outcome(message: AIMessage) -> Completion | NoAnswer:
    use = _use(message.usage_metadata)
    reason = message.response_metadata.get("finish_reason")
    if message.additional_kwargs.get("refusal") or reason == "content_filter":
        return NoAnswer("refused", use)
    if reason not in ("stop", None) or not isinstance(message.content, str) or not message.content.strip():
        return NoAnswer("unusable", use)
    return Completion(message.content, use)


def _reason(error: Exception) -> Reason:
    import openai

    if isinstance(error, openai.APITimeoutError):
        return "time"
    if isinstance(error, openai.ContentFilterFinishReasonError):
        return "refused"
    if isinstance(error, openai.APIConnectionError | openai.APIStatusError):
        return "unreachable"
    return "unusable"


def _use_of_error(error: Exception) -> TokenUse:
    usage = getattr(getattr(error, "completion", None), "usage", None)
    return _tokens(getattr(usage, "prompt_tokens", None), getattr(usage, "completion_tokens", None))


def _use(usage: Any) -> TokenUse:
    usage = usage if isinstance(usage, dict) else {}
    return _tokens(usage.get("input_tokens"), usage.get("output_tokens"))


def _tokens(*reported: Any) -> TokenUse:
    """What an endpoint reports may be anything; what is no plausible count is none."""
    counts = [n if type(n) is int and 0 <= n < _TOKENS_AT_MOST else 0 for n in reported]
    return TokenUse(input=counts[0], output=counts[1])
