"""What Slack makes of what a person types: the escaped `text`, and the rich_text block that comes with it.

Understood: `*bold*`, `_italic_`, `~strike~`, `` `code` ``, ``` fences, `> quotes`, `- ` and `1. ` lists, links (with and without
scheme, or `<https://…|label>`), `<@U…>`, `<#C…>`, `:emoji:` and emoji themselves.
"""

from __future__ import annotations

import re
from typing import Any

import emoji

Json = dict[str, Any]
STYLES = {"*": "bold", "_": "italic", "~": "strike", "`": "code"}
TOKEN = re.compile(
    r"(?P<user><@(?P<uid>[UW][A-Z0-9]+)(?:\|[^>]*)?>)"
    r"|(?P<chan><\#(?P<cid>[CG][A-Z0-9]+)(?:\|[^>]*)?>)"
    r"|(?P<label><(?P<lurl>https?://[^|>\s]+)\|(?P<lname>[^>]+)>)"
    r"|(?P<url>https?://[^\s<>|]*[^\s<>|.,;:!?)\]'\"»”])"
    r"|(?P<bare>(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|org|net|es|cat|eu|io|example)(?:/[^\s<>]*[^\s<>.,;:!?)])?(?![\w@.-]*\w@))"
    r"|(?P<short>(?<!\w):(?P<name>[a-z0-9_+-]{2,}):)"
    r"|(?P<styled>(?<![\w*_~`])(?P<mark>[*_~`])(?=\S)(?P<inner>[^\n]+?)(?<=\S)(?P=mark)(?![\w*_~`]))"
)


def escaped(text: str) -> str:
    """Slack's three entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def compose(typed: str) -> tuple[str, list[Json]]:
    """The event's `text` and its `blocks`."""
    texts, parts = [], []
    for kind, body in _pieces(typed):
        text, part = _part(kind, body)
        texts.append(text)
        parts.append(part)
    return "\n".join(texts), [{"type": "rich_text", "elements": parts}] if parts else []


def _pieces(typed: str) -> list[tuple[str, str]]:
    """Runs of lines of one kind: text, code, quote, bullet, ordered."""
    pieces: list[tuple[str, str]] = []
    for n, run in enumerate(re.split(r"```\n?(.*?)\n?```", typed, flags=re.S)):
        if n % 2:
            pieces.append(("code", run))
            continue
        lines = run.strip("\n") if len(typed) != len(run) else run
        for line in lines.split("\n") if lines else []:
            # Slack makes an item of a mark only once something stands behind it.
            kind = "quote" if re.match(r"> +\S", line) else "bullet" if re.match(r"[-•] +\S", line) else "text"
            kind = "ordered" if re.match(r"\d+\. +\S", line) else kind
            body = line if kind == "text" else line.split(" ", 1)[1]
            if pieces and pieces[-1][0] == kind:
                pieces[-1] = (kind, f"{pieces[-1][1]}\n{body}")
            else:
                pieces.append((kind, body))
    return [piece for piece in pieces if piece[1]] or pieces[:1]


def _part(kind: str, body: str) -> tuple[str, Json]:
    if kind == "code":
        elements = [{"type": "text", "text": body}]
        return f"```{escaped(body)}```", {"type": "rich_text_preformatted", "elements": elements, "border": 0}
    if kind in ("bullet", "ordered"):
        items = [inline(line) for line in body.split("\n")]
        marks = ["• " if kind == "bullet" else f"{n}. " for n in range(1, len(items) + 1)]
        text = "\n".join(mark + item for mark, (item, _) in zip(marks, items, strict=True))
        sections = [{"type": "rich_text_section", "elements": elements} for _, elements in items]
        return text, {"type": "rich_text_list", "style": kind, "indent": 0, "border": 0, "elements": sections}
    text, elements = inline(body)
    if kind == "quote":
        quoted = "\n".join(f"&gt; {line}" for line in text.split("\n"))
        return quoted, {"type": "rich_text_quote", "elements": elements}
    return text, {"type": "rich_text_section", "elements": elements}


def inline(typed: str) -> tuple[str, list[Json]]:
    """One run of text: as mrkdwn, and as rich_text elements."""
    text, elements, at = "", [], 0
    for found in TOKEN.finditer(typed):
        for part, shape in (_plain(typed[at : found.start()]), _token(found)):
            text += part
            elements += shape
        at = found.end()
    part, shape = _plain(typed[at:])
    return text + part, elements + shape


def _token(found: re.Match[str]) -> tuple[str, list[Json]]:
    group = found.groupdict()
    if group["user"]:
        return f"<@{group['uid']}>", [{"type": "user", "user_id": group["uid"]}]
    if group["chan"]:
        return f"<#{group['cid']}|>", [{"type": "channel", "channel_id": group["cid"]}]
    if group["label"]:
        label = {"type": "link", "url": group["lurl"], "text": group["lname"]}
        return f"<{escaped(group['lurl'])}|{escaped(group['lname'])}>", [label]
    if group["url"]:
        return f"<{escaped(group['url'])}>", [{"type": "link", "url": group["url"]}]
    if group["bare"]:
        url = f"http://{group['bare']}"
        return f"<{escaped(url)}|{escaped(group['bare'])}>", [{"type": "link", "url": url, "text": group["bare"]}]
    if group["short"]:
        return f":{group['name']}:", [_emoji(group["name"])]
    style, mark = {STYLES[group["mark"]]: True}, group["mark"]
    if mark == "`":
        return f"`{escaped(group['inner'])}`", [{"type": "text", "text": group["inner"], "style": style}]
    text, elements = inline(group["inner"])
    return f"{mark}{text}{mark}", [{**part, "style": {**part.get("style", {}), **style}} for part in elements]


def _emoji(name: str) -> Json:
    shown = emoji.emojize(f":{name}:", language="alias")
    element: Json = {"type": "emoji", "name": name}
    return element if shown.startswith(":") else {**element, "unicode": _codes(shown)}


def _codes(shown: str) -> str:
    return "-".join(f"{ord(letter):x}" for letter in shown)


def _plain(typed: str) -> tuple[str, list[Json]]:
    """Text without markup; emoji become short names, as Slack's composer does."""
    text, elements = "", []
    at = 0
    for found in emoji.emoji_list(typed):
        before, shown = typed[at : found["match_start"]], found["emoji"]
        name = emoji.demojize(shown, language="alias").strip(":")
        elements += [{"type": "text", "text": before}] if before else []
        elements.append({"type": "emoji", "name": name, "unicode": _codes(shown)})
        text += f"{escaped(before)}:{name}:"
        at = found["match_end"]
    rest = typed[at:]
    return text + escaped(rest), elements + ([{"type": "text", "text": rest}] if rest else [])
