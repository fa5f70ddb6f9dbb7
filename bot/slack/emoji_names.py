"""Slack's names of emoji (`wave`, `+1`, `flag-es`, skin tones) as the characters that they stand for."""

from __future__ import annotations

import re

import emoji

# A name of one letter may be anything between two colons, so it has to stand alone.
_NAME = re.compile(r":([\w+'-]{2,}|(?<!\w:)\w(?=:(?!\w))):(?::skin-tone-([2-6]):)?")
_TONES = {str(tone): chr(0x1F3F9 + tone) for tone in range(2, 7)}
_FLAG = re.compile(r"flag-([a-z]{2})")
_SLACKS_OWN = {"simple_smile": "🙂", "the_horns": "🤘"}


def emoji_of(name: str, skin_tone: str | None = None) -> str | None:
    """The character for a name without colons; `skin_tone` is Slack's number, 2 (light) to 6 (dark). None: not known."""
    found = _SLACKS_OWN.get(name) or _flag(name) or _by_alias(name)
    return toned(found, skin_tone) if found else None


def from_code_points(code: str) -> str | None:
    """The character for what Slack gives in a message's blocks: hexadecimal code points such as `1f44b-1f3fb`."""
    try:
        found = "".join(chr(int(point, 16)) for point in code.split("-"))
    except (ValueError, OverflowError):
        return None
    return found if found and not any("\ud800" <= c <= "\udfff" for c in found) else None


def toned(character: str, skin_tone: str | None) -> str:
    """The character in a skin tone, unless it has one already or takes none."""
    tone = _TONES.get(skin_tone or "")
    if tone is None or any(t in character for t in _TONES.values()):
        return character
    with_tone = character[0] + tone + character[1:].removeprefix("\ufe0f")
    return with_tone if emoji.is_emoji(with_tone) else character


def with_emoji(text: str) -> str:
    """The text with `:names:` as characters; a name that isn't known, such as a workspace's own emoji, stays."""

    def character(match: re.Match[str]) -> str:
        return emoji_of(match.group(1), match.group(2)) or match.group()

    return _NAME.sub(character, text) if ":" in text else text


def _flag(name: str) -> str | None:
    match = _FLAG.fullmatch(name)
    if not match:
        return None
    flag = "".join(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in match.group(1))
    return flag if emoji.is_emoji(flag) else None


def _by_alias(name: str) -> str | None:
    # The library writes some of Slack's names in another way.
    plain = name.replace("female-", "woman-").replace("male-", "man-").replace("-", "_")
    for spelled in dict.fromkeys((name, plain)):
        alias = f":{spelled}:"
        found = emoji.emojize(alias, language="alias")
        if found != alias:
            return found
    return None
