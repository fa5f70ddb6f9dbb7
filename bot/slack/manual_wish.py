"""What a community manager wants done with a manual, and the post in their direct message that says what became of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from bot.slack.gateway import FAILURES
from bot.slack.post import Post
from bot.slack.service import Service
from bot.store import outbox
from bot.store.models import Outgoing

_ATTEMPTS, _PAUSE_S, _MOMENT_S = 6, 2.0, 0.1
_KNOWN_AFTER = timedelta(seconds=30)
"""By then a post that a crash left on its way has been looked for in Slack."""


@dataclass(frozen=True)
class Wish:
    """What a manager wants, and the job's key for it."""

    verb: str
    """read, publish, discard, look_again; propose, propose_again, retire, keep."""
    id: str
    """Of what was staged; of a source that may be retired; of an upload the source's name, or nothing."""
    user_id: str
    mark: int
    """Of the published manual that the manager was shown."""
    once: str
    """The modal, or the moment of the press: what Slack repeats is the same wish."""
    files: tuple[str, ...] = ()
    """Slack's ids of an upload's files."""

    @property
    def key(self) -> str:
        once = self.once.replace(":", "-")
        return ":".join((self.verb, self.id, self.user_id, str(self.mark), once, ",".join(self.files)))

    @classmethod
    def of(cls, key: str) -> Wish:
        """The wish that a key stands for."""
        verb, id_, user_id, number, once, files = key.split(":")
        return cls(verb, id_, user_id, int(number), once, tuple(file for file in files.split(",") if file))

    @property
    def value(self) -> str:
        """What the buttons below the post carry."""
        return f"{self.id}.{self.mark}"

    @property
    def about(self) -> str:
        """By which the post is found again."""
        return f"retire:{self.id}:{self.user_id}" if self.is_retiring else f"manual:{self.id}"

    @property
    def is_retiring(self) -> bool:
        return self.verb in ("propose", "propose_again", "retire", "keep")


async def _standing(service: Service, wish: Wish) -> list[Outgoing]:
    """The manager's posts on this. One that was pressed as soon as it was seen isn't known to stand yet: it is waited for."""
    until = service.clock.now() + _KNOWN_AFTER
    while True:
        async with service.database.read() as session:
            waits = bool(await outbox.waiting(session, kind="post", about=wish.about, user_id=wish.user_id))
            found = await outbox.posted(session, about=wish.about, user_id=wish.user_id)
        if found or not waits or service.clock.now() > until:
            return found
        await asyncio.sleep(_MOMENT_S)


async def show(service: Service, wish: Wish, post: Post) -> None:
    """Says at once what goes on; may be lost, since what becomes of it is said afterwards."""
    for row in await _standing(service, wish):
        await service.gateway.update(Outgoing(channel_id=row.channel_id, target_ts=row.posted_ts, payload=post.payload))


async def put(service: Service, wish: Wish, post: Post, *, fresh: bool = False) -> list[str]:
    """Puts a post in the outbox, in place of the one that was pressed, if any. Gives the ids to deliver."""
    fresh = fresh or wish.verb in ("read", "propose")
    standing = [] if fresh else await _standing(service, wish)
    channel = "" if standing else await _channel(service, wish.user_id)
    now = service.clock.now()
    async with service.database.begin() as session:
        for row in standing:
            await outbox.supersede(session, row.channel_id, row.posted_ts or "", now)
        if standing:
            return [await outbox.change_later(session, row, now, post.payload) for row in standing]
        where = {"user_id": wish.user_id, "channel_id": channel, "about": wish.about}
        return [await service.put(session, f"manual:{wish.once}", post, **where)]


async def _channel(service: Service, user_id: str) -> str:
    """The manager's direct message. Raises what Slack does when it is away for long."""
    for attempt in range(_ATTEMPTS):
        try:
            return await service.gateway.direct_channel(user_id)
        except FAILURES:
            if attempt + 1 == _ATTEMPTS:
                raise
            await asyncio.sleep(_PAUSE_S * 2**attempt)
    raise AssertionError("unreachable")
