"""The fixed sentences that Slack shows, from `prompts/slack.yaml`, checked when they are read.

A new sentence is a key in `Key` and its texts in the file; one with placeholders names them in `PLACEHOLDERS` too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from bot.datafile import load

Key = Literal[
    # First meeting.
    "welcome_hello",
    "welcome_how",
    "welcome_free",
    "welcome_private",
    "welcome_model",
    "welcome_no_model",
    "welcome_kept",
    "suggestions_title",
    # Talk.
    "greeting",
    "thanks",
    "small_talk",
    "how_it_works",
    "reading_status",
    "looking_status",
    "waiting",
    "which_network",
    "unknown_network",
    # A message that is no draft.
    "empty",
    "too_long",
    "not_text",
    "file_not_text",
    "file_too_large",
    "file_unreachable",
    "picture_one",
    "picture_many",
    # Who is served, and how much.
    "over_limit",
    "guest",
    "other_organisation",
    # When something fails.
    "fallback",
    "failed",
    "model_failed",
    "not_yours",
    "stale",
    "needs_model",
    "unknown_action",
    "draft_not_kept",
    # Around a review.
    "protected",
    "superseded",
    "review_continued",
    "rewrite_continued",
    "answered",
    "posted_thanks",
    "helpful_thanks",
    "not_helpful_thanks",
    "not_right_thanks",
    "already_not_right",
    # Questions about the manual.
    "passages",
    "nothing_near",
    "nothing_near_contact",
    # Buttons and menus.
    "button_use_rewrite",
    "button_shorter",
    "button_warmer",
    "button_other_network",
    "button_check_again",
    "button_posted",
    "button_helpful",
    "button_not_helpful",
    "button_ask_human",
    "button_not_right",
    "button_describe_picture",
    "button_is_draft",
    # Asking a human.
    "question_goes_to",
    "question_note",
    "question_note_hint",
    "question_note_of_author",
    "question_findings",
    "question_protected",
    "question_protected_alone",
    "question_nobody",
    "question_nobody_known",
    "question_already",
    "question_asked",
    "question_you_withdrew",
    "question_was_answered",
    "question_has_answer",
    "question_answer_from",
    "question_overdue_author",
    "question_new",
    "question_until",
    "question_overdue",
    "question_taken_by",
    "question_answered_by",
    "question_withdrawn",
    "question_reminder",
    "question_overdue_managers",
    "question_answer",
    "question_answer_hint",
    "question_taken_already",
    "question_not_taken",
    "question_closed",
    "question_not_manager",
    "one_moment",
    "button_take",
    "button_release",
    "button_answer",
    "button_withdraw",
    "title_ask_human",
    "title_answer",
    "submit_share",
    # Modals: titles and what is pressed.
    "title_draft",
    "title_check_again",
    "title_not_right",
    "title_picture",
    "title_pictures",
    "submit_read",
    "submit_send",
    "close_cancel",
    "close_done",
    # Modals: fields, and what is wrong with them.
    "field_draft",
    "field_draft_hint",
    "field_network",
    "field_picture",
    "field_picture_number",
    "field_picture_hint",
    "field_link",
    "field_link_hint",
    "field_reason",
    "field_comment",
    "field_comment_hint",
    "reason_misfit",
    "reason_public",
    "reason_wording",
    "reason_other",
    "choose",
    "field_empty",
    "field_link_wrong",
    "field_own_words",
    # Drafts from a modal or a shortcut.
    "your_draft",
    "your_draft_for",
    "shown_in_part",
    "edit_above",
    "edit_in_thread",
    "coach_begun",
    "coach_not_yours",
    # The Home tab.
    "home_how",
    "home_settings",
    "home_network",
    "home_network_ask",
    "home_language",
    "home_language_slack",
    "home_keep",
    "home_keep_not",
    "home_reviews",
    "home_reviews_none",
    "home_reviews_yours",
    "home_open",
    "home_data",
    "home_data_how",
    "home_forget_title",
    "home_forget_reach",
    "home_forgotten",
    "home_exported",
    "home_export_file",
    "home_export_failed",
    "home_more",
    "home_queue",
    "home_queue_none",
    "home_queue_state",
    "home_queue_oldest",
    "home_queue_overdue",
    "home_manual",
    "home_manual_state",
    "home_rules",
    "home_rules_state",
    "home_suspended",
    "home_complaints",
    "home_complaints_few",
    "button_review_draft",
    "button_export",
    "button_forget",
    "button_forget_yes",
    "button_forget_no",
    # Spans of time.
    "hour_one",
    "hour_many",
    "day_one",
    "day_many",
]

PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    key: frozenset(names)
    for key, *names in (
        ("welcome_hello", "company"),
        ("welcome_how", "company"),
        ("welcome_model", "model"),
        ("welcome_kept", "time"),
        ("too_long", "most"),
        ("file_too_large", "most"),
        ("picture_many", "count"),
        ("over_limit", "limit"),
        ("guest", "company"),
        ("other_organisation", "company"),
        ("nothing_near_contact", "contact"),
        ("question_goes_to", "channel"),
        ("question_protected", "contact"),
        ("question_nobody", "contact"),
        ("question_nobody_known", "company"),
        ("question_asked", "time"),
        ("question_until", "time"),
        ("question_reminder", "time"),
        ("question_taken_already", "who"),
        ("field_picture_number", "number"),
        ("your_draft_for", "network"),
        ("home_keep", "time"),
        ("home_more", "count"),
        ("home_queue_state", "open", "taken"),
        ("home_queue_oldest", "time"),
        ("home_queue_overdue", "count"),
        ("home_manual_state", "count"),
        ("home_rules_state", "count", "resting"),
        ("home_complaints_few", "fewest"),
        ("hour_many", "count"),
        ("day_many", "count"),
    )
}
"""What stands as `{name}` in a sentence; the others have none."""

NEEDED = ("en", "es", "ca")
_BUTTON = 30  # characters that a phone shows of a button
_TITLE = 24  # characters that Slack takes of a modal's title and of what closes it
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def _texts(texts: dict[str, str], key: str) -> dict[str, str]:
    allowed = PLACEHOLDERS.get(key, frozenset())
    _languages(texts)
    for language, text in texts.items():
        used = set(_PLACEHOLDER.findall(text))
        if unknown := sorted(used - allowed):
            known = ", ".join(f"{{{name}}}" for name in sorted(allowed)) or "none"
            raise ValueError(f"{language}: unknown placeholder {{{unknown[0]}}}. Known here: {known}.")
        if lacking := sorted(allowed - used):
            raise ValueError(f"{language}: {{{lacking[0]}}} is missing: put it where its value belongs")
        if key.startswith("button_") and len(text) > _BUTTON:
            raise ValueError(f"{language}: a button takes at most {_BUTTON} characters, not {len(text)}")
        if key.startswith(("title_", "submit_", "close_")) and len(text) > _TITLE:
            raise ValueError(f"{language}: a modal's title takes at most {_TITLE} characters, not {len(text)}")
    return texts


def _languages(texts: Mapping[str, Any]) -> None:
    for language in NEEDED:
        if not texts.get(language):
            raise ValueError(f"{language} is missing: add it")


def _lists(texts: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    _languages(texts)
    for language, lines in texts.items():
        if len(lines) > 10 or not all(lines):
            raise ValueError(f"{language}: one to ten lines, none of them empty")
    return texts


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_Plain = Annotated[dict[str, str], AfterValidator(partial(_texts, key=""))]


class Suggestion(_Strict):
    """A suggested prompt: its title is shown, its message is what the person sends by pressing it."""

    title: _Plain
    message: _Plain


_FIELDS: dict[str, Any] = {
    key: (Annotated[dict[str, str], AfterValidator(partial(_texts, key=key))], ...) for key in get_args(Key)
}
_Said: Any = create_model("_Said", __base__=_Strict, **_FIELDS)


class Sentences(_Strict):
    """`prompts/slack.yaml`: key → language → sentence."""

    sentences: _Said
    loading: Annotated[dict[str, tuple[str, ...]], AfterValidator(_lists)]
    """What is shown in turn while a draft is read, at most ten lines a language."""
    suggestions: tuple[Suggestion, ...] = Field(min_length=3, max_length=3)

    def say(self, key: Key, language: str, languages: tuple[str, ...], **values: object) -> str:
        """A sentence for a reader of `language`; for others in the first of the company's languages that has it.

        `values` fill its placeholders. Raises `KeyError` where one isn't given.
        """
        texts = getattr(self.sentences, key)
        spoken = _spoken(texts, language, languages)
        return _PLACEHOLDER.sub(lambda match: _written(values[match.group(1)], spoken), texts[spoken])

    def loading_messages(self, language: str, languages: tuple[str, ...]) -> list[str]:
        """What is shown in turn while a draft is read."""
        return list(_of(self.loading, language, languages))

    def prompts(self, language: str, languages: tuple[str, ...]) -> list[dict[str, str]]:
        """The suggested prompts as Slack takes them: `title` and `message`."""
        return [
            {"title": _of(s.title, language, languages), "message": _of(s.message, language, languages)}
            for s in self.suggestions
        ]


def load_sentences(prompts: Path) -> Sentences:
    """Raises `KnowledgeError` that names file and line."""
    return load(prompts / "slack.yaml", Sentences)


def _of(texts: Mapping[str, Any], language: str, languages: tuple[str, ...]) -> Any:
    return texts[_spoken(texts, language, languages)]


def _spoken(texts: Mapping[str, Any], language: str, languages: tuple[str, ...]) -> str:
    return next(wanted for wanted in (language, *languages, "en") if wanted in texts)


def _written(value: object, language: str) -> str:
    """A value within a sentence; a long number with its thousands apart."""
    if not isinstance(value, int) or abs(value) < 10_000:
        return str(value)
    return f"{value:,}" if language == "en" else f"{value:,}".replace(",", ".")
