"""Nudges as people see them: an idea, why it comes to them and now, what they may use, and ways to begin. Never a text to copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from bot.program.models import Campaign, Material
from bot.slack import actions as ids
from bot.slack.campaign_modal import owner_says
from bot.slack.post import Block, Post
from bot.slack.rich_text import (
    Element,
    actions,
    bullets,
    button,
    characters,
    context,
    escaped,
    rich_text,
    section,
    shortened,
    text,
)
from bot.slack.words import Words

_NAME, _FACT, _ANGLE, _TITLE, _HOST = 200, 500, 300, 150, 100
_LINKS = 4_000
"""Characters of all links: beside ten long facts a message has no room for more."""


@dataclass(frozen=True)
class Idea:
    """What a nudge tells somebody, in the campaign's words and those of `knowledge/`."""

    nudge_id: str
    campaign: Campaign
    topic: str
    """Its name for the reader."""
    chosen: bool
    """Whether they chose the topic; else they left their topics open."""
    angles: tuple[str, ...]
    """Ways to begin, for the reader."""
    until: date
    """The last day of the campaign, where the reader is."""
    today: date
    """Where the reader is."""


def nudge_post(idea: Idea, words: Words, *, mention: str | None = None, said: str | None = None) -> Post:
    """A nudge, with buttons, or with what was `said` to an answer in their place.

    `mention` is the person's id where others see it too: in the campaign's thread, whose first post has facts and links.
    """
    title = words.say("nudge_title", campaign=_name(idea.campaign))
    why = words.say("nudge_why" if idea.chosen else "nudge_why_open", topic=idea.topic)
    now = words.say("nudge_now", **_planned(idea.campaign, words, idea.until, idea.today))
    paragraphs = [section(text(f"{why}\n{now}"))]
    if mention is None:
        blocks = [rich_text(section(text(title, bold=True))), rich_text(*paragraphs, *_facts(idea.campaign, words))]
    else:
        called: list[Element] = [{"type": "user", "user_id": mention}]
        blocks = [rich_text(section(called, text(f" {title}", bold=True))), rich_text(*paragraphs)]
    blocks += _angles(idea, words)
    if mention is None:
        blocks += _material(idea.campaign.material, words)
    free = words.say("nudge_free")
    blocks.append(context(f"{words.say('nudge_in_thread')} {free}" if mention else free))
    blocks.append(context(said) if said else _buttons(idea.nudge_id, words, later=True))
    return Post(escaped(title), blocks)


def reminder_post(idea: Idea, words: Words, *, said: str | None = None) -> Post:
    """What somebody who said "later today" gets then: once, and shorter."""
    title = words.say("nudge_reminder", campaign=_name(idea.campaign))
    blocks = [rich_text(section(text(title, bold=True))), rich_text(*_facts(idea.campaign, words, bare=True))]
    blocks += _angles(idea, words)
    blocks.append(context(words.say("nudge_free")))
    blocks.append(context(said) if said else _buttons(idea.nudge_id, words, later=False))
    return Post(escaped(title), blocks)


def root_post(campaign: Campaign, words: Words, *, until: date, today: date) -> Post:
    """The first post of a campaign's thread: whose it is, the facts, the links. It mentions nobody."""
    title = words.say("nudge_root", campaign=_name(campaign))
    whose = words.say("nudge_root_how", **_planned(campaign, words, until, today))
    blocks = [rich_text(section(text(title, bold=True)), section(text(whose)))]
    blocks.append(rich_text(*_facts(campaign, words)))
    blocks += _material(campaign.material, words)
    return Post(escaped(title), blocks)


def begin_post(idea: Idea, words: Words) -> Post:
    """Opens the thread in which somebody drafts for a campaign."""
    title = words.say("nudge_begin", campaign=_name(idea.campaign))
    blocks = [rich_text(section(text(title, bold=True))), rich_text(*_facts(idea.campaign, words, bare=True))]
    blocks += [*_angles(idea, words), *_material(idea.campaign.material, words)]
    blocks.append(rich_text(section(text(words.say("nudge_begin_how")))))
    return Post(escaped(title), blocks)


def channel_gone_post(campaign: Campaign, words: Words) -> Post:
    """To whoever planned a campaign whose channel can't be posted in any more."""
    title = words.say("nudge_channel_gone", campaign=_name(campaign))
    where: list[Element] = [{"type": "channel", "channel_id": campaign.channel}] if campaign.channel else []
    how = section(where, text(f" {words.say('nudge_channel_gone_how')}"))
    return Post(escaped(title), [rich_text(section(text(title, bold=True))), rich_text(how)])


def fewer_said(count: int, words: Words) -> str:
    """What "fewer of these" came to."""
    if count == 0:
        return words.say("nudge_fewer_none")
    return words.say("nudge_fewer_one") if count == 1 else words.say("nudge_fewer", count=count)


def _planned(campaign: Campaign, words: Words, until: date, today: date) -> dict[str, str]:
    """Whose plan it is and its last day, as the reader says it."""
    return {"owner": owner_says(campaign.owner, words), "date": words.day(until, today)}


def _name(campaign: Campaign) -> str:
    return shortened(campaign.name, _NAME)


def _facts(campaign: Campaign, words: Words, *, bare: bool = False) -> list[Element]:
    title = words.say("nudge_facts")
    facts = bullets(section(text(shortened(fact, _FACT))) for fact in campaign.facts)
    return [section(text(title if bare else f"\n{title}", bold=True)), facts]


def _angles(idea: Idea, words: Words) -> list[Block]:
    if not idea.angles:
        return []
    ways = bullets(section(text(shortened(angle, _ANGLE))) for angle in idea.angles)
    return [rich_text(section(text(words.say("nudge_angles"), bold=True)), ways)]


def _material(material: Sequence[Material], words: Words) -> list[Block]:
    if not material:
        return []
    links: list[Element] = []
    room = _LINKS
    for each in material[:10]:
        link = section([{"type": "link", "url": each.url, "text": shortened(each.title, _TITLE)}], _leads_to(each))
        room -= characters(link)
        if links and room < 0:
            break
        links.append(link)
    return [rich_text(section(text(words.say("nudge_material"), bold=True)), bullets(links))]


def _leads_to(material: Material) -> list[Element]:
    """Where a link leads, beside a title that doesn't say so: whoever wrote it may have called it anything."""
    host = urlsplit(material.url).hostname or ""
    says_so = material.title.casefold() == host or material.title.casefold().startswith(f"{host}/")
    return [] if says_so or not host else text(f" ({shortened(host, _HOST)})")


def _buttons(nudge_id: str, words: Words, *, later: bool) -> Block:
    row = [button(words.say("button_nudge_draft"), ids.NUDGE_DRAFT, nudge_id, primary=True)]
    row += [button(words.say("button_nudge_later"), ids.NUDGE_LATER, nudge_id)] if later else []
    row.append(button(words.say("button_nudge_no"), ids.NUDGE_NOT_FOR_ME, nudge_id))
    row.append(button(words.say("button_nudge_fewer"), ids.NUDGE_FEWER, nudge_id))
    return actions(row)
