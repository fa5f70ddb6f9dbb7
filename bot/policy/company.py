"""`company.yaml`: what the policy knows of the company. Unknown keys are an error."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

Names = tuple[str, ...]
Moment = Annotated[datetime, AfterValidator(lambda moment: moment if moment.tzinfo else moment.replace(tzinfo=UTC))]
"""A date and time; without a time zone it is read as UTC."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _empty_key_is_its_default(cls, value: object, info: object) -> object:
        """`competitors:` with nothing behind it reads as an empty list, as a person means it."""
        if value is None:
            return cls.model_fields[info.field_name].get_default(call_default_factory=True)  # type: ignore[attr-defined]
        return value


class Identity(_Strict):
    name: str = Field(min_length=1)
    aliases: Names = ()
    handles: dict[str, str] = Field(default_factory=dict)
    """Network → handle (`@…`)."""
    site: str | None = None


class Products(_Strict):
    public: Names = ()
    unreleased: Names = ()
    internal: Names = ()


class Customers(_Strict):
    may_be_named: Names = ()
    confidential: Names = ()


class Spokesperson(_Strict):
    name: str
    role: str | None = None


class Disclosure(_Strict):
    """How an employee says that they are one. `{company}` in a phrase stands for name and aliases."""

    tags: Names = ()
    phrases: dict[str, Names] = Field(default_factory=dict)


class Embargo(_Strict):
    topic: str
    terms: Names = Field(min_length=1)
    until: Moment


class Contacts(_Strict):
    """Whom a person may ask; a name, an address or a channel."""

    community_manager: str | None = None
    press: str | None = None
    investor_relations: str | None = None
    people_team: str | None = None
    whistleblowing: str | None = None
    legal: str | None = None
    status_page: str | None = None


class Company(_Strict):
    """The whole of `company.yaml`."""

    company: Identity
    languages: tuple[Annotated[str, Field(pattern="^[a-z]{2,3}$")], ...] = Field(
        default=("en", "es", "ca"), min_length=1
    )
    """The first one is the manual's own."""
    jurisdictions: Names = ()
    products: Products = Field(default_factory=Products)
    competitors: Names = ()
    customers: Customers = Field(default_factory=Customers)
    spokespersons: tuple[Spokesperson, ...] = ()
    disclosure: Disclosure = Field(default_factory=Disclosure)
    embargoes: tuple[Embargo, ...] = ()
    contacts: Contacts = Field(default_factory=Contacts)

    @property
    def names(self) -> Names:
        """The name and its aliases."""
        return (self.company.name, *self.company.aliases)

    @property
    def lists(self) -> dict[str, Names]:
        """What a rule may name with `$…`. `$embargoed` is the terms of all embargoes; each ends with its own.

        A name under embargo is the embargo's business alone: quiet until its date, public after it.
        """
        embargoed = {term.casefold() for embargo in self.embargoes for term in embargo.terms}
        return {
            "company": self.names,
            "handles": tuple(self.company.handles.values()),
            "site": (self.company.site,) if self.company.site else (),
            "products": self.products.public,
            "unreleased": tuple(name for name in self.products.unreleased if name.casefold() not in embargoed),
            "internal": tuple(name for name in self.products.internal if name.casefold() not in embargoed),
            "competitors": self.competitors,
            "customers_ok": self.customers.may_be_named,
            "customers_confidential": self.customers.confidential,
            "spokespersons": tuple(s.name for s in self.spokespersons),
            "disclosure_tags": self.disclosure.tags,
            "disclosure_phrases": tuple(
                phrase.replace("{company}", name)
                for phrases in self.disclosure.phrases.values()
                for phrase in phrases
                for name in (self.names if "{company}" in phrase else ("",))
            ),
            "embargoed": tuple(term for embargo in self.embargoes for term in embargo.terms),
        }
