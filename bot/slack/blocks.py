"""The posts beside a review: the first meeting, a question back, an answer, a line instead of a review."""

from __future__ import annotations

from bot.coach.given import is_campaigns
from bot.coach.talk import Reply
from bot.slack import actions as ids
from bot.slack.layout import LONGEST_VERSION, cited, list_parts
from bot.slack.post import Post
from bot.slack.rich_text import (
    actions,
    bullets,
    button,
    context,
    escaped,
    preformatted,
    rich_text,
    section,
    shortened,
    text,
)
from bot.slack.words import Words

_ANSWER, _NOTE = 2_000, 500  # characters: with a version and citations beside them, one post takes all
_CITATIONS = 2
_ROW = 25  # buttons


def sentence_post(sentence: str) -> Post:
    """A fixed sentence of ours, and nothing else."""
    return Post(escaped(sentence), [rich_text(section(text(sentence)))])


def welcome_post(words: Words, *, company: str, model: str | None, retention_hours: float) -> Post:
    """The first meeting. `model` is who gets the masked text, as people know it; None: nobody."""
    hello = words.say("welcome_hello", company=company)
    facts = [
        words.say("welcome_free"),
        words.say("welcome_private"),
        words.say("welcome_model", model=model) if model else words.say("welcome_no_model"),
        words.say("welcome_kept", time=words.span(retention_hours)),
    ]
    block = rich_text(
        section(text(f"{hello}\n", bold=True), text(words.say("welcome_how", company=company))),
        bullets(section(text(fact)) for fact in facts),
    )
    return Post(escaped(hello), [block])


def network_post(draft_id: str, words: Words, *, unknown: bool = False, may_be_question: bool = False) -> Post:
    """Asks which network a draft is for, with a button for each.

    `unknown`: the draft named one that we don't have. `may_be_question`: it may be no draft at all, and one more says so.
    """
    question = words.say("unknown_network" if unknown else "which_network")
    buttons = [
        button(shortened(name, 75), f"{ids.CHOOSE_NETWORK}.{id_}", draft_id) for id_, name in words.networks.items()
    ]
    rows = [actions(buttons[at : at + _ROW]) for at in range(0, len(buttons), _ROW)]
    if may_be_question:
        rows.append(actions([button(words.say("button_is_question"), ids.IS_QUESTION, draft_id)]))
    return Post(escaped(question), [rich_text(section(text(question))), *rows])


def superseded_post(words: Words) -> Post:
    """What an old review becomes once its draft was edited."""
    sentence = words.say("superseded")
    return Post(escaped(sentence), [context(sentence)])


def reply_post(reply: Reply, *, review_id: str, words: Words) -> Post:
    """The answer to what was said about a review; with another version, buttons for what comes after copying it.

    Empty, it says that this time nothing better was found.
    """
    blocks = [context(shortened(reply.note, _NOTE))] if reply.note else []
    if reply.text:
        blocks.append(rich_text(section(text(shortened(reply.text, _ANSWER)))))
    if reply.rewrite:
        # The coach's own limit for a rewrite is 5,000 characters: one post always takes it.
        version = preformatted(shortened(reply.rewrite, LONGEST_VERSION))
        blocks.append(rich_text(section(text(words.label("rewrite"), bold=True)), version))
    quoted = reply.citations[:_CITATIONS]
    for title, own in ((words.label("manual"), False), (words.say("campaign_says"), True)):
        shown = [section(cited(citation, words)) for citation in quoted if is_campaigns(citation) is own]
        blocks += [block for part in list_parts(title, shown) for block in part]
    if not blocks:
        return sentence_post(words.say("model_failed"))
    if reply.rewrite:
        check_again = button(words.say("button_check_again"), ids.CHECK_AGAIN, review_id)
        posted = button(words.say("button_posted"), ids.POSTED, review_id)
        blocks.append(actions([check_again, posted], f"after:{review_id}"))
    return Post(escaped(words.say("answered")), blocks)
