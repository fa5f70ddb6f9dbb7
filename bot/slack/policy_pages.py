"""What `/policy` shows besides answers: what one can ask, the manual's sections, what changed, and the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.manual.sections import Section
from bot.policy.models import Category
from bot.slack.keys import Key
from bot.slack.layout import MOST_CHARACTERS, Part, packed
from bot.slack.policy_blocks import source_of
from bot.slack.post import Block, Post
from bot.slack.rich_text import (
    Element,
    bullets,
    characters,
    context,
    escaped,
    pieces,
    rich_text,
    section,
    shortened,
    text,
)
from bot.slack.words import Words

MOST_POSTS = 4
"""Posts that one command may be answered with; a response_url takes five."""
_EXAMPLES: tuple[Key, ...] = ("policy_example_photo", "policy_example_product", "policy_example_press")
_HELP: tuple[Key, ...] = ("policy_help_ask", "policy_help_rules", "policy_help_section", "policy_help_elsewhere")
_NAME, _LINE = 150, 400  # characters
_HEADINGS = 8_000  # characters of the list of sections
_CHANGES, _TOUCHED = 3, 5
_FEW = 2  # rules of a topic, where all topics are shown
_PAGE = 25  # rules, where one topic is shown
CATEGORIES: dict[Category, Key] = {
    Category.DISCLOSURE: "category_disclosure",
    Category.CLAIMS: "category_claims",
    Category.COMPETITORS: "category_competitors",
    Category.CUSTOMERS: "category_customers",
    Category.CONFIDENTIAL: "category_confidential",
    Category.FINANCIAL: "category_financial",
    Category.EMBARGO: "category_embargo",
    Category.PERSONAL_DATA: "category_personal_data",
    Category.CREDENTIALS: "category_credentials",
    Category.RESPECT: "category_respect",
    Category.REGULATED_ADVICE: "category_regulated_advice",
    Category.COPYRIGHT: "category_copyright",
    Category.SPOKESPERSON: "category_spokesperson",
    Category.CRISIS: "category_crisis",
    Category.TONE: "category_tone",
    Category.INCLUSIVE_LANGUAGE: "category_inclusive_language",
    Category.ACCESSIBILITY: "category_accessibility",
    Category.NETWORK_LIMITS: "category_network_limits",
    Category.INJECTION: "category_injection",
}
"""In the order in which they are shown."""


@dataclass(frozen=True)
class Changed:
    """One publication: when, of which sources, and the headings that it touched."""

    on: date
    manual: str
    headings: Sequence[str]
    more: int = 0
    """Headings beside these."""


@dataclass(frozen=True)
class Told:
    """What a rule rests on, in the manual's own words, and the section that they stand in."""

    says: str
    section: str


def guide_post(words: Words, sections: Mapping[str, Sequence[Section]], changed: Sequence[Changed]) -> Post:
    """What `/policy` alone shows; `sections` by source, `changed` newest first."""
    examples = bullets(section(text(words.say(key))) for key in _EXAMPLES)
    blocks: list[Block] = [
        rich_text(
            section(text(words.say("policy_hello"))),
            section(text(words.say("policy_examples"), bold=True)),
            examples,
        ),
        *_sections(words, sections, in_lines=False),
    ]
    if changed:
        lines = [section(text(_change(words, each))) for each in changed[:_CHANGES]]
        blocks.append(rich_text(section(text(words.say("policy_changes"), bold=True)), bullets(lines)))
    return Post(escaped(words.say("policy_hello")), blocks)


def sections_post(words: Words, sections: Mapping[str, Sequence[Section]]) -> Post:
    """The manual's sections, and how to read one."""
    return Post(escaped(words.say("policy_sections")), list(_sections(words, sections, in_lines=True)))


def help_post(words: Words) -> Post:
    """What one can write."""
    title = section(text(words.say("policy_help"), bold=True))
    return Post(
        escaped(words.say("policy_help")),
        [rich_text(title, bullets(section(text(words.say(key))) for key in _HELP))],
    )


def section_posts(shown: Section, words: Words, numbers: Mapping[str, int] | None = None) -> list[Post]:
    """A section whole, in as few posts as can be; cut, and it says so, where it needs more than `MOST_POSTS`."""
    first = shown.passages[0]
    source = source_of(first.manual, first.version, first.language, words, numbers)
    title = section(text(shortened(first.heading_path or shown.name, 300), bold=True))
    said = [piece.strip("\n") for passage in shown.passages for piece in pieces(passage.text, 2_900)]
    parts: list[Part] = [[rich_text(title), context(source)]]
    parts += [[rich_text(section(text(piece)))] for piece in said if piece.strip()]
    dealt = packed(parts, [rich_text(title)])
    if len(dealt) > MOST_POSTS:
        dealt = [*dealt[: MOST_POSTS - 1], [*dealt[MOST_POSTS - 1], context(words.say("policy_section_cut"))]]
    return [Post(escaped(words.say("title_section")), blocks) for blocks in dealt]


