"""What posts have in common: citations, lists, a version to copy, and how parts are dealt out to as few posts as can be."""

from __future__ import annotations

from collections.abc import Sequence

from bot.coach.given import is_campaigns
from bot.manual.models import Citation
from bot.slack.post import Block
from bot.slack.rich_text import Element, bullets, characters, pieces, preformatted, rich_text, section, shortened, text
from bot.slack.words import Words

MOST_BLOCKS = 48
"""In a message; Slack takes 50."""
MOST_CHARACTERS = 12_000
"""In a message, all words of all blocks; Slack takes about 13,000."""
LONGEST_WORDS = 1_500
"""Characters of one remark or one quote of the manual; nearly all are far shorter."""
LONGEST_VERSION = 5_800
"""Characters of a version to copy in one post; the coach's own limit is 5,000."""
_HEADING = 300
_LIST = 5_000  # characters of a list in one block

Part = list[Block]
"""Blocks that stay in one post."""


def cited(citation: Citation, words: Words | None = None) -> list[Element]:
    """The manual's own words with their section; of its path of headings the last one, which is what a person looks for.

    With `words` a campaign's fact is told as the campaign's.
    """
    section_name = citation.heading.rpartition(" › ")[2]
    if words is not None and is_campaigns(citation):
        section_name = words.say("campaign_cited", name=citation.heading)
    return [
        *text(f"“{shortened(citation.quote, LONGEST_WORDS)}”", italic=True),
        *text(f" ({shortened(section_name, _HEADING)})"),
    ]


def rewrite_parts(rewrite: str | None, words: Words) -> list[Part]:
    """The rewrite in a block that copies cleanly; in several, cut between lines, where it is too long for one post."""
    parts: list[Part] = []
    for piece in pieces(rewrite or "", LONGEST_VERSION):
        title = words.say("rewrite_continued") if parts else words.label("rewrite")
        parts.append([rich_text(section(text(title, bold=True)), preformatted(piece))])
    return parts


def list_parts(title: str, sections: Sequence[Element]) -> list[Part]:
    """A list under a title; several blocks, where it is too long for one."""
    lists: list[list[Element]] = []
    taken = 0
    for item in sections:
        room = characters(item)
        if not lists or taken + room > _LIST:
            lists.append([])
            taken = 0
        lists[-1].append(item)
        taken += room
    head = [section(text(title, bold=True))]
    return [[rich_text(*(head if number == 0 else []), bullets(items))] for number, items in enumerate(lists)]


def packed(parts: Sequence[Part], opening: Part) -> list[list[Block]]:
    """The parts in as few posts as Slack's limits allow; each further post starts with `opening`."""
    posts: list[list[Block]] = [[]]
    taken = 0
    for part in parts:
        room = sum(map(characters, part))
        if posts[-1] and (len(posts[-1]) + len(part) > MOST_BLOCKS or taken + room > MOST_CHARACTERS):
            posts.append(list(opening))
            taken = sum(map(characters, opening))
        posts[-1] += part
        taken += room
    return posts
