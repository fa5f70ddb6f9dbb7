"""How long a post is, as its network counts; its hashtags and links."""

from __future__ import annotations

import re
import unicodedata

import regex

from bot.networks.models import Network

_LINK = re.compile(r"(?<![\w@./])(?:https?://[^\s<>\"“”«»]+|www\.[^\s<>\"“”«»]+\.[^\s<>\"“”«»]+)", re.I)
_BARE_LINK = re.compile(
    r"(?<![\w@./\-])(?:[a-z0-9](?:[a-z0-9\-]{0,62})\.){1,4}(?:com|org|net|io|es|cat|eu|co|uk|dev|app|ai|info|blog|news|tech|energy|example|de|fr|it|pt|us|me|tv)"
    r"(?:/[^\s<>\"“”«»]*)?(?![\w@\-]|\.\w)",
    re.I,
)
_LINK_END = ".,;:!?'’*…"
_HASHTAG = re.compile(r"(?<![\w&/＃#])[#＃](?=[\w·]*[^\W\d_])[\w·]+")
_GRAPHEME = regex.compile(r"\X")
_EMOJI = regex.compile(
    r"\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|\p{Regional_Indicator}|\p{EMod}|[\u200d\ufe0f\u20e3]|\p{Extended_Pictographic}"
)
_X_MAYBE_LINK = re.compile(r"\.(?=[^\s.\"')])|://|[。．｡]")
_X_HEAVY = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
"""What weighs 2 on X; the ranges are those of the official configuration, version 3."""
_MASTODON_MENTION = re.compile(r"(?<![\w/@])@(\w+)@[\w\-]+(?:\.[\w\-]+)+")


_X_EMOJI_START = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}]|[0-9#*]\uFE0F?\u20E3")


def length(text: str, network: Network) -> int:
    """The length that `network` compares with its limit.

    characters: code points (no network documents another unit). x-weighted: the official weights (emoji and CJK 2, a link 23).
    graphemes: what a reader sees as one character. emoji-as-bytes: code points, an emoji as its UTF-8 bytes (Threads).
    mastodon: graphemes, a link 23, a mention without its server.
    """
    if network.counting == "x-weighted":
        return _x_weighted(text)
    if network.counting == "graphemes":
        return len(text) if text.isascii() and "\r" not in text else len(_GRAPHEME.findall(text))
    if network.counting == "emoji-as-bytes":
        return len(text) if text.isascii() else sum(map(_threads_weight, _GRAPHEME.findall(text)))
    if network.counting == "mastodon":
        text = _MASTODON_MENTION.sub(r"@\1", text)
        text = _with_links_of(text, network.link_weight or 23)
        return len(text) if text.isascii() and "\r" not in text else len(_GRAPHEME.findall(text))
    if network.link_weight:
        text = _with_links_of(text, network.link_weight)
    return len(text)


def _threads_weight(cluster: str) -> int:
    return len(cluster.encode("utf-8", "replace")) if _EMOJI.search(cluster) else len(cluster)


def _with_links_of(text: str, weight: int) -> str:
    pieces, at = [], 0
    for start, end in links(text):
        if "://" in text[start:end]:
            pieces += [text[at:start], "x" * weight]
            at = end
    return "".join([*pieces, text[at:]])


def _x_weighted(text: str) -> int:
    """twitter-text's weighted length, with its own patterns for links and emoji but segment by segment, not by character."""
    text = text.replace("\r\n", "\n")
    if not text.isascii():
        clean = text.encode("utf-8", "replace").decode(
            "utf-8"
        )  # a lone surrogate weighs as much as the “?” in its place
        text = unicodedata.normalize("NFC", clean)
    entities: dict[int, tuple[int, int]] = {}
    if not text.isascii():
        from twitter_text.regexp.emoji import emoji

        # Tried only where an emoji can begin: the library's pattern costs 4 µs at every other place.
        for start in (m.start() for m in _X_EMOJI_START.finditer(text)):
            found = emoji.match(text, start)
            if found:
                entities[start] = (found.end(), 2)
    if _X_MAYBE_LINK.search(text):
        from twitter_text.extract_urls import extract_urls_with_indices

        for link in extract_urls_with_indices(text):
            start = link["indices"][0]
            entities[start] = (start + len(link["url"]), 23)
    total = at = 0
    for start, (end, weight) in sorted(entities.items()):
        if start >= at:
            total += _x_plain(text[at:start]) + weight
            at = end
    return total + _x_plain(text[at:])


def _x_plain(text: str) -> int:
    return len(text) if text.isascii() else len(text) + len(_X_HEAVY.findall(text))


def hashtags(text: str) -> list[tuple[int, int]]:
    """Offsets of the hashtags, `#` included; a number alone (`#1`) is none, nor is the `#part` of a link."""
    if "#" not in text and "＃" not in text:
        return []
    inside = links(text)
    found = [m.span() for m in _HASHTAG.finditer(text)]
    return [(start, end) for start, end in found if not any(a <= start < b for a, b in inside)]


def links(text: str) -> list[tuple[int, int]]:
    """Offsets of the links, with or without `https://`, without the punctuation behind them. Addresses with @ are none."""
    if "." not in text:
        return []
    found = [m.span() for m in _LINK.finditer(text)]
    found += [m.span() for m in _BARE_LINK.finditer(text) if not any(a <= m.start() < b for a, b in found)]
    return [(start, start + len(_trimmed(text[start:end]))) for start, end in sorted(found)]


def _trimmed(link: str) -> str:
    """Without the sentence's own punctuation; a closing bracket stays when the link has opened it."""
    while link and (
        link[-1] in _LINK_END
        or (link[-1] in ")]" and link.count(link[-1]) > link.count({")": "(", "]": "["}[link[-1]]))
    ):
        link = link[:-1]
    return link
