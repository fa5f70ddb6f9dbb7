"""Text that talks to whoever reviews the post, not to its readers. A hint for the author; no defence (see the verifier for that)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.policy.detectors.base import Options
from bot.policy.reading import Reading, Span

_HINTS = (
    *[
        "ignor",
        "disregard",
        "forget",
        "overrid",
        "bypass",
        "skip",
        "olvid",
        "oblid",
        "omit",
        "obvi",
        "salta",
        "sálta",
        "system",
        "assistant",
        "developer",
        "reviewer",
        "checker",
        "moderator",
        "moderador",
        "revisor",
    ],
    *[
        "classifier",
        "judge",
        "coach",
        "bot",
        "assist",
        "asist",
        "model",
        "prompt",
        "approv",
        "aprob",
        "aprueb",
        "aprov",
        "accept",
        "acept",
        "pass",
        "clear",
        "mark",
        "marc",
        "rate",
        "label",
        "classif",
        "clasif",
        "califi",
        "valora",
    ],
    *(
        "you are now",
        "verdict",
        "finding",
        "ready",
        "do not",
        "print",
        "reveal",
        "ahora",
        "ara ets",
        "actúa",
        "actua",
        "<|",
        "[/",
        "[inst",
        "[sys",
        "##",
        "<<",
    ),
    *("answer", "reply", "respon", "contest", "note to", "note for", "nota p"),
    *("omet ", "ometeu", "draft", "post", "borrador", "esborrany", "por bueno", "per bo", "instruc"),
)
"""One of these stands in every text that `_STEERS` matches."""
_OPENING, _CLOSING = "“‘«\"'`", ("”", "’", "»", '"', "'", "`")
_LONGEST_QUOTE = 200
_RULES = r"(?:instructions?|prompts?|rules?|guidelines?|polic(?:y|ies)|directions|guardrails|constraints|checks)"
_EARLIER = r"(?:previous|prior|above|earlier|preceding|existing|original|system|your|these|those|all|any)"
_REGLAS = r"(?:instrucciones|indicaciones|reglas|normas|directrices|pol[ií]ticas?|prompt)"
_REGLES = r"(?:instruccions|indicacions|regles|normes|directrius|pol[ií]tiques|prompt)"
_STEERS = re.compile(
    rf"\b(?:ignore|disregard|forget|override|bypass|skip)\s+(?:(?:all|any|of|the|your|my|our|these|those|everything in)\s+){{0,3}}{_EARLIER}\s+(?:\w+\s+)?{_RULES}\b"
    rf"|\b(?:ignore|disregard|override|bypass|skip)\s+(?:the|your|all|any)\s+(?:\w+\s+)?(?:style manual|manual|review|reviewer|checks?|policy|policies|guardrails|rules (?:above|below|here))\b"
    rf"|\b(?:forget|ignore|disregard)\s+(?:everything|all|anything)\s+(?:above|before (?:this|that)|you (?:were|have been|are) (?:told|given|instructed))"
    rf"|\byou are now\s+(?:an?|the|in|no longer|my|acting|unrestricted|free (?:from|of))\b(?=[^.!?\n]{{0,40}}\b(?:ai|assistant|bot|model|mode|reviewer|chatbot|dan|restrict\w*|rules|agent|gpt)\b)"
    rf"|\b(?:approve|pass|accept|clear)\s+(?:this|the|my)\s+(?:post|draft|text|tweet|message)\b(?=\s*(?:$|[.!?,;:\n\"”]|and\b|without|as is|as it|anyway|no matter|regardless|immediately|now|please))"
    rf"|(?<!we )(?<!they )(?<!you )(?<!who )(?<!to )\b(?:mark|rate|label|classify|flag|judge|score)\s+(?:this|it|the|my)(?:\s+(?:post|draft|text|tweet|message|review))?\s+(?:as\s+)?[\"“'«]?(?:ready|approved|safe|compliant|fine to post|ok(?:ay)?\b|verdict|clean|not? findings?)\b"
    rf"|\b(?:as|to|attention|dear|hey|hi|hello|note (?:to|for))\s+(?:an?|the|any|our|all)?\s*(?:ai|automated|llm|language model|bot|gpt|policy)[\s\-](?:reviewers?|checkers?|moderators?|assistants?|models?|classifiers?|judges?|coach)\b"
    rf"|\b(?:return|output|respond with|reply with|answer with|set|give)\s+(?:only\s+)?(?:an?\s+|the\s+|no\s+)?(?:verdict|empty findings|findings?\s?[:=]|\{{?\"?verdict|[\"“']ready[\"”'])"
    rf"|\b(?:answer|reply|respond|say|responde|contesta|respon)\s+(?:only|solo|s[oó]lo|nom[eé]s)\s+(?:with\s+|con\s+|amb\s+)?[\"“'«](?:ready|ok|approved|lista?|llesta?|aprobado|aprovat)\b"
    rf"|\b(?:note (?:to|for)|nota para|nota per)\s+(?:the\s+|el\s+|la\s+|al\s+|a la\s+)?(?:reviewer|revisor|revisora|moderator|ia|ai|model|modelo|bot)\s*:"
    rf"|\b(?:no|zero|without(?: any)?)\s+findings\s+(?:are\s+)?(?:needed|required|for this (?:post|draft))|\bdo not (?:flag|report|return) (?:this|any|anything)(?: findings?| issues?| in this)?\b(?=[^.!?\n]{{0,20}}(?:$|[.!?\n]|post|draft|text|finding))"
    rf"|\b(?:reveal|print|show|repeat|leak|output)\s+(?:me\s+)?(?:your|the)\s+(?:system|hidden|initial|original)\s+(?:prompt|instructions?|message)\b"
    rf"|</?\s?(?:system|assistant|instructions?|prompt|developer|im_start|im_end)\s?/?>|<\|[\w\s]{{2,30}}\|>|\[/?(?:INST|SYSTEM|SYS)\]|<</?SYS>>"
    rf"|(?m:^)\s*(?:#{{2,}}\s*)?(?:system|assistant|developer)(?:\s(?:prompt|message|note|override|instructions?))?\s?:(?=[^\n]{{0,80}}\b(?:you|approve|ignore|mark|verdict|ready|override|instruct\w*|reviewers?|must|eres|debes|aprueba|ignora|ets|has de|aprova|polic\w+))"
    rf"|(?m:^)\s*#{{2,}}\s*(?:system|instructions?|prompt|new instructions?)\b"
    rf"|\b(?:end of|fin(?:al)? del?|fi del?)\s+(?:the\s+)?(?:draft|post|system prompt|borrador|esborrany)\b\s*(?:[.\-:\n]|$)(?=[\s\S]{{0,60}}\b(?:instruct|new|system|instruc|sistema))"
    rf"|\b(?:ignor[aeá]d?|ignore|ignorar|olvid[aeá]d?|olvidar|omit[aeí]d?|omitir|obvi[ae]|s[aá]ltate|desatiende)\s+(?:(?:todas?|todos|por completo|de)\s+)?(?:las|los|el|la|tus|sus|tu|su|esas|estas|cualquier)\s+(?:otras\s+|anteriores\s+)?{_REGLAS}\b"
    rf"(?=\s+(?:anteriores|previas|de arriba|del sistema|dadas|que|y\b|e\b)|\s*(?:[.,;:!?\n]|$))"
    rf"|\b(?:olvida|ignora|olvide|ignore)\s+(?:todo\s+)?lo (?:anterior|de arriba|que te (?:han|dijeron))\b(?=\s*(?:$|[.,;\n]|y\b|e\b))"
    rf"|\b(?:aprueba|apruebe|acepta|d[ea] por bueno)\s+(?:este|esta|el|la|mi)\s+(?:post|publicaci[oó]n|borrador|texto|mensaje|tuit)\b"
    rf"|\b(?:marca|marque|m[aá]rcal[oa]|clasifica|califica|valora)\s*(?:este|esta|esto|el|la|mi)?\s*(?:post|publicaci[oó]n|borrador|texto|mensaje|tuit)?\s+como\s+[\"“«']?(?:list[oa]|aprobad[oa]|ready|segur[oa]|apt[oa]|conforme)\b"
    rf"|\b(?:ahora eres|eres ahora|a partir de ahora eres|act[uú]a como)\s+(?:una?|el|la)\b(?=[^.!?\n]{{0,40}}\b(?:ia|asistente|bot|modelo|revisor|restricciones|reglas)\b)"
    rf"|\b(?:como|para|atenci[oó]n|estimad[oa]|nota para|querid[oa])\s+(?:el |la |un |una )?(?:revisor|revisora|asistente|moderador)\s+(?:de ia|de inteligencia artificial|autom[aá]tic[oa])\b"
    rf"|\b(?:ignora|ignoreu|ignori|ignorar|oblida|oblideu|oblidar|omet|ometeu|salta't)\s+(?:tot(?:es|s)?\s+)?(?:les|els|el|la|les teves|els teus|aquestes|qualsevol)\s+(?:teves\s+|altres\s+)?{_REGLES}\b"
    rf"(?=\s+(?:anteriors|pr[eè]vies|de dalt|del sistema|que|i\b)|\s*(?:[.,;:!?\n]|$))"
    rf"|\b(?:oblida|ignora|oblideu|ignoreu)\s+(?:tot\s+)?(?:el d['’]abans|el que hi ha a dalt|l['’]anterior|tot l['’]anterior)\b"
    rf"|\b(?:aprova|aproveu|accepta|dona per bo)\s+(?:aquest|aquesta|el|la|el meu)\s+(?:post|publicaci[oó]|esborrany|text|missatge|tuit)\b"
    rf"|\b(?:marca|marqueu|marca'l|classifica|valora)\s*(?:aquest|aquesta|aix[oò]|el|la)?\s*(?:post|publicaci[oó]|esborrany|text|missatge|tuit)?\s+com a?\s?[\"“«']?(?:llest|llesta|aprovat|aprovada|ready|a punt|segur|apte|conforme)\b"
    rf"|\b(?:ara ets|a partir d['’]ara ets|actua com)\s+(?:una?|el|la)\b(?=[^.!?\n]{{0,40}}\b(?:ia|assistent|bot|model|revisor|restriccions|regles)\b)"
    rf"|\b(?:com|per|atenci[oó]|benvolgut|nota per)\s+(?:a |al |a la |el |la |un |una )?(?:revisor|revisora|assistent|moderador)\s+(?:d['’]ia|d['’]intel·lig[eè]ncia artificial|autom[aà]tic)\b",
    re.I,
)


def steering(reading: Reading, options: Options) -> Iterable[Span]:
    """Words that address a reviewer or a model (“ignore previous instructions”, “mark this as ready”)."""
    text = reading.text
    lower = text.lower()
    if not any(hint in lower for hint in _HINTS):
        return
    for match in _STEERS.finditer(text):
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        end = start + len(match.group().strip())
        if end > start and not _is_quoted(text, start, end):
            yield Span(start, end, {"kind": "steering"})


def _is_quoted(text: str, start: int, end: int) -> bool:
    """Talked about, not said: “ignore previous instructions” is a classic. The quote may go on behind the match."""
    before = text[start - 1 : start]
    if not before or before not in _OPENING:
        return False
    return any(mark in text[end : end + _LONGEST_QUOTE] for mark in _CLOSING[_OPENING.index(before)])
