"""Whether a campaign is for somebody."""

from __future__ import annotations

from dataclasses import dataclass

from bot.program.models import Ambassador, Campaign, Reason


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom a campaign is for, ready to be asked about many people. An empty list, on either side, is any."""

    nobody: bool
    topic: str
    networks: frozenset[str]
    languages: frozenset[str]
    countries: frozenset[str]
    people: frozenset[str]

    @classmethod
    def by(cls, campaign: Campaign) -> Wanted:
        audience = campaign.audience
        return cls(
            nobody=audience is None,
            topic=campaign.topic,
            networks=frozenset(campaign.networks),
            languages=frozenset(audience.languages if audience else ()),
            countries=frozenset(audience.countries if audience else ()),
            people=frozenset(audience.people if audience else ()),
        )

    def refuses(self, person: Ambassador) -> Reason | None:
        """Why it isn't for them; None: it is."""
        if self.nobody:
            return Reason.NO_AUDIENCE
        if self.people and person.user not in self.people:
            return Reason.NOT_CHOSEN
        if person.topics and self.topic not in person.topics:
            return Reason.TOPIC
        if self.networks and person.networks and self.networks.isdisjoint(person.networks):
            return Reason.NETWORK
        if self.languages and person.languages and self.languages.isdisjoint(person.languages):
            return Reason.LANGUAGE
        if self.countries and not self._takes_in(person.country):
            return Reason.COUNTRY
        return None

    def _takes_in(self, country: str | None) -> bool:
        return country is not None and (country in self.countries or country.partition("-")[0] in self.countries)
