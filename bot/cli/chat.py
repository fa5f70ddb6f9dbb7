"""`bonvent chat`: a conversation in the terminal, shown as it would be in Slack."""

from __future__ import annotations

import asyncio
import select
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import parts

if TYPE_CHECKING:
    from bot.coach.labels import Labels
    from bot.coach.models import Review
    from bot.coach.talk import Reply, Turn
    from bot.parts import Coach
    from bot.policy.models import Draft

HELP = """Write or paste a draft; an empty line (or . alone) sends it. Start with “for x:” to name the network.
Then ask back: “why the second?”, “shorter”, “for Instagram”. Or ask what the manual says.
  /network NAME   the network from now on        /alt TEXT      describe an attached picture
  /manual WORDS   look something up              /why N         what finding N rests on, in full
  /author NAME, EMAIL  your own contacts         /help  /quit"""


@dataclass
class Talk:
    """A conversation: what was said of networks, pictures and the author, and the last review."""

    coach: Coach
    labels: Labels
    network: str = "linkedin"
    author: str | None = None
    alt: list[str] = field(default_factory=list)
    draft: Draft | None = None
    last: Review | None = None
    turns: list[Turn] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """Questions on policy so far, oldest first."""

    def answer(self, text: str) -> str | None:
        """The answer to one message; None ends the conversation."""
        if text.startswith("/"):
            word, _, rest = text[1:].strip().partition(" ")
            return self._command(word.lower(), rest.strip())
        return self._say(text)

    def _command(self, word: str, rest: str) -> str | None:
        if word in ("quit", "exit", "q"):
            return None
        if word == "network" and rest:
            from bot.networks.loader import resolve

            self.network, network = resolve(self.coach.policy.networks, rest)
            return f"Drafts are for {network.name} from now on."
        if word == "author" and rest:
            self.author = rest
            return "Noted: these contacts are your own."
        if word == "alt" and rest:
            self.alt.append(rest)
            return "Noted: the next draft has a picture with this description."
        if word == "manual" and rest:
            hits = self.coach.manual.search(rest, k=3)
            return "\n\n".join(f"{hit.passage.heading_path}\n{hit.passage.text}" for hit in hits) or "Nothing found."
        if word == "why":
            return self._why(rest)
        return HELP

    def _why(self, number: str) -> str:
        findings = self.last.findings if self.last else ()
        if not number.isdigit() or not 1 <= int(number) <= len(findings):
            return (
                f"Name a finding by its number, 1 to {len(findings)}."
                if findings
                else "There is no finding to explain."
            )
        finding = findings[int(number) - 1]
        passage = self.coach.manual.passages.get(finding.citation.passage)
        return f"{finding.citation.heading}\n{passage.text if passage else finding.citation.quote}"

    def _say(self, text: str) -> str:
        from bot.coach.intent import understand

        networks, intents = self.coach.policy.networks, self.coach.prompts.intents
        if self.draft and self.last and self._asks_back(text, self.draft, self.last):
            return self._follow_up(text, self.draft, self.last)
        if self._asks_on(text):
            return self._question(text, None)
        meaning = understand(text, networks, intents)
        if meaning.intent == "question":
            return self._question(meaning.text, meaning.language)
        if meaning.intent != "draft":
            return "You're welcome." if meaning.intent == "thanks" else HELP
        if not meaning.text and meaning.network:
            return self._command("network", meaning.network) or ""
        return self._review(meaning.text, meaning.network or self.network)

    def _asks_back(self, text: str, draft: Draft, review: Review) -> bool:
        """Whether it speaks of the last review, and is no new draft."""
        from bot.coach.wish import understand_reply

        networks, intents = self.coach.policy.networks, self.coach.prompts.intents
        wish = understand_reply(text, draft.text, networks, intents, review.findings)
        return wish.kind not in ("new_version", "other")

    def _review(self, text: str, network: str) -> str:
        from bot.cli.render import as_text
        from bot.coach.intake import make_draft

        self.draft = make_draft(text, self.coach.policy.networks, network, None, self.author, self.alt)
        self.last = self.coach.review(self.draft)
        self.alt, self.turns, self.asked = [], [], []
        return as_text(self.last, self.labels, self.coach.policy.company.languages)

    def _question(self, text: str, language: str | None) -> str:
        from bot.cli.render_answer import as_text

        answer = self.coach.answer(text, language=language, earlier=self.asked)
        if answer.stance != "rejected":
            self.asked.append(text)
        languages = self.coach.policy.company.languages
        over = [self.labels.say(name, answer.language, languages) for name in ("manual", "reading")]
        return as_text(answer, self.coach.prompts.phrases, *over)

    def _asks_on(self, text: str) -> bool:
        """Whether it leans on the question before it: “and on Instagram?”."""
        from bot.coach.policy_question import follows_up

        return bool(self.asked) and text.rstrip().endswith("?") and follows_up(text, self.coach.prompts)

    def _follow_up(self, text: str, draft: Draft, review: Review) -> str:
        from bot.coach.talk import Turn, follow_up

        coach, languages = self.coach, self.coach.policy.company.languages

        async def ask() -> Reply:
            try:
                return await follow_up(
                    text, draft, review, self.turns, coach.policy, coach.manual, coach.model, coach.prompts
                )
            finally:
                if coach.model:
                    await coach.model.aclose()

        answer = _as_text(asyncio.run(ask()), self.labels.say("rewrite", review.language, languages))
        self.turns += [Turn("author", text), Turn("bonvent", answer)]
        return answer


