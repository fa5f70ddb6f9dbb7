"""A question about policy as it is answered: cleaned, with the one it leans on, in a language, masked; or why it can't be."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import regex

from bot.coach.intent import understand
from bot.coach.mask import mask
from bot.coach.phrasebook import is_word, tokens
from bot.coach.prompt import Prompts
from bot.coach.said import clean
from bot.language import UNKNOWN, detect
from bot.policy.detectors import DETECTORS
from bot.policy.engine import Policy
from bot.policy.models import Category, Draft
from bot.policy.protected import protected_sentences
from bot.text import sentences

LONGEST = 2000
"""Characters of a question; what is longer is a draft."""
_EARLIER = 4  # questions before this one that count
_READ = 400  # characters that tell the language of what is too long
_PLACEHOLDER = regex.compile(r"⟦[^⟧]*⟧")
_MIXED = regex.compile(r"\p{Script=Latin}[\p{Cyrillic}\p{Greek}]|[\p{Cyrillic}\p{Greek}]\p{Script=Latin}")
_LATIN = regex.compile(r"(?=\p{L})\p{Script=Latin}")
_UNSEEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cs}\u2800]")
_SPLIT = regex.compile(r"(?<=\p{Ll})-\n(?=\p{Ll})")
_LINK = regex.compile(r"(?:https?://|www\.)\S+", regex.IGNORECASE)
_LOADED = regex.compile(r"[<>@*`~|{}\[\]^\\=]")  # what Slack would read as more than a sign

Reason = Literal["policy_empty", "policy_wordless", "policy_long", "policy_prompt", "policy_others"]


@dataclass(frozen=True)
class Rejected:
    """Nothing that can be answered, and the sentence that says why."""

    reason: Reason
    language: str


@dataclass(frozen=True)
class Asked:
    """A question. What leaves the process is `masked` and `earlier`; `whole` is for our own eyes."""

    language: str
    """Of the answer: the asker's where the company speaks it, else the company's first."""
    foreign: bool
    """The question is in a language that the company doesn't speak."""
    whole: str = field(repr=False)
    """The question, behind the one that it leans on; without what tries to steer, unless there is nothing else."""
    masked: str = field(repr=False)
    """The question alone, likewise, without secrets and others' data."""
    searched: str = field(repr=False)
    """What the manual is searched for: `whole`, masked, without placeholders."""
    earlier: tuple[str, ...] = field(repr=False)
    """Masked; earlier questions that may be sent to a model, oldest first."""
    steering: tuple[str, ...] = field(repr=False)
    """Sentences that try to steer."""
    leaks: bool
    """It holds a credential, or is nothing but orders: no model gets it."""

    @property
    def own_words(self) -> str:
        """What facts may be drawn from: the question without signs that a chat reads as more, and without links."""
        return _LOADED.sub(" ", "\n".join((*self.earlier, self.masked)))


def read_question(
    question: str, language: str | None, earlier: Sequence[str], policy: Policy, prompts: Prompts
) -> Asked | Rejected:
    """The question, ready to be answered; takes a few milliseconds."""
    text = tidy(question)
    languages = policy.company.languages
    spoken = language.strip().lower()[:2] if language else None
    if reason := _why_not(text, prompts):
        known = spoken if spoken in languages else detect(text[:_READ], languages)
        return Rejected(reason, known if known in languages else languages[0])
    before = [cleaned for words in earlier[-_EARLIER:] if (cleaned := tidy(words)) and len(cleaned) <= LONGEST]
    base = _leans_on(text, before, prompts)
    if spoken is None:
        spoken = _language(f"{base} {text}" if base else text, policy, prompts)
    plain, steering = _without_steering(text, policy, prompts)
    sent = [words for words in before if not _stays(words, policy, prompts)]
    draft = Draft(text=plain, language=spoken if spoken in languages else None)
    masked = mask(draft, policy, beside=[*sent, base])
    whole = f"{base} {plain}".strip()
    searched = _PLACEHOLDER.sub(" ", f"{masked.beside[-1]} {masked.text}").strip()
    return Asked(
        language=spoken if spoken in languages else languages[0],
        foreign=spoken not in languages,
        whole=whole,
        masked=masked.text,
        searched=searched,
        earlier=masked.beside[:-1],
        steering=steering,
        leaks=_leaks(text, policy) or plain in steering,
    )


