"""What the manual doesn't answer is noted for the gap report: by meaning, and in nobody's name."""

from __future__ import annotations

from bot.slack import actions
from tests.e2e.policy.desk import asked, person, seen
from tests.e2e.slack import AppProcess, Channel, Person, Slack
from tests.e2e.stored import rows

POOL = ("Is there a swimming pool?", "¿Hay una piscina?", "Hi ha una piscina?")


def test_three_people_in_three_languages_make_one_gap_that_tells_nobodys_name(slack: Slack, app: AppProcess) -> None:
    askers = [person(slack) for _ in POOL]
    for asker, text in zip(askers, POOL, strict=True):
        for count in (1, 2):  # whoever asks twice counts once
            asker.slash("/policy", text)
            seen(slack, asker, count=count)
    askers[0].slash("/policy", "May I post what I earn in the swimming pool?")
    seen(slack, askers[0], count=3)
    noted = "SELECT gap_id, text, asked_on FROM gap_questions WHERE text LIKE '%pool%' OR text LIKE '%piscina%'"
    slack.wait_for(lambda: len(rows(app, noted)) == len(POOL), what="three questions to be noted")
    slack.wait_quiet()
    found = rows(app, noted)
    assert {text for _, text, _ in found} == set(POOL)
    assert len({gap_id for gap_id, *_ in found}) == 1
    assert {day[10:19] for *_, day in found} == {" 00:00:00"}
    kept = str(rows(app, "SELECT * FROM gap_questions") + rows(app, "SELECT * FROM gaps"))
    assert not any(mark in kept for asker in askers for mark in (asker.id, asker.user.real_name))


def test_what_didnt_help_is_noted_once_and_only_when_said(
    slack: Slack, app: AppProcess, marta: Person, team: Channel
) -> None:
    noted = "SELECT text FROM gap_questions WHERE reason = 'not_helpful' AND text LIKE '%hashtags%'"
    question = "How many hashtags go under a LinkedIn post?"
    answer = asked(slack, marta, team, question)
    marta.click(answer, actions.POLICY_HELPFUL)
    assert rows(app, noted) == []
    for _ in range(2):
        marta.click(answer, actions.POLICY_NOT_HELPFUL)
    slack.wait_for(lambda: rows(app, noted), what="it to be noted")
    slack.wait_quiet()
    assert rows(app, noted) == [(question,)]