def _as_text(reply: Reply, rewrite: str) -> str:
    """A reply in the thread; `rewrite` is what stands over another version."""
    cited = [f"“{citation.quote}” ({citation.heading})" for citation in reply.citations]
    version = f"{rewrite}:\n{reply.rewrite}" if reply.rewrite else None
    return "\n\n".join(part for part in (reply.text, version, *cited, reply.note) if part)


@click.command("chat")
@click.option("--network", default="linkedin", show_default=True, help="The network that drafts are for.")
@click.option("--author", help="Your name and own contacts.")
@parts.knowledge_option
@parts.no_model_option
def command(network: str, author: str | None, knowledge: Path | None, no_model: bool) -> None:
    """Talk with Bonvent in the terminal.

    Send drafts, get reviews, ask why, try again. Nothing is kept when you leave.
    """
    from bot.coach.labels import load_labels
    from bot.errors import BonventError

    settings = parts.settings_for(knowledge)
    coach = parts.coach_for(settings, no_model)
    talk = Talk(coach, load_labels(settings.prompts), author=author)
    if network != talk.network:
        talk.answer(f"/network {network}")
    click.echo(
        f"Bonvent for {coach.policy.company.company.name}: I coach, I can't block anything, and only you see this."
    )
    click.echo(f"Model: {coach.model.name if coach.model else 'none, the rules and the manual answer'}.\n{HELP}\n")
    while True:
        message = _read_message()
        if message is None:
            return
        if not message.strip():
            continue
        try:
            answer = talk.answer(message.strip("\n"))
        except BonventError as error:
            answer = str(error)
        if answer is None:
            return
        click.echo(f"\n{answer}\n")


def _read_message() -> str | None:
    """Lines up to an empty one that nothing follows at once (a pasted draft may have empty lines), or a `.`."""
    prompt = sys.stdin.isatty()
    if prompt:
        click.echo("you › ", nl=False)
    lines: list[str] = []
    for line in sys.stdin:
        text = line.rstrip("\n")
        if text == ".":
            return "\n".join(lines)
        if not lines and text.startswith("/"):
            return text
        if not text.strip() and prompt and not _more_waits():
            return "\n".join(lines)
        lines.append(text)
    return "\n".join(lines) if any(line.strip() for line in lines) else None


def _more_waits() -> bool:
    return bool(select.select([sys.stdin], [], [], 0.05)[0])
