"""Every detector on drafts that it must mark and on look-alikes that it must leave alone."""

from __future__ import annotations

import pytest

from bot.policy.detectors import DETECTORS, PERSONAL, SECRET, describe
from tests.policy.detectors.cases import FOUND, PASSED
from tests.policy.detectors.helpers import found


@pytest.mark.parametrize(("name", "text", "quote"), [(name, *row) for name, rows in FOUND.items() for row in rows])
def test_marks(name: str, text: str, quote: str) -> None:
    marked = found(name, text)
    assert marked
    if quote:
        assert quote in marked


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in PASSED.items() for text in texts])
def test_leaves_alone(name: str, text: str) -> None:
    assert found(name, text) == []


def test_every_detector_has_cases_and_a_line_that_describes_it() -> None:
    assert set(FOUND) == set(PASSED) == set(DETECTORS)
    assert all(describe(name).endswith(".") for name in DETECTORS)
    assert set(PERSONAL) | set(SECRET) < set(DETECTORS)


def test_a_hashtag_comes_back_with_its_capitals() -> None:
    from bot.policy.detectors import DETECTORS
    from bot.policy.detectors.hashtags import HashtagCapitals
    from tests.policy.detectors.helpers import reading

    [span] = DETECTORS["hashtag-capitals"].find(reading("#energyefficiencyforall"), HashtagCapitals())
    assert span.values == {"kind": "hashtag", "count": "4", "suggestion": "#EnergyEfficiencyForAll"}
    [span] = DETECTORS["hashtag-capitals"].find(reading("#transicióenergètica"), HashtagCapitals())
    assert span.values["suggestion"] == "#TransicióEnergètica"


def test_options_move_the_thresholds() -> None:
    assert found("hashtag-capitals", "#climateaction", words=3) == []
    assert found("emoji-wall", "🚀🚀", run=2) == ["🚀🚀"]
    assert found("emoji-wall", "🚀 a 🎉 b 🌍", total=3) == ["🌍"]
    assert found("shouting", "THIS MATTERS", words=2) == ["THIS MATTERS"]
    assert found("exclamations", "Wow!!", run=2) == ["!!"]


def test_an_alternative_text_describes_the_picture() -> None:
    assert found("undescribed-picture", "In this photo: us") == ["In this photo"]
    assert found("undescribed-picture", "In this photo: us", alt=("Five people at a table",)) == []
    assert found("undescribed-picture", "In this photo: us", alt=("  ",)) == ["In this photo"]


def test_staging_hosts_are_private_on_the_companys_own_site_only() -> None:
    assert found("private-hosts", "admin.tebiora.example is slow") == ["admin.tebiora.example"]
    assert found("private-hosts", "admin.google.com is slow") == []
