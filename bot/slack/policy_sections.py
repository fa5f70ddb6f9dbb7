"""The whole section that an answer cites, as it stood when it was cited."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from bot.coach.policy_answer import PolicyAnswer
from bot.manual.models import Passage
from bot.slack.inputs import View
from bot.slack.keys import Key
from bot.slack.policy_blocks import section_view
from bot.slack.rich_text import context
from bot.slack.words import Words

_CITATION = re.compile(r"[0-9]{1,2}", re.ASCII)
_NEAR = re.compile(r"s[0-9]{1,2}", re.ASCII)


def whole_section(
    answer: PolicyAnswer,
    which: str,
    published: Mapping[str, Passage],
    data: Path,
    words: Words,
    numbers: Mapping[str, int] | None = None,
) -> View | None:
    """A section in a modal: `which` is the number of a citation, or `s` and the number of a "see also".

    `published` is today's manual, `data` where older versions are kept, `numbers` as in `answer_post`; reads files. None:
    there is no such number, or the section is in neither.
    """
    if _NEAR.fullmatch(which) and int(which[1:]) < len(answer.see_also):
        now = _today(answer.see_also[int(which[1:])].passage, published)
        return section_view(now, words, numbers) if now else None
    if not _CITATION.fullmatch(which) or int(which) >= len(answer.citations):
        return None
    cited = answer.citations[int(which)]
    now = _today(cited.passage, published)
    if any(passage.version == cited.version for passage in now):
        return section_view(now, words, numbers)
    from bot.manual.history import section

    then = section(data, cited.passage, cited.version)
    if not then and not now:
        return None
    view = section_view(then or now, words, numbers)
    if then and [passage.text for passage in then] == [passage.text for passage in now]:
        return view
    note: Key = "section_since" if then else "section_today"
    return view | {"blocks": [context(words.say(note)), *view["blocks"]]}


def _today(passage_id: str, published: Mapping[str, Passage]) -> list[Passage]:
    """The passages of the section that stand in today's manual, in order."""
    found = published.get(passage_id)
    return [passage for passage in published.values() if found is not None and passage.section == found.section]
