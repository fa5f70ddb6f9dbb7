"""Manuals on their way: an upload is fetched, read and kept; its manager sees what it would change, then publishes or discards.

Everything runs in the job `manual`, whose key says what to do, on what and for whom: ids, a mark and, of an upload, the
source's name. What was read waits on disk (`bot.manual.staging`); nothing of it is in the queue.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from bot import publishing
from bot.manual import history, staging
from bot.manual.blocks import Limits
from bot.manual.changes import compare
from bot.manual.history import Version
from bot.manual.sources import manifest, published
from bot.manual.staging import Staged
from bot.manual.store import Conflict, ManualError
from bot.publishing import Resting
from bot.slack import home
from bot.slack.aside import aside
from bot.slack.blocks import sentence_post
from bot.slack.delivery import deliver
from bot.slack.files import download_file
from bot.slack.manual_blocks import (
    Effect,
    Published,
    RuleLine,
    Unread,
    again_post,
    done_post,
    mark,
    preview_post,
    retire_post,
    source_id,
    unread,
    unreadable_post,
)
from bot.slack.manual_wish import Wish, put, show
from bot.slack.post import Post
from bot.slack.service import Service
from bot.slack.words import Words
from bot.work.engine import JobFailed, step

logger = logging.getLogger(__name__)


async def ask(service: Service, wish: Wish) -> None:
    """Asks for it, once for each press."""
    await service.engine.enqueue("manual", wish.key)


async def manual_job(service: Service, key: str) -> None:
    """The job `manual`. Ends in a post in the manager's direct message, whatever happens."""
    wish = Wish.of(key)
    try:
        ids = await step(wish.verb, _tell, service, wish)
    except JobFailed:
        ids = await step("apologise", _apologise, service, wish)
    for id_ in ids:
        await step("deliver", deliver, service, id_)
    if wish.verb in ("publish", "retire"):
        aside(home.publish(service, wish.user_id))


async def _tell(service: Service, wish: Wish) -> list[str]:
    """Does what is wished for, and puts the post that says so in the outbox."""
    words = await service.words_for(wish.user_id)
    if not service.is_manager(wish.user_id):  # any more
        return await put(service, wish, sentence_post(words.say("manuals_not_manager")))
    if wish.verb == "read":
        return await _read(service, wish, words)
    return await put(service, wish, await _WORKS[wish.verb](service, wish, words))


async def _read(service: Service, wish: Wish, words: Words) -> list[str]:
    """An upload: fetched, read, kept, and what it would change."""
    most = Limits().megabytes * 1_000_000
    fetched = [await download_file(service, id_, wish.user_id, most) for id_ in wish.files]
    failed = [Unread(file.name, file.trouble) for file in fetched if file.trouble is not None]
    files: dict[str, bytes] = {}
    for file in fetched:
        if file.trouble is None:
            files[_free(file.name, files)] = file.content
    if not files:
        return await put(service, wish, unreadable_post(words, failed))
    try:
        waiting = await asyncio.to_thread(publishing.stage, service.settings, files, wish.id or None)
    except ManualError as error:
        reasons = [line.partition(": ") for line in str(error).splitlines()]
        failed += [unread(name, why) for name, _, why in reasons if why and "/" not in name]
        if not failed:
            raise
        return await put(service, wish, unreadable_post(words, failed))
    seen = Wish("look_again", waiting.id, wish.user_id, mark(waiting.base), wish.once)
    return await put(service, seen, await _preview(service, words, waiting, failed), fresh=True)


async def _preview(service: Service, words: Words, waiting: Staged, failed: Iterable[Unread] = ()) -> Post:
    policy = service.coach.policy
    shown = await asyncio.to_thread(publishing.preview, service.settings, waiting, policy)
    effect = Effect(shown.changes, _rules(service, words, shown.suspended), _rules(service, words, shown.working_again))
    lines = [*(unread(file, why) for file, why in waiting.unreadable), *failed]
    value = f"{waiting.id}.{mark(waiting.base)}"
    return preview_post(words, value, waiting.source, effect, replaces=waiting.replaces, unread=lines)


async def _look_again(service: Service, wish: Wish, words: Words) -> Post:
    if await _waiting(service, wish) is None:
        return await _settled(service, wish, words)
    waiting = await asyncio.to_thread(publishing.look_again, service.settings, wish.id)
    return await _preview(service, words, waiting)


async def _publish(service: Service, wish: Wish, words: Words) -> Post:
    waiting = await _waiting(service, wish)
    if waiting is None or await _source_of(service, wish.id) is not None:
        return await _settled(service, wish, words)
    if mark(waiting.base) != wish.mark:  # it was looked at again since: this is what there was to see
        return await _preview(service, words, waiting)
    await show(service, wish, sentence_post(words.say("manuals_working")))
    try:
        await _store(service, publishing.publish_staged, wish.id, wish.user_id)
    except Conflict as conflict:
        return await _conflict(service, wish, words, conflict.versions)
    return await _settled(service, wish, words)


async def _discard(service: Service, wish: Wish, words: Words) -> Post:
    await asyncio.to_thread(publishing.discard, service.settings, wish.id)
    if await _source_of(service, wish.id) is not None:
        return await _settled(service, wish, words)
    return sentence_post(words.say("manuals_discarded"))