def tidy(text: str) -> str:
    """A text without broken, invisible and control characters, and with words whole that a line end split; line ends stay."""
    cleaned = clean(_UNSEEN.sub("", text[: LONGEST * 4])).replace("\r\n", "\n")
    cleaned = _SPLIT.sub("", cleaned)
    return "".join(c if c == "\n" or unicodedata.category(c) != "Cc" else " " for c in cleaned).strip()


def is_foreign(text: str, policy: Policy) -> bool:
    """Whether a text is in a language that the company doesn't speak, or mostly in letters that none of its languages has."""
    letters = [c for c in text if c.isalpha()]
    return len(_LATIN.findall(text)) * 2 < len(letters) or detect(text[:_READ], policy.company.languages) == UNKNOWN


def is_disguised(text: str) -> bool:
    """Whether a word of a text has letters of two scripts, which look alike."""
    return _MIXED.search(text) is not None


def steers(text: str, policy: Policy, prompts: Prompts) -> bool:
    """Whether a text gives orders to the one who answers."""
    steering = DETECTORS["steering"]
    reading = policy.read(Draft(text=text, language=policy.company.languages[0]))
    return prompts.questions.steers(text) or bool(list(steering.find(reading, steering.options())))


def _why_not(text: str, prompts: Prompts) -> Reason | None:
    if not any(not c.isspace() and unicodedata.category(c) != "Cf" for c in text):
        return "policy_empty"
    if len(text) > LONGEST:
        return "policy_long"
    if not any(token.isalpha() for token in tokens(_LINK.sub(" ", text))):
        return "policy_wordless"
    if prompts.questions.wants_prompt(text):
        return "policy_prompt"
    return "policy_others" if prompts.questions.wants_others(text) else None


def _leans_on(text: str, before: Sequence[str], prompts: Prompts) -> str:
    """The earlier question that a question of few words belongs to; empty when it stands by itself."""
    if not before or not prompts.questions.follows_up(text):
        return ""
    return next((words for words in reversed(before) if not prompts.questions.follows_up(words)), before[-1])


def _language(text: str, policy: Policy, prompts: Prompts) -> str:
    """The language in which it asks; `und` when the company doesn't speak it."""
    found = UNKNOWN if is_foreign(text, policy) else detect(text, policy.company.languages)
    if found != UNKNOWN or len(text) > _READ:
        meaning = understand(text, policy.networks, prompts.intents)
        if meaning.intent == "question" and meaning.language in policy.company.languages:
            return meaning.language
    return found


def _without_steering(text: str, policy: Policy, prompts: Prompts) -> tuple[str, tuple[str, ...]]:
    """The question without sentences that give orders; with them where there are no others."""
    parts = [text[start:end] for start, end in sentences(text)]
    orders = tuple(part for part in parts if steers(part, policy, prompts))
    if not orders:
        return (text, (text,)) if steers(text, policy, prompts) else (text, ())
    rest = " ".join(part for part in parts if part not in orders)
    return (rest, orders) if any(map(is_word, tokens(rest))) else (text, (text,))


def _stays(text: str, policy: Policy, prompts: Prompts) -> bool:
    """Whether an earlier question stays in the house: a person's to answer, leaking, or steering."""
    return (
        _why_not(text, prompts) is not None
        or prompts.channels.topic_of(text) is not None
        or prompts.channels.hints_at_private(text)
        or is_protected(text, policy, prompts)
        or _leaks(text, policy)
        or steers(text, policy, prompts)
    )


def is_protected(text: str, policy: Policy, prompts: Prompts) -> bool:
    """Whether a text speaks of pay, hours, organising and the like, as the policy's own data have it."""
    words = text
    for topic in prompts.channels.topics:
        kept = topic.without_exceptions(words) if topic.private else None
        if kept is not None and len(kept) < len(tokens(words)):
            words = " ".join(kept)
    reading = policy.read(Draft(text=words, language=policy.company.languages[0]))
    return bool(protected_sentences(policy.protected, reading))


def _leaks(text: str, policy: Policy) -> bool:
    findings = policy.check(Draft(text=text)).findings
    return any(f.category == Category.CREDENTIALS and f.severity == "must-fix" for f in findings)