def near_post(near: Sequence[Section], words: Words) -> Post:
    """Instead of a section that isn't there: those that may be meant."""
    if not near:
        said = words.say("policy_no_section")
        return Post(escaped(said), [rich_text(section(text(said)))])
    said = words.say("policy_near_sections")
    names = bullets(section(text(shortened(each.name, _NAME))) for each in near)
    return Post(escaped(said), [rich_text(section(text(said)), names), context(words.say("policy_sections_how"))])


def rules_post(words: Words, rules: Mapping[Category, Sequence[Told]]) -> Post:
    """A few rules of each topic."""
    title = words.say("policy_rules")
    if not rules:
        said = words.say("policy_rules_none")
        return Post(escaped(said), [rich_text(section(text(said)))])
    blocks: list[Block] = [rich_text(section(text(title, bold=True)))]
    taken = 0
    for category, told in rules.items():
        # What no room is left for is counted, never dropped without a word.
        room = (MOST_CHARACTERS - 1_000) * (len(blocks)) // len(rules) - taken
        shown = _fitting(told[:_FEW], room)
        block = _topic(words, category, shown, len(told) - len(shown))
        taken += characters(block)
        blocks.append(block)
    return Post(escaped(title), [*blocks, context(words.say("policy_rules_how"))])


def topic_post(words: Words, category: Category, told: Sequence[Told], page: int) -> Post:
    """All rules of one topic, in pages from 1; a page that isn't there is the last one."""
    pages = list(_pages(told))
    number = min(max(1, page), len(pages))
    blocks: list[Block] = [_topic(words, category, pages[number - 1], 0)]
    if number < len(pages):
        blocks.append(context(words.say("policy_rules_next", page=number + 1)))
    return Post(escaped(words.say("policy_rules")), blocks)


def _sections(words: Words, sections: Mapping[str, Sequence[Section]], *, in_lines: bool) -> Iterator[Block]:
    """Their names, each in a line of its own or all in one paragraph."""
    if not sections:
        return
    yield rich_text(section(text(words.say("policy_sections"), bold=True)))
    left = sum(len(own) for own in sections.values())
    room = _HEADINGS
    for source, own in list(sections.items())[:20]:
        names: list[str] = []
        for name in (shortened(each.name, _NAME) for each in own):
            room -= characters(name) + 3
            if room < 0:
                break
            names.append(name)
        left -= len(names)
        if names:
            head = [section(text(shortened(source, _NAME), italic=True))] if len(sections) > 1 else []
            lines = bullets(section(text(name)) for name in names) if in_lines else section(text(" · ".join(names)))
            yield rich_text(*head, lines)
    yield context(words.say("policy_sections_more", count=left) if left else words.say("policy_sections_how"))


def _change(words: Words, changed: Changed) -> str:
    head = words.say("policy_change", date=changed.on.isoformat(), manual=shortened(changed.manual, _NAME))
    names = [shortened(heading, _NAME) for heading in changed.headings[:_TOUCHED]]
    more = changed.more + len(changed.headings) - len(names)
    if more:
        names.append(words.say("policy_rules_more", count=more))
    return f"{head}: {', '.join(names)}"


def _topic(words: Words, category: Category, told: Sequence[Told], more: int) -> Block:
    """Its rules below its name; a section is named once where it is the same for all, and isn't called like the topic."""
    name = words.say(CATEGORIES[category])
    sections = list(dict.fromkeys(each.section for each in told))
    title = [section(text(name, bold=True), _section_beside(sections, name))]
    lines = [
        section(text(shortened(each.says, _LINE)), _in_section(each.section) if len(sections) > 1 else [])
        for each in told
    ]
    if more:
        lines.append(section(text(words.say("policy_rules_more", count=more), italic=True)))
    return rich_text(*title, bullets(lines))


def _section_beside(sections: Sequence[str], name: str) -> list[Element]:
    alone = len(sections) == 1 and sections[0].casefold() != name.casefold()
    return _in_section(sections[0]) if alone else []


def _in_section(name: str) -> list[Element]:
    return text(f" ({shortened(name, _NAME)})", italic=True)


def _fitting(told: Sequence[Told], room: int) -> list[Told]:
    fitting: list[Told] = []
    for each in told:
        room -= _size(each)
        if room < 0 and fitting:
            break
        fitting.append(each)
    return fitting


def _pages(told: Sequence[Told]) -> Iterator[list[Told]]:
    page: list[Told] = []
    taken = 0
    for each in told:
        if page and (len(page) == _PAGE or taken + _size(each) > MOST_CHARACTERS - 1_000):
            yield page
            page, taken = [], 0
        page.append(each)
        taken += _size(each)
    yield page


def _size(told: Told) -> int:
    return min(characters(told.says), _LINE) + min(characters(told.section), _NAME) + 3
