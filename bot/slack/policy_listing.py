"""What `/policy` lists and shows, from the published manual, its history and the rules in force."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from bot.errors import BonventError
from bot.manual.sections import Section, find, for_reader, sections_of
from bot.parts import Coach
from bot.policy.models import Category
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

logger = logging.getLogger(__name__)
_VERSIONS, _CHANGES, _HEADINGS = 20, 3, 5
_NEAR, _SPEAKING = 5, 3  # sections that are shown instead of one that isn't there; of these, that only speak of it
_NAME = 100  # characters of a name that are searched for


def listed(coach: Coach, wish: Wish, words: Words, numbers: Mapping[str, int] | None = None) -> list[Post] | None:
    """The posts that a wish asks for; None: it is a question. Reads files: call it in a thread.

    `numbers`: `Passage.version` → the number of the manual's version that people know.
    """
    if wish.kind == "guide":
        return [guide_post(words, for_reader(_sections(coach), words.language), _changes(coach, words.language))]
    if wish.kind == "help":
        return [help_post(words)]
    if wish.kind == "rules":
        return _rules(coach, wish, words)
    return _section(coach, wish, words, numbers) if wish.kind == "section" else None


def _sections(coach: Coach) -> list[Section]:
    return sections_of(coach.manual.passages.values())


def _section(coach: Coach, wish: Wish, words: Words, numbers: Mapping[str, int] | None) -> list[Post] | None:
    sections = _sections(coach)
    if not wish.text:
        return [sections_post(words, for_reader(sections, words.language))]
    found = find(sections, wish.text, words.language)
    if found.section is not None:
        return section_posts(found.section, words.within(found.section.language), numbers)
    if "?" in wish.text and not found.near:
        return None
    speaking = _speaking_of(coach, sections, wish.text, words.language)
    named = [section for section in found.near if _has_words(_folded(wish.text), _folded(section.name))]
    meant = dict.fromkeys([*named, *speaking, *found.near])
    return [near_post(list(meant)[:_NEAR], words)]


def _speaking_of(coach: Coach, sections: Sequence[Section], name: str, language: str) -> list[Section]:
    """The sections that speak of what is called so, though their headings aren't: “photos” for instance."""
    try:
        hits = coach.manual.search(name[:_NAME], language, k=_SPEAKING)
    except BonventError as error:
        logger.warning("the manual could not be searched: %s", type(error).__name__)
        return []
    found = dict.fromkeys(hit.passage.section for hit in hits)
    return [section for id_ in found for section in sections if section.id == id_]


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
    """What the rules rest on, in the manual's own words, by topic; each once, however many rules rest on it.

    Rules whose words no longer stand in the manual are left out.
    """
    told: dict[Category, dict[str, Told]] = {}
    for rule in coach.policy.rules:
        citation = coach.policy.citation(rule.id, words.language)
        if citation is not None:
            section = citation.heading.rpartition(" › ")[2]
            told.setdefault(rule.category, {}).setdefault(citation.quote, Told(citation.quote, section))
    return {category: list(told[category].values()) for category in CATEGORIES if category in told}


def _changes(coach: Coach, language: str) -> list[Changed]:
    """The last publications that added or changed sections in the reader's language, or in one without an edition in it.

    Without the first one: in it all is new, and nothing changed.
    """
    from bot.manual.history import versions

    spoken = {passage.language for passage in coach.manual.passages.values()}
    found: list[Changed] = []
    for version in versions(coach.manual.data, most=_VERSIONS):
        touched = [t for t in version.touched if t.language == language or language not in spoken]
        touched = [t for t in touched if t.kind != "removed"]
        names = list(dict.fromkeys(t.heading[-1] for t in touched if t.heading))
        if names and version.number > 1 and len(found) < _CHANGES:
            more = len(names) - _HEADINGS
            found.append(Changed(version.time.date(), ", ".join(version.sources), names[:_HEADINGS], max(0, more)))
    return found


def _folded(name: str) -> str:
    return " ".join(fold(name).text.replace("-", " ").split())
