"""An employee sends a draft in a direct message and gets the review in its thread."""

from __future__ import annotations

import json
import re

from bot.slack.sentences import load_sentences
from tests.conftest import ROOT
from tests.e2e.slack import AppProcess, Message, Person, Slack

BOLD = "for LinkedIn: Big news for our customer Nordhaven Clinics: we guarantee that Brisalta cuts their bill by 60%!"
FINE = "for LinkedIn: One year at Tebiora today, and I still learn from my team every week."


def person(slack: Slack, **fields: str) -> Person:
    number = len(slack.state.users)
    return slack.add_user(f"Person {number}", email=f"person{number}@tebiora.example", **fields)


def replies(slack: Slack, message: Message) -> list[Message]:
    return [m for m in slack.thread(message) if m.by_bot]


def test_one_review_stands_in_the_thread_with_the_manual_s_own_words(slack: Slack, app: AppProcess) -> None:
    draft = person(slack).dm(BOLD)
    review = slack.reply(draft)
    assert "Nordhaven Clinics" in review.words
    assert "guarantee" in review.words
    assert "The manual says" in review.words
    assert "Nordhaven" not in review.text, "a notification shows no words of the draft"
    slack.wait_quiet()
    assert len(replies(slack, draft)) == 1


def test_the_same_event_again_is_not_answered_again(slack: Slack, app: AppProcess) -> None:
    draft = person(slack).dm(FINE)
    slack.reply(draft)
    for _ in range(3):
        assert slack.redeliver(draft).status == 200
    slack.wait_quiet()
    assert len(replies(slack, draft)) == 1


def test_the_review_speaks_the_draft_s_language(slack: Slack, app: AppProcess) -> None:
    catalan = person(slack, locale="en-US").dm(
        "per a LinkedIn: Avui fa un any que treballo a Tebiora i encara aprenc coses."
    )
    assert "L'última mirada és teva" in slack.reply(catalan).words


def test_without_a_network_it_is_asked_once_and_remembered(slack: Slack, app: AppProcess) -> None:
    marta = person(slack)
    draft = marta.dm("Proud of what my team at Tebiora shipped today.")
    question = slack.reply(draft)
    assert "network" in question.words.lower()
    assert marta.click(question, "draft.network.x").ok
    review = slack.wait_for(
        lambda: next((m for m in replies(slack, draft) if m.ts != question.ts), None), what="the review"
    )
    assert "X" in review.words
    again = slack.reply(marta.dm("Another morning on a roof with my team at Tebiora."))
    assert "No rule objects" in again.words


def test_small_talk_is_returned_and_a_question_is_answered_from_the_manual(slack: Slack, app: AppProcess) -> None:
    marta = person(slack)
    assert "review" not in " ".join(b.get("action_id", "") for b in slack.reply(marta.dm("hello!")).buttons)
    answer = slack.reply(marta.dm("May I post the phone number of a colleague?"))
    assert "Phone numbers" in answer.words
    assert any(b.get("action_id") == "question.is_draft" for b in answer.buttons)


def test_an_edit_is_reviewed_anew_and_the_old_review_steps_back(slack: Slack, app: AppProcess) -> None:
    marta = person(slack)
    draft = marta.dm(BOLD)
    old = slack.reply(draft)
    marta.edit(draft, FINE)
    new = slack.reply(draft, nth=1)
    assert "Nordhaven" not in new.words
    slack.wait_for(lambda: "guarantee" not in old.words, what="the old review to step back")


def test_a_deleted_draft_takes_its_review_along(slack: Slack, app: AppProcess) -> None:
    marta = person(slack)
    draft = marta.dm(FINE)
    slack.reply(draft)
    marta.delete(draft)
    slack.wait_for(lambda: not [m for m in replies(slack, draft) if not m.deleted], what="the review to go")


def test_another_person_s_click_and_a_made_up_value_get_a_sentence(slack: Slack, app: AppProcess) -> None:
    marta, stranger = person(slack), person(slack)
    review = slack.reply(marta.dm(FINE))
    sentences = load_sentences(ROOT / "prompts")
    assert stranger.click(review, "review.helpful").ok
    heard = slack.wait_for(lambda: slack.ephemeral(stranger), what="a sentence to the other person")
    assert heard[-1].words == sentences.say("not_yours", "en", ("en",))
    assert marta.click(review, "review.helpful", value="x" * 22).ok
    heard = slack.wait_for(lambda: slack.ephemeral(marta), what="a sentence")
    assert heard[-1].words == sentences.say("stale", "en", ("en",))


def test_words_survive_the_way_in_and_out(slack: Slack, app: AppProcess) -> None:
    marta = person(slack)
    review = slack.reply(
        marta.dm("for LinkedIn: We guarantee <60%> & more, 🌬️ <!channel> at Tebiora!\n\n    code `x`", blocks="rich")
    )
    assert "<!channel>" not in review.text
    assert "<!channel>" not in str([b for b in review.blocks if b["type"] != "rich_text"])


def test_a_guest_is_refused_kindly(slack: Slack, app: AppProcess) -> None:
    guest = slack.add_user("Guest", guest=True)
    answer = slack.reply(guest.dm(BOLD))
    assert "Tebiora" in answer.words
    assert "Nordhaven" not in answer.words


def test_it_greets_once(slack: Slack, app: AppProcess) -> None:
    marta = person(slack)
    marta.open_messages()
    slack.wait_for(lambda: slack.messages(marta), what="the welcome")
    marta.open_messages(wait=True)
    slack.wait_quiet()
    assert len(slack.messages(marta)) == 1
    assert "30 days" in slack.messages(marta)[0].words
    assert slack.prompts[-1]["channel_id" if "channel_id" in slack.prompts[-1] else "channel"] == marta.channel


