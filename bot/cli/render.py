"""A review as a person reads it in a terminal."""

from __future__ import annotations

import textwrap

from bot.coach.labels import Labels
from bot.coach.models import Review
from bot.manual.models import Citation
from bot.policy.models import Finding

WIDTH = 88
_SIGNS = {"ready": "✓", "revise": "✎", "hold": "◆", "unjudged": "◌"}
_LONGEST_QUOTE = 90


def as_text(review: Review, labels: Labels, languages: tuple[str, ...]) -> str:
    """The whole review: verdict, what to fix, what to consider, praise, rewrite, open questions, reading."""

    def say(name: str) -> str:
        return labels.say(name, review.language, languages)

    blocks = [f"{_SIGNS[review.verdict]} {say(review.verdict.value)}"]
    if review.note:
        blocks.append(wrap(review.note))
    for severity, title in (("must-fix", "must_fix"), ("consider", "consider")):
        findings = [f for f in review.findings if f.severity == severity]
        if findings:
            blocks.append(_heading(say(title)))
            blocks.extend(_finding(number, f, say) for number, f in enumerate(findings, start=1))
    if review.praise:
        blocks.append(f"{_heading(say('praise'))}\n{wrap(review.praise)}")
    if review.rewrite:
        blocks.append(f"{_heading(say('rewrite'))}\n{review.rewrite}")
    if review.open_questions:
        lines = [wrap(question, "  • ", "    ") for question in review.open_questions]
        blocks.append("\n".join([_heading(say("questions")), *lines]))
    if review.citations:
        lines = [_citation(citation, "  • ") for citation in review.citations]
        blocks.append("\n".join([_heading(say("reading")), *lines]))
    return "\n\n".join(blocks)


def _heading(title: str) -> str:
    return f"{title}\n{'─' * len(title)}"


def _finding(number: int, finding: Finding, say: object) -> str:
    assert callable(say)
    quote = " ".join(finding.quote.split())
    if len(quote) > _LONGEST_QUOTE:
        quote = quote[: _LONGEST_QUOTE - 1] + "…"
    lines = [
        wrap(f"“{quote}”" if quote else f"({say('whole')})", f"{number}. ", "   "),
        wrap(finding.message, "   ", "   "),
        wrap(f"{say('fix')}: {finding.fix}", "   → ", "     "),
        _citation(finding.citation, f"   {say('manual')}: "),
    ]
    return "\n".join(lines)


def _citation(citation: Citation, lead: str) -> str:
    indent = " " * (len(lead) - len(lead.lstrip()) + 2)
    return wrap(f"“{citation.quote}” ({citation.heading})", lead, indent)


def wrap(text: str, lead: str = "", indent: str = "") -> str:
    """Lines of at most `WIDTH` characters; long words stay whole."""
    return textwrap.fill(
        text, WIDTH, initial_indent=lead, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
