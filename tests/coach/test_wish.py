"""What somebody wants in the thread of a review, told by words alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.coach.prompt import shipped
from bot.coach.wish import Wish, understand_reply
from bot.manual.models import Citation
from bot.networks.loader import load_networks
from bot.policy.models import Category, Finding
from tests.conftest import SHIPPED

NETWORKS = load_networks(SHIPPED / "networks.yaml")
INTENTS = shipped().intents
DRAFT = (
    "Our Tide heat pump is guaranteed to halve your bill. Forty homes in Reus tried it last winter, and Marta from "
    "Banco Nube loved it. #heatpumps"
)


def finding(rule: str, quote: str, message: str, fix: str) -> Finding:
    start = DRAFT.find(quote)
    cited = Citation(passage="manual/en.md#claims", heading="Claims", quote="Say what you measured")
    category = Category(rule.split(".")[0])
    return Finding(
        rule=rule,
        category=category,
        severity="must-fix",
        quote=quote,
        start=start,
        end=start + len(quote),
        message=message,
        fix=fix,
        citation=cited,
    )


FINDINGS = (
    finding("claims.absolute", "guaranteed", "“guaranteed” needs a public source.", "State the measurable fact."),
    finding("customers.named", "Banco Nube", "They haven't agreed to be named.", "Leave the customer out."),
    finding("accessibility.hashtag", "#heatpumps", "A screen reader reads the hashtag as one word.", "Use capitals."),
)


def wish(text: str, findings: tuple[Finding, ...] = FINDINGS) -> Wish:
    return understand_reply(text, DRAFT, NETWORKS, INTENTS, findings)


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("why?", 0),
        ("Why is that a problem?", 0),
        ("¿por qué?", 0),
        ("per què?", 0),
        ("I don't get it", 0),
        ("why 2", 1),
        ("what's wrong with #3?", 2),
        ("2?", 1),
        ("the second one?", 1),
        ("¿Por qué la segunda?", 1),
        ("no entenc el tercer", 2),
        ("¿y la última?", 2),
        ("why “Banco Nube”?", 1),
        ("why can't I name the customer?", 1),
        ("explain the hashtag one", 2),
        ("no entiendo lo de guaranteed", 0),
        ("why do you think what forty homes in Reus tried last winter is a problem at all", 0),
        ("why 7?", None),
    ],
)
def test_why_names_its_finding_by_number_words_or_subject(text: str, index: int | None) -> None:
    assert (wish(text).kind, wish(text).finding) == ("why", index)


def test_without_findings_why_names_none() -> None:
    assert wish("why?", ()) == Wish("why", "why?", None, None, "en")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("shorter", "shorter"),
        ("Can you make it a bit shorter, please?", "shorter"),
        ("too long", "shorter"),
        ("hazlo más corto", "shorter"),
        ("una mica més curt, si us plau", "shorter"),
        ("warmer!", "warmer"),
        ("make it sound more human", "warmer"),
        ("más cercano, por favor", "warmer"),
        ("ho vull més proper", "warmer"),
        ("thanks!", "thanks"),
        ("ok", "thanks"),
        ("👍", "thanks"),
        ("gracias, lo cambio", "thanks"),
        ("perfecte, gràcies!", "thanks"),
        ("may I post a photo of Marta?", "question"),
        ("what does the manual say about customers?", "question"),
        ("puc esmentar el client?", "question"),
        ("make it two sentences", "other"),
        ("shorter and warmer", "other"),
        ("shorter, and mention the price", "other"),
        ("Can you make the first sentence shorter?", "other"),
        ("I disagree, they agreed to it", "other"),
        ("translate it into Spanish", "other"),
        ("yes", "other"),
        ("“guaranteed to halve your bill” stood on our site", "other"),
    ],
)
def test_wishes_are_told_apart(text: str, kind: str) -> None:
    assert wish(text).kind == kind


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("and for X?", "x"),
        ("for instagram", "instagram"),
        ("now for LinkedIn, please", "linkedin"),
        ("can you adapt it to Mastodon?", "mastodon"),
        ("y para Instagram?", "instagram"),
        ("i per a X?", "x"),
        ("another network", None),
        ("otra red", None),
        ("for X and LinkedIn", None),
    ],
)
def test_another_network_is_a_wish(text: str, network: str | None) -> None:
    assert (wish(text).kind, wish(text).network) == ("network", network)


EDIT = "Our heat pump halved the bill in the homes that tried it. Forty homes in Reus tried it last winter. #HeatPumps"


@pytest.mark.parametrize(
    ("text", "draft", "network"),
    [
        (EDIT, EDIT, None),
        (DRAFT, DRAFT, None),
        ("new version: We tried something in Reus.", "We tried something in Reus.", None),
        ("Here is my edit:\nWe tried something in Reus.", "We tried something in Reus.", None),
        ("Better now? Forty homes tried our heat pump.", "Forty homes tried our heat pump.", None),
        ("nueva versión: Lo probaron cuarenta casas.", "Lo probaron cuarenta casas.", None),
        ("Nova versió:\n\nHo van provar quaranta cases.", "Ho van provar quaranta cases.", None),
        ("for X: Forty homes tried our heat pump.", "Forty homes tried our heat pump.", "x"),
        ("Can you check this for LinkedIn?\nForty homes tried it.", "Forty homes tried it.", "linkedin"),
        ("Why wait? Forty homes in Reus tried it last winter, and Marta loved it. #HeatPumps", None, None),
    ],
)
def test_a_new_version_comes_without_what_stands_above_it(text: str, draft: str | None, network: str | None) -> None:
    found = wish(text)
    assert (found.kind, found.text, found.network) == ("new_version", draft or text, network)


@given(st.text(max_size=200))
def test_any_text_is_some_wish(text: str) -> None:
    found = wish(text)
    assert found.finding is None or 0 <= found.finding < len(FINDINGS)
    assert found.text in text
