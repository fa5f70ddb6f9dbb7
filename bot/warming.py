"""Makes ready what is otherwise loaded or worked out at first need, for a process that serves or publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.parts import Coach
    from bot.settings import Settings

REHEARSAL = """Bon dia! Big news from our team 🎉🏳️‍🌈: 60% faster, guaranteed. Ask Ana (ana@example.net, +34 612 345 678).
We are hiring, écrivez-nous; la mejor noticia del año. Els nostres clients en parlen: https://example.net/heat-pumps
DNI 12345678Z, IBAN ES91 2100 0418 4502 0005 1332, card 4111 1111 1111 1111. @someone #energyefficiencyforall #ok"""
"""A draft that nobody wrote: it wakes every detector but the one for keys, which would keep it from the manual."""


def warm(settings: Settings, coach: Coach) -> None:
    """Makes ready all that is otherwise loaded at first need, and small: for a process that serves. Takes 2 s or so."""
    from bot import language
    from bot.policy import detectors

    language.warm(settings.data)
    detectors.warm()
    coach.manual.settle()
    if coach.model is not None:
        coach.model.warm()
    rehearse(coach)
    release_memory()


def one_thread_each() -> None:
    """Matrix products on one thread each, in a process that serves or publishes: before anything imports numpy.

    Drafts are embedded side by side there; on a busy machine two threads a product spin against each other, and a
    review takes four times the work, a large manual nine times. What the environment says already wins.
    """
    import os

    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def release_memory() -> None:
    """Gives back what loading and building took and nobody needs any more (20 to 50 MB after an index was built)."""
    import ctypes
    import gc

    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc keeps what was freed; other libraries don't
    if trim is not None:
        trim(0)


def rehearse(coach: Coach) -> None:
    """Drafts that meet all that is worked out once: the plans of rules, the index, the detectors' tables."""
    from bot.coach.policy_question import answer_from_manual
    from bot.coach.review import review
    from bot.policy.models import Draft, Surface

    surfaces: tuple[Surface, ...] = ("draft", "rewrite", "feedback")
    for language in (*coach.policy.company.languages, "und"):
        for network in coach.policy.networks.networks:
            draft = Draft(text=REHEARSAL, network=network, language=language)
            for surface in surfaces:
                coach.policy.check(draft, surface)
        review(draft, coach.policy, coach.manual, None, coach.prompts)
        coach.manual.search("May I post a photo of my team?", language, k=1)
        answer_from_manual(
            "May I post a photo of my team?", coach.policy, coach.manual, coach.prompts, language=language
        )
    review(Draft(text=REHEARSAL, network=network), coach.policy, coach.manual, None, coach.prompts)
