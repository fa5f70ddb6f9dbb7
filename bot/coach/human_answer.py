"""The answer to a question that a person should answer: whom to ask, and the manual's own words on it. No model, no advice."""

from __future__ import annotations

from bot.coach.asked import Asked
from bot.coach.case import Library
from bot.coach.cite import telling
from bot.coach.human_channels import Topic
from bot.coach.near import evidence_without_orders, may_quote, speaks_of
from bot.coach.policy_answer import PolicyAnswer, quoted
from bot.coach.prompt import Prompts
from bot.manual.models import Citation, Passage
from bot.policy.engine import Policy
from bot.policy.models import Draft
from bot.policy.protected import protected_sentences

_LONGEST = 400  # characters of a quote


def by_human(
    topic: Topic, asked: Asked, private: bool, policy: Policy, manual: Library, prompts: Prompts
) -> PolicyAnswer:
    """Whom to ask, and at most one passage. With the topic's own `look_up` the manual isn't searched for the question."""
    language = asked.language
    wanted = topic.look_up.get(language) or topic.look_up.get("en")
    evidence = evidence_without_orders(wanted or asked.searched, manual, policy, prompts, language)
    if wanted:
        found = (
            _on_work(manual.passages[citation.passage], wanted, policy, prompts) for citation in evidence.citations
        )
    else:
        found = (
            citation if speaks_of(asked, citation, manual, policy, prompts) else None for citation in evidence.citations
        )
    citations = tuple(citation for citation in found if citation)[:1]
    channels = topic.channels(policy.company.contacts)
    return PolicyAnswer(
        language=language,
        stance="human",
        answer=prompts.channels.answer(topic, language, channels),
        answered=bool(citations),
        citations=tuple(quoted(citation, manual.passages[citation.passage]) for citation in citations),
        contacts=channels,
        topic=topic.id,
        private=private,
        strength=evidence.strength,
    )


def _on_work(passage: Passage, wanted: str, policy: Policy, prompts: Prompts) -> Citation | None:
    """What a passage says of pay, hours, organising and how work treats people, by the policy's data on protected speech."""
    reading = policy.read(Draft(text=passage.text, language=policy.company.languages[0]))
    spans = [reading.sentences[number] for number in protected_sentences(policy.protected, reading)]
    spans = [span for span in spans if may_quote(passage.text[slice(*span)], passage, policy, prompts)]
    if not spans:
        return None
    about = telling(wanted)
    first = max(range(len(spans)), key=lambda n: (len(telling(passage.text[slice(*spans[n])]) & about), -n))
    start, end = spans[first]
    for low, high in spans[first + 1 :]:
        between, more = passage.text[end:low], telling(passage.text[low:high])
        if between.strip() or "\n" in between or high - start > _LONGEST or not more & about:
            break
        end = high
    return Citation(passage=passage.id, heading=passage.heading_path, quote=passage.text[start:end])
