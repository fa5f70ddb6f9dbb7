"""The manual of the tests' company: a section a passage, in three languages."""

from __future__ import annotations

from bot.manual.models import Passage

_SECTIONS: dict[str, dict[str, str]] = {
    "claims": {
        "en": "Say what you measured. Never guarantee a result without a public source. Our page 12 lists 40 studies.",
        "es": "Di lo que mediste. Nunca garantices un resultado sin una fuente pública. Menos es más.",
        "ca": "Digues el que has mesurat. No garanteixis mai un resultat sense una font pública. Menys és més.",
    },
    "people": {
        "en": "Ask people before you show or name them. Speak of others as if they were in the room.",
        "es": "Pregunta a las personas antes de mostrarlas. Habla de los demás como si estuvieran delante.",
        "ca": "Pregunta a les persones abans de mostrar-les. Parla dels altres com si fossin al davant.",
    },
    "secrets": {
        "en": "Passwords and keys never leave the house. Products that are not announced stay with us.",
        "es": "Las contraseñas y las claves no salen de casa. Los productos no anunciados se quedan aquí.",
        "ca": "Les contrasenyes i les claus no surten de casa. Els productes no anunciats es queden aquí.",
    },
    "disclosure": {
        "en": "When you recommend what we make, say that you work here.",
        "es": "Cuando recomiendes lo que hacemos, di que trabajas aquí.",
        "ca": "Quan recomanis el que fem, digues que hi treballes.",
    },
    "voice": {
        "en": "Write as you speak. Short posts are read to the end. Nobody needs to be told what to think of a post.",
        "es": "Escribe como hablas. Los textos cortos se leen hasta el final.",
        "ca": "Escriu com parles. Els textos curts es llegeixen fins al final.",
    },
    "crisis": {
        "en": "While something is broken, only the status page speaks. Wait before you comment.",
        "es": "Mientras algo esté roto, solo habla la página de estado. Espera antes de comentar.",
        "ca": "Mentre alguna cosa estigui trencada, només parla la pàgina d'estat. Espera abans de comentar.",
    },
}

PASSAGES = {
    f"manual/{language}.md#{anchor}": Passage(
        id=f"manual/{language}.md#{anchor}",
        manual="manual",
        language=language,
        version="0" * 12,
        anchor=anchor,
        heading=(anchor.title(),),
        text=text,
    )
    for anchor, editions in _SECTIONS.items()
    for language, text in editions.items()
}
