"""All words of ours for one reader: labels, sentences and the names of the networks, in their language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from bot.coach.labels import Labels, load_labels
from bot.networks.models import Networks
from bot.slack.keys import Key
from bot.slack.sentences import Sentences, load_sentences

_DAY = 24


@dataclass(frozen=True)
class Words:
    """What the blocks say, for a reader of `language`; others get the first of the company's `languages`."""

    labels: Labels
    sentences: Sentences
    languages: tuple[str, ...]
    language: str
    networks: Mapping[str, str]
    """Network id → the name that people know it by, in the order of menus."""

    def say(self, key: Key, **values: object) -> str:
        """A fixed sentence."""
        return self.sentences.say(key, self.language, self.languages, **values)

    def label(self, name: str) -> str:
        """A word around a review: a verdict's value, `must_fix`, `fix` …"""
        return self.labels.say(name, self.language, self.languages)

    def loading(self) -> list[str]:
        """What is shown in turn while a draft is read."""
        return self.sentences.loading_messages(self.language, self.languages)

    def prompts(self) -> list[dict[str, str]]:
        """The suggested prompts: `title` and `message`."""
        return self.sentences.prompts(self.language, self.languages)

    def network(self, network_id: str) -> str:
        """A network's name."""
        return self.networks.get(network_id, network_id)

    def span(self, hours: float) -> str:
        """A span of time in whole days, or in hours where it is shorter than two days and no whole day."""
        if hours >= 2 * _DAY or hours % _DAY == 0:
            days = max(1, round(hours / _DAY))
            return self.say("day_one") if days == 1 else self.say("day_many", count=days)
        whole = max(1, round(hours))
        return self.say("hour_one") if whole == 1 else self.say("hour_many", count=whole)

    def day(self, day: date, today: date) -> str:
        """A day within a sentence, as the reader writes it; with its year where that isn't this one."""
        month = self.say("campaigns_months").split()[day.month - 1]
        said = self.say("campaigns_day", day=day.day, month=month)
        return said if day.year == today.year else f"{said} {day.year}"

    def moment(self, moment: datetime, today: date) -> str:
        """A day and a time of day."""
        return f"{self.day(moment.date(), today)}, {moment:%H:%M}"

    def within(self, language: str | None) -> Words:
        """The same words for a reader of another language; None or one that isn't ours: the company's first."""
        known = language if language and language in self.languages else self.languages[0]
        return self if known == self.language else replace(self, language=known)


def load_words(prompts: Path, languages: tuple[str, ...], networks: Networks) -> Words:
    """The words of a deployment, in the company's first language until a reader is known. Raises `KnowledgeError`."""
    names = {id_: network.name for id_, network in networks.networks.items()}
    return Words(load_labels(prompts), load_sentences(prompts), languages, languages[0], names)
