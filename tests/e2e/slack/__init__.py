"""A strict stand-in for Slack: one workspace with our app in it, over real HTTP and a real WebSocket.

    with slack_stand_in(redeliver_after=(0.3, 2, 8)) as slack, AppProcess(slack, tmp_path) as app:
        marta = slack.add_user("Marta Puig", locale="ca-ES")
        draft = marta.dm("for LinkedIn: we shipped https://example.com :wind_chime:")   # delivered in the background
        review = slack.reply(draft)                     # waits for the app's first reply in the thread
        assert "Ready" in review.words                  # what a person reads; .text is the notification, .blocks the blocks
        ack = marta.click(review, "review.shorter")     # waits for the acknowledgement: .ok, .status, .seconds, .body
        marta.click(review, "finding.not_right", nth=1) # the second button of that name; value="…" tampers with what it carries
        marta.click(review, "review.other_network", option="x")
        marta.shortcut("review_a_draft")
        view = slack.wait_for(lambda: slack.modal_open(marta) and slack.view_of(marta), what="the modal")
        marta.submit(view, {"draft": "…"})              # view.errors, or view.closed
        assert slack.complaints == []                   # nothing that Slack refuses or that we must never send
        assert slack.late == []                         # everything acknowledged with 200 within 3 s

What goes wrong is set on `slack.faults` (lost answers, 429, 500, slowness, redelivery); `slack.break_sockets` cuts, silences or
refreshes the WebSocket; `slack.send` takes broken payloads and bad signatures. Each room says the rest: `server.py` the doors, `people.py` a
person's hands, `state.py` what a message or view holds.
"""

from tests.e2e.slack.app_process import AppProcess
from tests.e2e.slack.delivery import Ack
from tests.e2e.slack.people import Person
from tests.e2e.slack.server import Slack, slack_stand_in
from tests.e2e.slack.state import Channel, File, Message, View

__all__ = ["Ack", "AppProcess", "Channel", "File", "Message", "Person", "Slack", "View", "slack_stand_in"]
