"""The names of all buttons, menus, modals and shortcuts: what is drawn and what is listened to can't drift apart."""

from __future__ import annotations

import re

# On a review; the value is the review's id.
USE_REWRITE = "review.use_rewrite"
SHORTER = "review.shorter"
WARMER = "review.warmer"
OTHER_NETWORK = (
    "review.other_network"  # a menu: each option's value is the network's id, its block_id ends with the review's id
)
CHECK_AGAIN = "review.check_again"
POSTED = "review.posted"
HELPFUL = "review.helpful"
NOT_HELPFUL = "review.not_helpful"
ASK_HUMAN = "review.ask_human"
DESCRIBE_PICTURE = "review.describe_picture"
# On a finding; the value is "{review id}.{number of the finding}".
NOT_RIGHT = "finding.not_right"
# Before a review; the value is "{draft id}.{network id}" for networks, the message's turn id for "it is a draft".
CHOOSE_NETWORK = "draft.network"  # action_id is "draft.network.{network id}", the value is the draft's id
NETWORK_BUTTON = re.compile(rf"{re.escape(CHOOSE_NETWORK)}\.[a-z]+")
IS_DRAFT = "question.is_draft"
IS_QUESTION = "draft.is_question"  # the value is the draft's id
# Below the answer to a question about policy; the value is the question's id, of a section "{question id}.{n}" for
# citation n and "{question id}.s{n}" for the nth of "see also".
POLICY_SECTION = "question.section"
POLICY_HELPFUL = "question.helpful"
POLICY_NOT_HELPFUL = "question.not_helpful"
POLICY_ASK_HUMAN = "question.ask_human"
POLICY_SHARE = "question.share"
# Escalations; the value is the escalation's id.
TAKE = "escalation.take"
ANSWER = "escalation.answer"
RELEASE = "escalation.release"
WITHDRAW = "escalation.withdraw"
# The gap report; the value is the gap's id.
GAP_WRITE = "gap.write"
GAP_NONE = "gap.none"
# An invitation to be an ambassador; the value is the invitation's id.
INVITE_YES = "invite.yes"
INVITE_NOT_NOW = "invite.not_now"
INVITE_NEVER = "invite.never"
AMBASSADOR_HOW = "ambassador.how"  # how that is decided; of any value
AMBASSADOR_SETTINGS = "ambassador.settings"  # opens what somebody chose; of any value
AMBASSADOR_JOIN = "ambassador.join"  # these, too, are about whoever presses
AMBASSADOR_TELL = "ambassador.tell"
AMBASSADOR_PAUSE = "ambassador.pause"
AMBASSADOR_RESUME = "ambassador.resume"
AMBASSADOR_LEAVE = "ambassador.leave"
AMBASSADOR_YES = "ambassador.yes"  # of somebody who was imported
AMBASSADOR_NO = "ambassador.no"
# Conversations for ambassadors; the value is the conversation's id. The first one stands in Home.
FRONT_HAND_IN = "front.hand_in"
FRONT_CLOSE = "front.close"
FRONT_AGAIN = "front.again"
FRONT_YES = "front.yes"
FRONT_NO = "front.no"
FRONT_DRAFT = "front.draft"
FRONT_DONE = "front.done"
FRONT_BACK = "front.back"
# On a nudge and on its reminder; the value is the nudge's id.
NUDGE_DRAFT = "nudge.draft"
NUDGE_LATER = "nudge.later"
NUDGE_NOT_FOR_ME = "nudge.not_for_me"
NUDGE_FEWER = "nudge.fewer"
# A crisis freeze, in the managers' Home; the value to lift it is the freeze's number.
FREEZE_OPEN = "freeze.open"  # the modal that freezes, or asks for the statement
FREEZE_LIFT = "freeze.lift"
# App Home.
HOME_NETWORK = "home.network"
HOME_LANGUAGE = "home.language"
HOME_KEEP = "home.keep"
HOME_EXPORT = "home.export"
HOME_FORGET = "home.forget"
HOME_REVIEW = "home.review"  # opens the modal for a draft
# Manuals. In Home the value is the source's id; below a preview "{id}.{mark of the manual it was compared with}", of what
# was uploaded or, where something is retired, of the source.
MANUAL_ADD = "manual.add"
MANUAL_PROPOSE = "manual.propose"
MANUAL_PUBLISH = "manual.publish"
MANUAL_DISCARD = "manual.discard"
MANUAL_LOOK_AGAIN = "manual.look_again"
MANUAL_RETIRE = "manual.retire"
MANUAL_PROPOSE_AGAIN = "manual.propose_again"
MANUAL_KEEP = "manual.keep"
MANUAL_BUTTON = re.compile(r"manual\.(?:publish|discard|look_again|retire|propose_again|keep)")
# Campaigns, in Home; the menu's value is "{edit, pause or resume}:{campaign id}".
CAMPAIGN_PLAN = "campaign.plan"
CAMPAIGN_MENU = "campaign.menu"
# Modals.
VIEW_DRAFT = "view.draft"
VIEW_CHECK_AGAIN = "view.check_again"
VIEW_NOT_RIGHT = "view.not_right"
VIEW_ASK_HUMAN = "view.ask_human"
VIEW_POLICY_ASK_HUMAN = "view.policy_ask_human"
VIEW_ANSWER = "view.answer"
VIEW_PICTURE = "view.picture"
VIEW_MANUAL = "view.manual"
VIEW_GAP = "view.gap"
VIEW_CAMPAIGN = "view.campaign"
VIEW_CAMPAIGN_ANYWAY = "view.campaign_anyway"
VIEW_ROSTER = "view.roster"
VIEW_FRONT = "view.front"
VIEW_FREEZE = "view.freeze"
# Shortcuts.
COACH_THIS = "coach_this"
REVIEW_A_DRAFT = "review_a_draft"