async def _settled(service: Service, wish: Wish, words: Words) -> Post:
    """What became of something that doesn't wait any more: published, once its index is in use; or gone."""
    source = await _source_of(service, wish.id)
    if source is None:
        return sentence_post(words.say("manuals_gone", time=words.span(staging.DAYS * 24)))
    is_used = await _renewed(service)
    last = await asyncio.to_thread(_last, service, source_id(source))
    number = last.number if last else 1
    said = words.say("manuals_published" if is_used else "manuals_published_later", version=number)
    return done_post(said, words, source, last.counts if last else None)


async def _propose(service: Service, wish: Wish, words: Words) -> Post:
    """What retiring a source would change."""
    known = await asyncio.to_thread(manifest, service.settings.data)
    source = _named(known.sources, wish.id)
    if source is None:
        return sentence_post(words.say("manuals_source_gone"))
    before = list((await asyncio.to_thread(published, service.settings.data)).values())
    own = [passage for passage in before if passage.manual == source]
    after = [passage for passage in before if passage.manual != source]
    if not after:
        return sentence_post(words.say("manuals_last"))
    effect_on_rules, policy = publishing.effect_on_rules, service.coach.policy
    resting, back = await asyncio.to_thread(effect_on_rules, service.settings, before, after, policy)
    effect = Effect(compare(own, []), _rules(service, words, resting), _rules(service, words, back))
    return retire_post(words, f"{wish.id}.{mark(known.sha256)}", source, effect)


async def _retire(service: Service, wish: Wish, words: Words) -> Post:
    known = await asyncio.to_thread(manifest, service.settings.data)
    source = _named(known.sources, wish.id)
    if source is not None:
        if len(known.sources) == 1:
            return sentence_post(words.say("manuals_last"))
        if mark(known.sha256) != wish.mark:
            newest = await asyncio.to_thread(history.versions, service.settings.data, 1)
            return await _conflict(service, wish, words, newest)
        await show(service, wish, sentence_post(words.say("manuals_working")))
        try:
            await _store(service, publishing.retire, source, wish.user_id, known.sha256)
        except Conflict as conflict:
            return await _conflict(service, wish, words, conflict.versions)
    last = await asyncio.to_thread(_last, service, wish.id)
    if last is None:
        return sentence_post(words.say("manuals_source_gone"))
    is_used = await _renewed(service)
    said = words.say("manuals_retired" if is_used else "manuals_retired_later", version=last.number)
    return done_post(said, words, _named(last.sources, wish.id) or "", last.counts)


async def _keep(service: Service, wish: Wish, words: Words) -> Post:
    return sentence_post(words.say("manuals_kept"))


_WORKS: dict[str, Callable[[Service, Wish, Words], Awaitable[Post]]] = {
    "publish": _publish,
    "discard": _discard,
    "look_again": _look_again,
    "propose": _propose,
    "propose_again": _propose,
    "retire": _retire,
    "keep": _keep,
}


async def _conflict(service: Service, wish: Wish, words: Words, versions: Sequence[Version]) -> Post:
    meanwhile = None
    if versions:
        who = await home.publisher(service, words, versions[0].by)
        day = versions[0].time.date().isoformat()
        meanwhile = Published(who, ", ".join(versions[0].sources), versions[0].number, day)
    return again_post(words, words.say("manuals_conflict"), wish.value, meanwhile, retiring=wish.is_retiring)


async def _apologise(service: Service, wish: Wish) -> list[str]:
    """When something fails that nobody foresaw, a sentence says so, with a way to look how things stand."""
    words = await service.words_for(wish.user_id)
    if wish.verb in ("read", "propose"):
        said = words.say("manuals_read_failed" if wish.verb == "read" else "failed")
        return await put(service, wish, sentence_post(said))
    said = words.say("manuals_failed")
    return await put(service, wish, again_post(words, said, wish.value, retiring=wish.is_retiring))


async def _store(service: Service, function: Callable[..., Any], *arguments: str) -> None:
    """Publishes or retires, in a thread. Raises `Conflict`; why else it fails stands in the log."""
    try:
        await asyncio.to_thread(function, service.settings, *arguments, notice=logger.warning)
    except Conflict:
        raise
    except ManualError as error:
        logger.error("a manual could not be published or retired: %s", error)
        raise


async def _renewed(service: Service) -> bool:
    """Whether what is published is what is searched from now on."""
    try:
        await service.renew()
    except Exception as error:
        logger.error("the newer manual can't be opened yet: %s", type(error).__name__, exc_info=error)
        return False
    return True


async def _waiting(service: Service, wish: Wish) -> Staged | None:
    try:
        return await asyncio.to_thread(publishing.staged, service.settings, wish.id)
    except ManualError:
        return None


async def _source_of(service: Service, staged_id: str) -> str | None:
    """The source that something staged was published as: its files stand in a folder of its id."""
    known = await asyncio.to_thread(manifest, service.settings.data)
    return next((name for name, source in known.sources.items() if Path(source.path).name == staged_id), None)


def _last(service: Service, id_: str) -> Version | None:
    """The newest version that touched a source."""
    return next((v for v in history.versions(service.settings.data) if _named(v.sources, id_) is not None), None)


def _named(sources: Iterable[str], id_: str) -> str | None:
    return next((name for name in sources if source_id(name) == id_), None)


def _rules(service: Service, words: Words, rules: Iterable[Resting]) -> list[RuleLine]:
    return [RuleLine(home.rule_says(service, rule.rule, words), rule.quotes) for rule in rules]


def _free(name: str, taken: Iterable[str]) -> str:
    """The name, or one like it that isn't taken."""
    path, number, free = PurePosixPath(name), 1, name
    while free in taken:
        number += 1
        free = f"{path.stem}-{number}{path.suffix}"
    return free
