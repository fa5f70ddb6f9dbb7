"""The shape of what a model answers, as a strict JSON schema for the endpoint and as data for the checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.text import find_quote

QUOTE, TEXT, PRAISE, REWRITE = 400, 320, 240, 5000
"""Longest strings, in characters."""
CITATIONS, SENTENCES = 3, 6
ANSWER_SENTENCES, CONFLICTS = 4, 2
STANCES = ("yes", "no", "depends", "silent")
_WHOLE = 100_000  # characters; a longer answer isn't even parsed
_SHORTEST_QUOTE = 3  # characters; less than that stands in every text


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class CriterionAnswer(_Part):
    rule: str
    verdict: Literal["yes", "no", "unsure"]
    quote: str
    why: str
    fix: str


class Wording(_Part):
    rule: str
    message: str


class Cited(_Part):
    passage: str
    quote: str


class Answer(_Part):
    """What the model said; nothing of it is trusted yet."""

    criteria: tuple[CriterionAnswer, ...]
    wording: tuple[Wording, ...]
    praise: str
    rewrite: str | None
    citations: tuple[Cited, ...]


class FollowUpAnswer(_Part):
    """What the model said to its author's question; nothing of it is trusted yet."""

    answer: tuple[str, ...]
    """Sentence by sentence."""
    rewrite: str | None
    citations: tuple[Cited, ...]


class ReworkAnswer(_Part):
    """Another version of the draft; not trusted yet."""

    rewrite: str | None


class CitedAs(Cited):
    id: str


class Sentence(_Part):
    text: str
    citations: tuple[str, ...]
    """Ids of the citations that it rests on."""


class Conflict(_Part):
    first: str
    second: str


class PolicyModelAnswer(_Part):
    """What the model said to a question about policy; nothing of it is trusted yet."""

    stance: Literal["yes", "no", "depends", "silent"]
    sentences: tuple[Sentence, ...]
    citations: tuple[CitedAs, ...]
    conflicts: tuple[Conflict, ...]
    """Citations that say different things."""


Kind = TypeVar("Kind", bound=_Part)


def parse(content: str, kind: type[Kind]) -> Kind | None:
    """The answer, or None when the text isn't one."""
    if len(content) > _WHOLE:
        return None
    try:
        return kind.model_validate_json(content)
    except (ValidationError, ValueError, RecursionError):
        return None


def schema(criteria: Sequence[str], findings: Sequence[str], passages: Sequence[str]) -> dict[str, Any]:
    """The strict JSON schema for one draft: every string and list bounded, ids from lists that we give."""
    criterion = _object(
        rule=_one_of(criteria),
        verdict=_one_of(["yes", "no", "unsure"]),
        quote=_text(QUOTE),
        why=_text(TEXT),
        fix=_text(TEXT),
    )
    wording = _object(rule=_one_of(findings), message=_text(TEXT))
    return _object(
        criteria=_list(criterion, len(criteria)),
        wording=_list(wording, len(findings)),
        praise=_text(PRAISE),
        rewrite=_rewrite(),
        citations=_citations(passages),
    )


def follow_up_schema(passages: Sequence[str]) -> dict[str, Any]:
    """The strict JSON schema for what is said in the thread."""
    return _object(answer=_list(_text(TEXT), SENTENCES), rewrite=_rewrite(), citations=_citations(passages))


def rework_schema() -> dict[str, Any]:
    """The strict JSON schema for another version of the draft."""
    return _object(rewrite=_rewrite())


def policy_schema(passages: Sequence[str]) -> dict[str, Any]:
    """The strict JSON schema for an answer to a question about policy."""
    ids = [f"c{number}" for number in range(1, CITATIONS + 1)]
    cited = _object(id=_one_of(ids), passage=_one_of(passages), quote=_text(QUOTE))
    sentence = _object(text=_text(TEXT), citations=_list(_one_of(ids), CITATIONS))
    return _object(
        stance=_one_of(STANCES),
        citations=_list(cited, CITATIONS if passages else 0),
        sentences=_list(sentence, ANSWER_SENTENCES),
        conflicts=_list(_object(first=_one_of(ids), second=_one_of(ids)), CONFLICTS),
    )


def unbounded(node: Any) -> Any:
    """The schema without lengths, for endpoints that refuse these keywords."""
    if isinstance(node, dict):
        return {key: unbounded(value) for key, value in node.items() if key not in ("maxLength", "maxItems")}
    return [unbounded(value) for value in node] if isinstance(node, list) else node


def _rewrite() -> dict[str, Any]:
    return {"type": ["string", "null"], "maxLength": REWRITE}


def _citations(passages: Sequence[str]) -> dict[str, Any]:
    cited = _object(passage=_one_of(passages), quote=_text(QUOTE))
    return _list(cited, CITATIONS if passages else 0)


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any], most: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "maxItems": most}


def _text(most: int) -> dict[str, Any]:
    return {"type": "string", "maxLength": most}


def _one_of(values: Sequence[str]) -> dict[str, Any]:
    # An empty enum is no valid schema; the list around it takes no items then.
    return {"type": "string", "enum": list(dict.fromkeys(values)) or ["none"]}


def place_of(quote: str, text: str, shortest: int = _SHORTEST_QUOTE) -> tuple[int, int] | None:
    """Where a model's quote stands in `text`, whatever its blanks and quotation marks; None for one of another length."""
    return find_quote(quote, text) if shortest <= len(quote.strip()) <= QUOTE else None
