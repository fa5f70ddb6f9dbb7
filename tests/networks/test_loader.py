"""The networks file: what it must hold, and names that people type."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.datafile import KnowledgeError
from bot.networks.loader import load_networks, resolve

FILE = Path(__file__).parents[2] / "knowledge" / "networks.yaml"


def test_nine_networks_with_sources() -> None:
    networks = load_networks(FILE).networks
    assert list(networks) == [
        "linkedin",
        "x",
        "instagram",
        "facebook",
        "threads",
        "bluesky",
        "mastodon",
        "youtube",
        "tiktok",
    ]
    assert all(source.startswith("https://") for network in networks.values() for source in network.sources)


@pytest.mark.parametrize(
    ("network", "limit"),
    [
        ("linkedin", 3000),
        ("x", 280),
        ("instagram", 2200),
        ("facebook", 63206),
        ("threads", 500),
        ("bluesky", 300),
        ("mastodon", 500),
        ("youtube", 5000),
        ("tiktok", 2200),
    ],
)
def test_limits(network: str, limit: int) -> None:
    assert load_networks(FILE).networks[network].length == limit


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Twitter", "x"),
        ("ig", "instagram"),
        ("FB", "facebook"),
        ("yt", "youtube"),
        (" LinkedIn ", "linkedin"),
        ("Linked In", "linkedin"),
        ("bsky", "bluesky"),
    ],
)
def test_names_that_people_type(name: str, id_: str) -> None:
    assert resolve(load_networks(FILE), name)[0] == id_


def test_an_unknown_name_is_told_the_nearest() -> None:
    with pytest.raises(
        KnowledgeError, match="unknown network “linkdin”: did you mean linkedin\\? There are linkedin, x, "
    ):
        resolve(load_networks(FILE), "linkdin")
    with pytest.raises(KnowledgeError, match="unknown network “zzzzzzz”\\. There are "):
        resolve(load_networks(FILE), "zzzzzzz")


def test_an_alias_belongs_to_one_network(tmp_path: Path) -> None:
    file = tmp_path / "networks.yaml"
    entry = "{name: %s, aliases: [same], length: 5, sources: [https://example.org]}"
    file.write_text(f"checked: 2026-11-23\nnetworks:\n  a: {entry % 'A'}\n  b: {entry % 'B'}\n")
    with pytest.raises(KnowledgeError, match=r"networks\.b: “same” also means a"):
        load_networks(file)
    file.write_text(
        "checked: 2026-11-23\nnetworks:\n  a: {name: A, length: 5, uncertain: [lenght], sources: [https://example.org]}\n"
    )
    with pytest.raises(KnowledgeError, match="“lenght” is no key of a network"):
        load_networks(file)
