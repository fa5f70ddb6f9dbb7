"""A conversation with the model: one call, at most one repair turn, one deadline for both."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from bot.coach.model import CoachModel, Message, NoAnswer
from bot.coach.models import TokenUse
from bot.coach.prompt import Prompt

_REASONS = 12


class Checked(Protocol):
    """What is left of an answer once it was checked."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why other parts were dropped; nothing in them that the mask hides."""
        ...


Advice = TypeVar("Advice", bound=Checked)


async def converse(
    model: CoachModel,
    opening: list[Message],
    shape: dict[str, Any],
    *,
    check: Callable[[str], Advice | None],
    merge: Callable[[Advice, Advice], Advice],
    repair: Prompt,
    hide: Callable[[str], str],
) -> tuple[Advice | NoAnswer, TokenUse]:
    """What the model contributes, checked, and the tokens that all calls took. Never raises for what an endpoint does.

    `check` makes an answer of what the model wrote, or None of what isn't one; `merge` joins both turns; `hide` keeps
    out of the repair turn what the mask keeps out of the first.
    """
    advice: Advice | None = None
    used = TokenUse()
    conversation = opening
    try:
        async with asyncio.timeout(model.settings.deadline_s):
            for _ in range(2):
                outcome = await model.complete(conversation, shape)
                used = TokenUse(input=used.input + outcome.use.input, output=used.output + outcome.use.output)
                # Checking takes CPU, tens of milliseconds a sentence: not in the event loop.
                checked = None if isinstance(outcome, NoAnswer) else await asyncio.to_thread(check, outcome.content)
                if isinstance(outcome, NoAnswer) or checked is None:
                    return advice or (outcome if isinstance(outcome, NoAnswer) else NoAnswer("unusable")), used
                advice = merge(advice, checked) if advice else checked
                if not checked.reasons:
                    break
                reasons = "\n".join(f"- {reason}" for reason in checked.reasons[:_REASONS])
                conversation = [
                    *conversation,
                    {"role": "assistant", "content": hide(outcome.content)},
                    {"role": "user", "content": repair.fill(reasons=reasons)},
                ]
    except TimeoutError:
        return advice or NoAnswer("time"), used
    return advice, used  # type: ignore[return-value]  # the loop ran at least once


def opening(system: str, data: Mapping[str, object]) -> list[Message]:
    """The instructions, and behind them the data as JSON: nothing of it stands among the instructions."""
    return [
        {"role": "system", "content": system},
        {"role": "user", "content": json.dumps(data, ensure_ascii=False)},
    ]
