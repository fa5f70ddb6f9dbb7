"""Pictures that the text points at while nobody described them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.policy.detectors.base import Options
from bot.policy.reading import Reading, Span

_EN = r"(?:photos?|pictures?|pics?|images?|screenshots?|screengrabs?|selfies?|snapshots?|infographics?|graphics?|charts?|graphs?|diagrams?|posters?|slides?|illustrations?|carousel|memes?|gifs?|sketch(?:es)?|drawings?)"
_ES = r"(?:fotos?|fotograf[ií]as?|im[aá]gen(?:es)?|capturas?(?: de pantalla)?|selfies?|gr[aá]fic[ao]s?|infograf[ií]as?|diagramas?|carteles|cartel|diapositivas?|ilustraci(?:[oó]n|ones)|carrusel|meme|gif|dibujos?)"
_CA = r"(?:fotos?|fotografi(?:a|es)|imat(?:ge|ges)|captur(?:a|es)(?: de pantalla)?|selfies?|gr[aà]fic(?:s|a)?|infografi(?:a|es)|diagram(?:a|es)|cartells?|diapositiv(?:a|es)|il·lustraci(?:[oó]|ons)|carrusel|mem|gif|dibuix(?:os)?)"
_REFERS = re.compile(
    rf"\b(?:in|see|from) (?:the|this|these|my|our) (?:\w+ )?{_EN}(?: (?:below|above|attached))?\b(?! (?:contest|competition|industry|editing|album|library|credits|business|class))"
    rf"|\b(?:this|these) (?:\w+ )?{_EN}\b(?! (?:contest|competition|industry|editor|library|format|model|classifier|search|recognition|generator))"
    rf"|\b(?:the|a|my|our|some|here(?:'s| is| are)(?: \w+)?) (?:\w+ )?{_EN} (?:below|above|attached|on the (?:left|right)|from (?:today|yesterday|last night|the (?:event|day|stage|booth|office)))\b"
    rf"|\b(?:look at|check out|see|swipe (?:to|for|through)|zoom in(?:to)? (?:on)?) (?:the|this|these|that|my|our) (?:\w+ )?{_EN}\b"
    rf"|\b{_EN} (?:below|above|attached)\b|\b(?:pictured|photographed|shown) (?:here|below|above|left|right|from left)\b"
    rf"|\b(?:pictured|left to right|from left to right)\s?:"
    rf"|(?:📸|📷|📹|🖼️?)\s?(?::|by\b|©|credits?\b|cr[eé]dit|de\b|por\b|per\b|via\b|@)"
    rf"|\b(?:(?:what an?|quina|vaya|menuda) (?:\w+ )?{_EN[:-1]}|fotos?|imatge|imagen))\b(?= (?:of|de|d['’]|del))"
    rf"|\b(?:photo|picture|image|pic)s?\s?(?:credits?\s?)?(?::\s?(?:@|(?-i:[A-Z]))|by\s(?:@|(?-i:[A-Z]))|courtesy of)"
    rf"|\bswipe (?:left|right|through|to see|for more|➡|👉|→)|\bteam selfie\b|\b(?:our|my|a|the|obligatory|quick) (?:\w+ )?selfie\b"
    rf"|\bhere(?:'s| is| are| we are| I am| you see| you have)\b[^.!?\n]{{0,30}}\b(?:photos?|pictures?|pics?|screenshots?|selfies?|chart|graph|diagram|infographic)\b"
    rf"|\b(?:en|mirad?|ved|ver|fijaos en|como veis en|se ve en) (?:la|las|el|los|esta|estas|este|estos) {_ES}(?! (?:fija|finish|de familia numerosa))\b"
    rf"|\b(?:esta|estas|este|estos|aqu[ií] (?:ten[eé]is |tienes |tienen |va |van |est[aá] )?(?:la|las|una|unas|el|un)|os dejo (?:la|las|una|unas|un|el)|adjunto) {_ES}\b(?! (?:fija|finish))"
    rf"|\b{_ES} (?:de (?:\w+ )?\w+ )?(?:adjunt[ao]s?|de (?:arriba|abajo|hoy|ayer|anoche)|de m[aá]s (?:arriba|abajo))\b|\b(?:desliza(?:d|r)?)\b(?= (?:para|a la|hacia|y|➡|👉|→))"
    rf"|\bfotos?\s?(?::|por @|de @)|\b(?:nuestr[ao]|mi|un|una) (?:\w+ )?selfie\b|\bde izquierda a derecha\b"
    rf"|\b(?:a|mireu|mira|vegeu|veieu|com veieu a|fixeu-vos en) (?:la|les|el|els|l['’]|aquesta|aquestes|aquest|aquests)\s?{_CA}(?! fixa)\b"
    rf"|\b(?:aquesta|aquestes|aquest|aquests|aqu[ií] (?:teniu |tens |va |hi ha )?(?:la|les|una|el|un)|us deixo (?:la|les|una|unes|un)|adjunto) {_CA}\b(?! fixa)"
    rf"|\b{_CA} (?:d(?:e |['’])(?:\w+ )?\w+ )?(?:adjunt(?:a|s|es)?|d(?:e |['’])(?:dalt|baix|sota|avui|ahir))\b|\b(?:llisca|llisqueu|feu lliscar)\b|\b(?:la nostra|el nostre|una|un) (?:\w+ )?selfie\b|\bd['’]esquerra a dreta\b",
    re.I,
)
_HINTS = (
    *[
        "phot",
        "pict",
        "pic",
        "imag",
        "imat",
        "screen",
        "selfie",
        "snapshot",
        "graph",
        "grafi",
        "gráfi",
        "gràfi",
        "chart",
        "diagram",
        "poster",
        "slide",
        "illustr",
        "il·lus",
        "ilust",
        "carou",
        "carr",
        "mem",
        "gif",
        "sketch",
    ],
    *[
        "draw",
        "foto",
        "captur",
        "infogr",
        "cartel",
        "diapo",
        "dibu",
        "swipe",
        "desliz",
        "llis",
        "left",
        "shown",
        "izquierda",
        "esquerra",
        "📸",
        "📷",
        "📹",
        "🖼",
    ],
)
"""One of these stands in every text that points at a picture."""
_DESCRIBED = re.compile(
    r"\[(?:image|photo|picture|alt|imagen|imatge|foto|graphic|chart|gr[aá]fico|gr[aà]fic|screenshot|captura|id|desc\w*)\b[^\]]{0,40}[:：]?[^\]]{3,}\]"
    r"|\b(?:alt(?:[\s\-]?text)?|image description|photo description|description of the (?:photo|image|picture)|image id|texto alternativo|text alternatiu|"
    r"descripci[oó]n (?:de la |de las |del )?(?:im[aá]gen(?:es)?|fotos?|gr[aá]fico)|descripci[oó] (?:de la |de l['’]|del )?(?:imatge|foto|gr[aà]fic))\s?[:：]"
    r"|#alttext\b|#alt4you\b|#imagedescription\b|\balt text (?:in|below|added|included)\b|\(alt\b",
    re.I,
)
_TOPIC = re.compile(
    r"\b(?:big(?:ger)? picture|full picture|whole picture|clear(?:er)? picture|get the picture|picture of health|picture this|brand image|self[- ]image|public image|"
    r"send (?:me|us) (?:a|your|the) \w+|post (?:a|your) \w+|share (?:a|your) \w+|take (?:a|your) \w+|"
    r"(?:la|esta|su|nuestra|una) imagen (?:de marca|p[uú]blica|corporativa)|imatge (?:de marca|p[uú]blica|corporativa))\b",
    re.I,
)


def undescribed_picture(reading: Reading, options: Options) -> Iterable[Span]:
    """The text points at an attached picture, and neither an alternative text nor the post describes it."""
    text = reading.text
    if any(alt.strip() for alt in reading.alt):
        return []
    lower = text.lower()
    if not any(hint in lower for hint in _HINTS):
        return []
    if _DESCRIBED.search(text):
        return []
    topics = [(m.start(), m.end()) for m in _TOPIC.finditer(text)]
    for match in _REFERS.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in topics):
            return [Span(match.start(), match.end(), {"kind": "picture"})]
    return []
