"""What `/policy` lists and shows, from the published manual, its history and the rules in force."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.manual.sections import Section, find, for_reader, sections_of
from bot.parts import Coach
from bot.policy.models import Category
from bot.policy.schema import Rule
from bot.slack.policy_command import Wish
from bot.slack.policy_pages import (
    CATEGORIES,
    Changed,
    Told,
    guide_post,
    help_post,
    near_post,
    rules_post,
    section_posts,
    sections_post,
    topic_post,
)
from bot.slack.post import Post
from bot.slack.words import Words
from bot.text import fold

_VERSIONS, _CHANGES, _HEADINGS = 20, 3, 5
_FILLED = re.compile(r"\{(?!match\}|company\}|contacts\.)")
"""A value that only a draft has, beside the words that were found in it."""


def listed(coach: Coach, wish: Wish, words: Words) -> list[Post] | None:
    """The posts that a wish asks for; None: it is a question. Reads files: call it in a thread."""
    if wish.kind == "guide":
        return [guide_post(words, for_reader(_sections(coach), words.language), _changes(coach, words.language))]
    if wish.kind == "help":
        return [help_post(words)]
    if wish.kind == "rules":
        return _rules(coach, wish, words)
    return _section(coach, wish, words) if wish.kind == "section" else None


def _sections(coach: Coach) -> list[Section]:
    return sections_of(coach.manual.passages.values())


def _section(coach: Coach, wish: Wish, words: Words) -> list[Post] | None:
    sections = _sections(coach)
    if not wish.text:
        return [sections_post(words, for_reader(sections, words.language))]
    found = find(sections, wish.text, words.language)
    if found.section is not None:
        return section_posts(found.section, words.within(found.section.language))
    return None if "?" in wish.text and not found.near else [near_post(found.near, words)]


def _rules(coach: Coach, wish: Wish, words: Words) -> list[Post] | None:
    rules = _in_force(coach, words)
    if not wish.text:
        return [rules_post(words, rules)]
    category = topic(wish.text, words)
    if category is None:
        return None  # “rules for interns”: what the manual says of them
    told = rules.get(category)
    return [topic_post(words, category, told, wish.page)] if told else [rules_post(words, {})]


def topic(name: str, words: Words) -> Category | None:
    """The topic that somebody names, in any of the company's languages, by its id or by a word of its name."""
    wanted = _folded(name)
    names: dict[Category, list[str]] = {
        category: [
            _folded(category.value),
            *(_folded(words.within(language).say(key)) for language in words.languages),
        ]
        for category, key in CATEGORIES.items()
    }
    for fits in (_is_name, _has_words):
        fitting = [category for category, known in names.items() if any(fits(wanted, each) for each in known)]
        if len(fitting) == 1 or (fitting and fits is _is_name):
            return fitting[0]
    return None


def _is_name(wanted: str, name: str) -> bool:
    return wanted == name


def _has_words(wanted: str, name: str) -> bool:
    had = name.split()
    return bool(wanted) and all(any(own.startswith(word) for own in had) for word in wanted.split() if len(word) > 2)


def _in_force(coach: Coach, words: Words) -> Mapping[Category, Sequence[Told]]:
    """The rules by topic, those left out whose words no longer stand in the manual; what reads the same, once."""
    told: dict[Category, dict[str, Told]] = {}
    for rule in coach.policy.rules:
        citation = coach.policy.citation(rule.id, words.language)
        if citation is None:
            continue
        says = _said(coach, rule, words.language, citation.quote)
        section = citation.heading.rpartition(" › ")[2]
        told.setdefault(rule.category, {}).setdefault(says, Told(says, section))
    return {category: list(told[category].values()) for category in CATEGORIES if category in told}


def _said(coach: Coach, rule: Rule, language: str, quote: str) -> str:
    """Its question, or its message with an ellipsis for what it found; else the manual's own words."""
    if rule.question:
        return coach.policy.words(rule.question, language)
    message = coach.policy.words(rule.message, language, {"match": "…"})
    texts = rule.message.values()
    return quote if any(_FILLED.search(text) for text in texts) else message


def _changes(coach: Coach, language: str) -> list[Changed]:
    """The last publications that touched sections in the reader's language, or in one that has no edition in it."""
    from bot.manual.history import versions

    spoken = {passage.language for passage in coach.manual.passages.values()}
    found: list[Changed] = []
    for version in versions(coach.manual.data, most=_VERSIONS):
        touched = [t for t in version.touched if t.language == language or language not in spoken]
        names = list(dict.fromkeys(t.heading[-1] for t in touched if t.heading))
        if names and len(found) < _CHANGES:
            more = len(names) - _HEADINGS
            found.append(Changed(version.time.date(), ", ".join(version.sources), names[:_HEADINGS], max(0, more)))
    return found


def _folded(name: str) -> str:
    return " ".join(fold(name).text.replace("-", " ").split())