def test_protected_speech_is_reviewed_and_not_kept(slack: Slack, app: AppProcess) -> None:
    words = "We deserve better pay and the shifts are too long; my colleagues and I talk about our wages tonight."
    draft = person(slack).dm(f"for X: {words}")
    slack.reply(draft)
    slack.wait_quiet()
    slack.wait_for(lambda: words.encode() not in stored(app), what="the draft to be gone")


def stored(app: AppProcess) -> bytes:
    """All bytes of the databases."""
    return b"".join(f.read_bytes() for f in app.data.glob("*.sqlite3*"))


def test_no_word_of_a_draft_reaches_a_log_or_the_engine(slack: Slack, app: AppProcess) -> None:
    canary = "Xiuxiueigtramuntanal"
    draft = person(slack).dm(f"for LinkedIn: my {canary} at Tebiora is guaranteed to work!")
    slack.reply(draft)
    slack.wait_quiet()
    assert canary not in app.log()
    for file in app.data.rglob("*"):
        if file.is_file() and canary.encode() in file.read_bytes():
            assert file.name.startswith("bonvent.sqlite3"), file
    places = slack.places_holding(canary)
    assert all(re.search(rf"{draft.channel}", place) for place in places), places


def test_bad_and_stale_signatures_are_refused(slack: Slack, app: AppProcess) -> None:
    event = {"type": "event_callback", "event": {"type": "message", "channel_type": "im", "text": "x"}}
    for signature in ("bad", "stale"):
        assert slack.send(event, signature=signature).status == 401


def test_health_and_metrics(slack: Slack, app: AppProcess) -> None:
    assert app.get("/healthz")[0] == app.get("/readyz")[0] == 200
    code, text = app.get("/metrics")
    assert code == 200
    assert "bonvent_posts_total" in text


def test_a_rate_limit_and_an_error_of_slack_s_delay_the_review_and_do_not_double_it(
    slack: Slack, app: AppProcess
) -> None:
    for fault in (slack.faults.rate_limit, slack.faults.server_error):
        marta = person(slack)
        marta.open_messages(wait=True)
        slack.wait_for(lambda marta=marta: slack.messages(marta), what="the welcome")  # type: ignore[misc]
        fault("chat.postMessage", times=1)
        draft = marta.dm(FINE)
        slack.reply(draft, timeout=30.0)
        slack.wait_quiet()
        assert len(replies(slack, draft)) == 1


def test_a_draft_may_come_as_a_text_file_from_slack_s_own_host_and_from_nowhere_else(
    slack: Slack, app: AppProcess
) -> None:
    marta = person(slack)
    words = b"We guarantee that Brisalta halves every bill. I work at Tebiora."
    good = marta.file("draft.txt", words, mimetype="text/plain")
    assert "We guarantee" in slack.reply(marta.dm("for LinkedIn:", files=[good])).words
    for bad in (
        marta.file("draft.txt", words, mimetype="text/plain", redirects_to=f"{slack.elsewhere}/stolen"),
        marta.file("draft.txt", words, mimetype="text/plain", claimed_size=50_000_000),
        marta.file("draft.txt", b"\xff\xfe\x00binary\xff", mimetype="text/plain"),
    ):
        before = len(slack.ephemeral(marta))
        marta.dm("for LinkedIn: One more year at Tebiora, and I still learn from my team.", files=[bad])
        slack.wait_for(lambda before=before: len(slack.ephemeral(marta)) > before, what="a sentence on the file")  # type: ignore[misc]
    assert slack.visits == []


def test_a_picture_without_a_description_is_asked_about(slack: Slack, app: AppProcess) -> None:
    marta = person(slack)
    picture = marta.file("roof.png", b"not looked at", mimetype="image/png")
    review = slack.reply(marta.dm(FINE, files=[picture]))
    assert any(button.get("action_id") == "review.describe_picture" for button in review.buttons)


def test_any_payload_is_answered(slack: Slack, app: AppProcess) -> None:
    bodies: list[object] = [
        [], {}, {"type": "event_callback"}, {"type": "event_callback", "event": []}, {"type": "event_callback", "event": {"type": 3}},
        {"type": "event_callback", "event": {"type": "message", "channel_type": "im"}},
        {"type": "event_callback", "event": {"type": "message", "channel_type": "im", "user": "U1", "channel": "D1", "ts": "x", "text": 7}},
        {"type": "event_callback", "event": {"type": "message", "channel_type": "im", "subtype": "message_changed", "message": "?"}},
        {"type": "event_callback", "event": {"type": "reaction_added"}}, {"type": "unheard_of"},
    ]  # fmt: skip
    for body in bodies:
        assert slack.send(json.dumps(body).encode()).status in (200, 400, 500), body
    for interaction in (
        {"type": "block_actions", "actions": [{"action_id": "review.helpful", "value": ["?"]}], "user": {"id": "U1"}},
        {"type": "block_actions", "actions": [], "user": {}},
        {"type": "view_submission", "view": {"callback_id": "view.draft", "state": {}}, "user": {"id": "U1"}},
        {"type": "shortcut", "callback_id": "unheard_of", "user": {"id": "U1"}},
    ):
        assert slack.send(interaction, how="interactive").status in (200, 400, 500)  # type: ignore[arg-type]
    assert app.get("/readyz")[0] == 200
    slack.reply(slack.add_user("After the flood").dm(FINE))
