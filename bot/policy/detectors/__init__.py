"""The checks that are code. A rule names one: `match: {detector: emoji-wall}`."""

from __future__ import annotations

from bot.policy.detectors.base import Detector
from bot.policy.detectors.emoji import EmojiWall, emoji_wall
from bot.policy.detectors.hashtags import HashtagCapitals, hashtag_capitals
from bot.policy.detectors.hosts import private_hosts
from bot.policy.detectors.letters import Exclamations, Shouting, exclamations, fancy_letters, shouting
from bot.policy.detectors.passwords import passwords
from bot.policy.detectors.personal import card, email, iban, national_id, phone
from bot.policy.detectors.personal import warm as warm_personal
from bot.policy.detectors.pictures import undescribed_picture
from bot.policy.detectors.secrets import secrets
from bot.policy.detectors.secrets import warm as warm_secrets
from bot.policy.detectors.steering import steering

__all__ = ["DETECTORS", "PERSONAL", "SECRET", "Detector", "describe", "warm"]

DETECTORS: dict[str, Detector] = {
    "secrets": Detector(secrets),
    "passwords": Detector(passwords),
    "private-hosts": Detector(private_hosts),
    "phone": Detector(phone),
    "email": Detector(email),
    "national-id": Detector(national_id),
    "iban": Detector(iban),
    "card": Detector(card),
    "hashtag-capitals": Detector(hashtag_capitals, HashtagCapitals),
    "emoji-wall": Detector(emoji_wall, EmojiWall),
    "fancy-letters": Detector(fancy_letters),
    "shouting": Detector(shouting, Shouting),
    "exclamations": Detector(exclamations, Exclamations),
    "undescribed-picture": Detector(undescribed_picture),
    "steering": Detector(steering),
}
PERSONAL = ("phone", "email", "national-id", "iban", "card")
"""Other people's data, never the author's own."""
SECRET = ("secrets", "passwords", "private-hosts")
"""What lets a stranger in."""


def describe(name: str) -> str:
    """One line: what the detector finds. Raises KeyError for an unknown name."""
    return (DETECTORS[name].find.__doc__ or "").strip().splitlines()[0]


def warm() -> None:
    """Loads what the detectors otherwise load at first need (about half a second), for a process that serves."""
    warm_personal()
    warm_secrets()
