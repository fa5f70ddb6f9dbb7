"""Methods about modals and the home, and what a modal does when it is answered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.e2e.slack import privacy, shown, validate
from tests.e2e.slack.calls import ApiError, Args, method
from tests.e2e.slack.methods_chat import named
from tests.e2e.slack.state import View

if TYPE_CHECKING:
    from tests.e2e.slack.delivery import Ack
    from tests.e2e.slack.server import Slack

Json = dict[str, Any]
TROUBLE = "We had some trouble connecting. Try again?"
TRIGGER_SECONDS, DEEPEST, LARGEST = 3.0, 3, 250_000


@method("views.open", "trigger_id view interactivity_pointer")
async def views_open(slack: Slack, args: Args) -> Json:
    user = _exchange(slack, args)
    body = checked(slack, args.data("view"), "views.open")
    close(slack, user, everything=True)
    return {"view": shown.view(slack.state, place(slack, user, body))}


@method("views.push", "trigger_id view interactivity_pointer")
async def views_push(slack: Slack, args: Args) -> Json:
    user = _exchange(slack, args)
    body = checked(slack, args.data("view"), "views.push")
    stack = slack.state.stacks.get(user, [])
    if not stack:
        raise ApiError("not_found")
    if len(stack) >= DEEPEST:
        slack.complain("views.push: more than three views on top of each other")
        raise ApiError("push_limit_reached")
    return {"view": shown.view(slack.state, place(slack, user, body))}


@method("views.update", "view view_id external_id hash")
async def views_update(slack: Slack, args: Args) -> Json:
    view_id, external = args.text("view_id"), args.text("external_id")
    drawn = slack.state.views.get(view_id) or next(
        (view for view in slack.state.views.values() if external and view.external_id == external), None
    )
    if drawn is None or drawn.closed:
        raise ApiError("not_found")
    _same(drawn, args)
    redraw(slack, drawn, checked(slack, args.data("view"), "views.update"))
    return {"view": shown.view(slack.state, drawn)}


@method("views.publish", "user_id view hash")
async def views_publish(slack: Slack, args: Args) -> Json:
    user = args.text("user_id", "invalid_arguments")
    if user not in slack.state.users:
        raise ApiError("user_not_found")
    if not slack.has_home:
        slack.complain("views.publish: the manifest has no home")
        raise ApiError("not_enabled")
    body = checked(slack, args.data("view"), "views.publish", home=True)
    drawn = slack.state.homes.get(user)
    if drawn is None:
        view_id = slack.state.new_id("V")
        drawn = slack.state.homes[user] = View(view_id, user, body, "", view_id)
    else:
        _same(drawn, args)
    redraw(slack, drawn, body)
    return {"view": shown.view(slack.state, drawn)}


def _exchange(slack: Slack, args: Args) -> str:
    """The person behind a trigger_id; it lives 3 s and works once."""
    ticket = slack.state.triggers.get(args.text("trigger_id", "invalid_trigger_id"))
    if ticket is None:
        raise ApiError("invalid_trigger_id")
    if slack.state.now() - ticket.made > TRIGGER_SECONDS:
        slack.complain("a trigger_id was used after more than 3 seconds")
        raise ApiError("expired_trigger_id")
    ticket.uses += 1
    if ticket.uses > 1:
        slack.complain("a trigger_id was used twice")
        raise ApiError("exchanged_trigger_id")
    return ticket.user


def checked(slack: Slack, body: Any, where: str, *, home: bool = False) -> Json:
    """The view, validated; its blocks get ids."""
    faults = validate.view_faults(body, home) if isinstance(body, dict) else ["[ERROR] missing required field: view"]
    if faults:
        slack.complain(*(f"{where}: {fault}" for fault in faults))
        raise ApiError("invalid_arguments", response_metadata={"messages": faults})
    if len(json.dumps(body)) > LARGEST:
        raise ApiError("view_too_large")
    slack.complain(*(f"{where}: {complaint}" for complaint in privacy.view_complaints(body)))
    return {**body, "blocks": named(slack, body["blocks"])}


def place(slack: Slack, user: str, body: Json) -> View:
    """Puts a modal on top of a person's stack."""
    external = body.get("external_id")
    if external and any(v.external_id == external and not v.closed for v in slack.state.views.values()):
        raise ApiError("duplicate_external_id")
    stack = slack.state.stacks.setdefault(user, [])
    view_id = slack.state.new_id("V")
    root, previous = (stack[0], stack[-1]) if stack else (view_id, None)
    view = View(view_id, user, body, _hash(slack), root, previous, external)
    slack.state.views[view_id] = view
    stack.append(view_id)
    return view


def redraw(slack: Slack, drawn: View, body: Json) -> None:
    drawn.body, drawn.hash, drawn.errors = body, _hash(slack), {}
    drawn.external_id = body.get("external_id", drawn.external_id)


def _hash(slack: Slack) -> str:
    return f"{slack.state.new_ts()[:17]}.{slack.state.new_id('')[-8:]}"


def _same(drawn: View, args: Args) -> None:
    if args.text("hash") and args.text("hash") != drawn.hash:
        raise ApiError("hash_conflict")


def close(slack: Slack, user: str, *, everything: bool = False) -> None:
    """Takes the top modal away, or all of them."""
    stack = slack.state.stacks.get(user, [])
    for _ in range(len(stack) if everything else min(1, len(stack))):
        slack.state.views[stack.pop()].closed = True


def answered(slack: Slack, view: View, ack: Ack) -> None:
    """Does what an acknowledgement of a submission asks for: nothing (it closes), errors, update, push, clear."""
    answer = ack.body
    if not ack.ok:
        view.errors = {"": TROUBLE}
    elif not answer:
        close(slack, view.user)
    else:
        _act(slack, view, answer)


def _act(slack: Slack, view: View, answer: Any) -> None:
    action = answer.get("response_action") if isinstance(answer, dict) else None
    try:
        if action == "errors":
            _tell(slack, view, answer.get("errors"))
        elif action == "update":
            redraw(slack, view, checked(slack, answer.get("view"), "response_action update"))
        elif action == "push":
            place(slack, view.user, checked(slack, answer.get("view"), "response_action push"))
        elif action == "clear":
            close(slack, view.user, everything=True)
        else:
            slack.complain(f"view_submission: an answer that Slack doesn't understand ({action})")
    except ApiError:
        view.errors = {"": TROUBLE}


def _tell(slack: Slack, view: View, errors: Any) -> None:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        slack.complain("response_action errors: the keys are the block_ids of inputs")
        return
    view.errors = {block: str(error) for block, error in errors.items()}
