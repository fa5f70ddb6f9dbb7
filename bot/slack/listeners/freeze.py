"""`/bonvent` for everybody, and the crisis freeze for community managers: the command, the buttons in Home, the modal."""

from __future__ import annotations

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.slack import actions
from bot.slack.aside import aside
from bot.slack.blocks import sentence_post
from bot.slack.bonvent_command import BONVENT, Wish, read_bonvent
from bot.slack.freeze_blocks import (
    STATEMENT,
    Stopped,
    freeze_view,
    help_post,
    lifted_post,
    status_post,
    stopped_post,
)
from bot.slack.freezing import current, freeze, lift, name_of
from bot.slack.home import publish
from bot.slack.listeners.body import Body, carried, pressed, user_of
from bot.slack.listeners.doors import manages, manages_in_modal, show
from bot.slack.markup import unescape
from bot.slack.modals import answers, notice_view, readable
from bot.slack.post import Post
from bot.slack.service import Service
from bot.slack.words import Words


def register(app: AsyncApp, service: Service) -> None:
    @app.command(BONVENT)
    async def bonvent(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        user_id = str(body.get("user_id", ""))
        wish = read_bonvent(readable(unescape(str(body.get("text", "")), emoji=True)))
        # Frozen before Slack is answered: an answer that a crash swallows must not leave everything running.
        stopped = await freeze(service, user_id, wish.text) if _freezes(service, user_id, wish) else None
        await ack()
        aside(_answer(service, user_id, wish, stopped, respond))

    @app.action(actions.FREEZE_OPEN)
    async def open_modal(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if await manages(service, body, respond, "freeze_not_manager"):
            words = await service.words_for(user_of(body))
            await show(service, body, respond, freeze_view(words, await current(service)))

    @app.view(actions.VIEW_FREEZE)
    async def submitted(ack: AsyncAck, body: Body) -> None:
        user_id = user_of(body)
        if not await manages_in_modal(service, body, ack, "freeze_not_manager"):
            return
        if carried(body) and await current(service) is None:  # lifted meanwhile: a statement freezes nothing anew
            words = await service.words_for(user_id)
            await ack(response_action="update", view=notice_view(words.say("freeze_none"), words))
            return
        await freeze(service, user_id, answers(body["view"]).get(STATEMENT, ""))
        await ack()
        aside(publish(service, user_id))

    @app.action(actions.FREEZE_LIFT)
    async def lifted(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if await manages(service, body, respond, "freeze_not_manager"):
            number = pressed(body)
            # A Home that was drawn during an earlier freeze doesn't end this one.
            await lift(service, user_of(body), int(number) if number.isascii() and number.isdigit() else -1)
            aside(publish(service, user_of(body)))


def _freezes(service: Service, user_id: str, wish: Wish) -> bool:
    return wish.verb == "freeze" and service.is_manager(user_id)


async def _answer(service: Service, user_id: str, wish: Wish, stopped: Stopped | None, respond: AsyncRespond) -> None:
    words = await service.words_for(user_id)
    words = words.within(wish.language) if wish.language in words.languages else words
    post = await _post(service, user_id, wish, stopped, words)
    await respond(text=post.text, blocks=post.blocks, response_type="ephemeral", replace_original=False)


async def _post(service: Service, user_id: str, wish: Wish, stopped: Stopped | None, words: Words) -> Post:
    if stopped is not None:
        return stopped_post(words, stopped)
    refusal = service.refusal(await service.gateway.member(user_id))
    if refusal is not None:
        return sentence_post(words.say(refusal, company=service.company))
    manages = service.is_manager(user_id)
    if wish.verb in ("help", "unknown"):
        return help_post(words, service.company, manages=manages, unknown=wish.verb == "unknown")
    if not manages:
        return sentence_post(words.say("freeze_not_manager"))
    if wish.verb == "lift":
        return lifted_post(words) if await lift(service, user_id) else status_post(words, None, "")
    freeze_now = await current(service)
    return status_post(words, freeze_now, await name_of(service, freeze_now.by, words) if freeze_now else "")
