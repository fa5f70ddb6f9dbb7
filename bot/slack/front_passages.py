"""What the manual says on a conversation: a few passages for whoever answers it."""

from __future__ import annotations

import logging

from bot.coach.cite import may_cite, nearest, prose, telling
from bot.coach.passages import evidence_for
from bot.errors import BonventError
from bot.manual.models import Citation
from bot.parts import Coach

logger = logging.getLogger(__name__)
_MOST = 3


def passages_on(coach: Coach, quote: str, language: str) -> tuple[Citation, ...]:
    """At most three, best first: those that answer what was asked, else the nearest ones. Takes some 20 ms; never raises."""
    found = evidence_for(quote, coach.manual, coach.policy, coach.prompts, language).citations
    if found:
        return found[:_MOST]
    try:
        hits = coach.manual.search(quote, language, _MOST)
    except (BonventError, ValueError) as error:
        logger.warning("the manual could not be searched: %s", type(error).__name__)
        return ()
    about, chosen = telling(quote), []
    for hit in hits:
        allowed = (said for said in prose(hit.passage.text) if may_cite(said, coach.policy, coach.prompts.watchwords))
        if said := nearest(allowed, about):
            chosen.append(Citation(passage=hit.passage.id, heading=hit.passage.heading_path, quote=said))
    return tuple(chosen)
