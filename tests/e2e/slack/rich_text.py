"""The shape of rich_text: sections, lists, quotes, preformatted text, and what stands in a line."""

from __future__ import annotations

from tests.e2e.slack.shapes import anything, boolean, by_type, integer, listing, one_of, shape, string, url

STYLE = shape(bold=boolean, italic=boolean, strike=boolean, code=boolean, underline=boolean)
MENTION_STYLE = shape(
    bold=boolean, italic=boolean, strike=boolean, highlight=boolean, client_highlight=boolean, unlink=boolean
)
TEXT = shape("text", text_=string(12_000), style=STYLE)
LINK = shape("link", url_=url(), text=string(3000), unsafe=boolean, style=STYLE)
INLINE = by_type(
    {
        "text": TEXT,
        "link": LINK,
        "emoji": shape("emoji", name_=string(100), unicode=string(100), skin_tone=integer(1, 6), style=anything),
        "user": shape("user", user_id_=string(20), style=MENTION_STYLE),
        "usergroup": shape("usergroup", usergroup_id_=string(20), style=MENTION_STYLE),
        "channel": shape("channel", channel_id_=string(20), style=MENTION_STYLE),
        "broadcast": shape("broadcast", range_=one_of("here", "channel", "everyone"), style=anything),
        "date": shape("date", timestamp_=integer(0, 10**11), format_=string(500), url=url(), fallback=string(500)),
        "color": shape("color", value_=string(7, 4)),
    },
    "a rich text element",
)
SECTION = shape("rich_text_section", elements_=listing(INLINE, 1, 1000))
PART = by_type(
    {
        "rich_text_section": SECTION,
        "rich_text_list": shape(
            "rich_text_list", elements_=listing(SECTION, 1, 200), style_=one_of("bullet", "ordered"), indent=integer(0, 8),
            offset=integer(0, 1000), border=one_of(0, 1),
        ),
        "rich_text_quote": shape("rich_text_quote", elements_=listing(INLINE, 1, 1000), border=one_of(0, 1)),
        "rich_text_preformatted": shape(
            "rich_text_preformatted", elements_=listing(by_type({"text": TEXT, "link": LINK}, "preformatted text"), 1, 1000),
            border=one_of(0, 1), language=string(50),
        ),
    },
    "an element of rich_text",
)  # fmt: skip
RICH_TEXT = shape("rich_text", block_id=string(255), elements_=listing(PART, 1, 100))
