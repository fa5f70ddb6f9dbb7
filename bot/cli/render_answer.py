"""An answer to a question about policy as a person reads it in a terminal, and as data."""

from __future__ import annotations

from typing import Any

from bot.cli.render import wrap
from bot.coach.policy_answer import PolicyAnswer, Quoted
from bot.coach.prompt import Phrases
from bot.text import sentences


def as_data(answer: PolicyAnswer) -> dict[str, Any]:
    """What `--format json` and a line of `--jsonl` print, in this order."""
    return {
        "answer": answer.answer,
        "answered": answer.answered,
        "citations": [
            {
                "passage": cited.passage,
                "heading": cited.heading,
                "manual": cited.manual,
                "version": cited.version,
                "quote": cited.quote,
            }
            for cited in answer.citations
        ],
        "see_also": [near.model_dump() for near in answer.see_also],
        "model": answer.model,
        "took_ms": answer.took_ms,
        "stance": answer.stance,
        "language": answer.language,
        "contacts": list(answer.contacts),
        "topic": answer.topic,
    }


def as_text(answer: PolicyAnswer, phrases: Phrases, says: str, reading: str) -> str:
    """First sentence, why, the quotes with their place, whom to ask; `says` and `reading` stand over quotes and sections."""
    blocks = []
    if answer.stance != "passages":
        first, rest = _first(answer.answer)
        blocks += [wrap(first), wrap(rest)] if rest else [wrap(first)]
    elif len(answer.citations) and not answer.answer.startswith(answer.citations[0].quote):
        blocks.append(wrap(answer.answer.split("\n\n")[0]))  # how the question was read
    if answer.citations:
        blocks.append("\n".join([f"{says}:", *(_quote(cited) for cited in answer.citations)]))
    if answer.see_also:
        blocks.append("\n".join([f"{reading}:", *(f"  • {near.heading}" for near in answer.see_also)]))
    if any(contact not in answer.answer for contact in answer.contacts):
        blocks.append(wrap(f"{phrases.note('policy_ask', answer.language)}: {' · '.join(answer.contacts)}"))
    return "\n\n".join(blocks)


def _first(text: str) -> tuple[str, str]:
    """The first sentence that says something, and the rest: “Yes.” alone takes the next one along."""
    spans = sentences(text)
    if not spans:
        return text, ""
    end = spans[1][1] if len(spans) > 1 and spans[0][1] - spans[0][0] < len("It depends..") else spans[0][1]
    return text[:end].strip(), text[end:].strip()


def _quote(cited: Quoted) -> str:
    words = " ".join(cited.quote.split())
    place = f"{cited.heading} · {cited.manual} {cited.version} · {cited.language}"
    return f"{wrap(f'“{words}”', '  • ', '    ')}\n{wrap(place, '    ', '    ')}"
