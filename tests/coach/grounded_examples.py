"""Sentences that a model might write on the shipped manual: what its quotes don't say, and what they do say in other words.

Each: question, stance, sentence, and the quotes that it cites as (section, language, how the quoted sentence begins).
"""

from __future__ import annotations

Cites = tuple[tuple[str, str, str], ...]
Example = tuple[str, str, str, Cites]

_PEOPLE: Cites = (("personal-data", "en", "Ask people before you name them"),)
_LINKEDIN: Cites = (("linkedin", "en", "On LinkedIn three to five"),)
_X: Cites = (("x", "en", "On X a post holds"),)
_CUSTOMERS: Cites = (("customers", "en", "Name only customers"),)
_CRISIS: Cites = (("crisis", "en", "Don't confirm"),)
_PASSWORDS_CA: Cites = (("credentials", "ca", "Les contrasenyes"),)

SAYS_SOMETHING_ELSE: dict[str, Example] = {
    # a “never”, “only”, “before” lost or turned round
    "never lost": (
        "May I describe a customer?",
        "depends",
        "Describe a customer in such a way that people can guess who it is.",
        (("customers", "en", "Never describe"),),
    ),
    "never lost, in Catalan": (
        "Puc publicar una contrasenya vella?",
        "depends",
        "Les contrasenyes apareixen en una publicació.",
        _PASSWORDS_CA,
    ),
    "never lost, in Spanish": (
        "¿Puedo insultar a un político?",
        "depends",
        "Insulta a una persona y critica ideas con claridad.",
        (("respect", "es", "Critica ideas"),),
    ),
    "never moved": (
        "May I tell a code name as a joke?",
        "depends",
        "Code names leave the house as a joke, never as a riddle.",
        (("confidential", "en", "Internal code names"),),
    ),
    "only lost": (
        "May I use this picture?",
        "depends",
        "Use pictures, texts and music in a post.",
        (("copyright", "en", "Use only"),),
    ),
    "before lost, in Spanish": (
        "¿Puedo mostrar a un compañero?",
        "depends",
        "Muestra su cara y su nombre en la publicación.",
        (("personal-data", "es", "Pregunta"),),
    ),
    "before becomes after": ("May I show people?", "depends", "Ask people after you name them.", _PEOPLE),
    "a command denied": ("May I show people?", "depends", "Don't ask people before you show their face.", _PEOPLE),
    "don't lost": ("May I post about it?", "depends", "Confirm an outage before the company does.", _CRISIS),
    "don't lost behind a wait": (
        "May I post about it?",
        "depends",
        "Wait, then describe an incident before the company does.",
        _CRISIS,
    ),
    "don't lost in one half": (
        "May I buy shares?",
        "depends",
        "Hint whether it is time to buy or sell, and don't comment on the share price.",
        (("financial", "en", "Don't comment"),),
    ),
    "own lost": (
        "May I post my colleague's phone number?",
        "yes",
        "Yes, a phone number is yours to give.",
        (("personal-data", "en", "Your own work e-mail"),),
    ),
    # a yes or a no that the quotes don't carry
    "leave for something else": (
        "May I tell what was said in a meeting?",
        "yes",
        "Yes, what you have learned you may always tell.",
        (("confidential", "en", "What you have learned"),),
    ),
    "leave for others": (
        "May I criticise a customer?",
        "yes",
        "Yes, you may criticise people.",
        (("protected", "en", "You may criticise"),),
    ),
    "leave for some": (
        "May I share results?",
        "yes",
        "Yes, results are fine to share.",
        (("financial", "en", "Published results"),),
    ),
    "leave with its condition lost": (
        "May I post before the embargo ends?",
        "yes",
        "Yes, post as much as you like before the embargo.",
        (("embargo", "en", "Once the embargo"),),
    ),
    "leave of another quote": (
        "May I post passwords?",
        "depends",
        "Passwords you may always tell.",
        (("credentials", "en", "Passwords, keys"), ("confidential", "en", "What you have learned")),
    ),
    "leave by a verb": ("May I show people?", "depends", "The company lets you show people.", _PEOPLE),
    "leave by custom": (
        "¿Puedo mostrar a un compañero?",
        "depends",
        "Mostrar la cara de la gente es lo normal.",
        (("personal-data", "es", "Pregunta"),),
    ),
    "a no on nothing": (
        "May I post on LinkedIn?",
        "no",
        "On LinkedIn three to five hashtags at the end are enough.",
        _LINKEDIN,
    ),
    "no duty": ("Do I need a source?", "no", "No, a figure needs no source.", (("claims", "en", "Every figure"),)),
    # words of its own
    "a condition of its own": ("May I show people?", "depends", "Ask people in writing before you show them.", _PEOPLE),
    "somebody else to ask": ("May I show people?", "depends", "Ask their manager before you show people.", _PEOPLE),
    "a threat": ("May I show people?", "depends", "Ask people before you show them, or lose your job.", _PEOPLE),
    "a promise": (
        "May I criticise my director?",
        "depends",
        "You may criticise how a boss treats people, and nobody will punish you.",
        (("protected", "en", "You may criticise"),),
    ),
    "an authority": ("May I show people?", "depends", "The council wants you to ask people before.", _PEOPLE),
    "a fine, in Spanish": (
        "¿Puedo usar una imagen de Google?",
        "depends",
        "Usa solo imágenes tuyas o pagarás una multa.",
        (("copyright", "es", "Usa solo"),),
    ),
    "an exception, in Catalan": (
        "Puc mostrar un company?",
        "depends",
        "Pregunta abans de mostrar la cara, tret dels caps.",
        (("personal-data", "ca", "Pregunta"),),
    ),
    "itself": ("May I show people?", "depends", "I ask people before you show their face.", _PEOPLE),
    "a quotation of its own": (
        "May I show people?",
        "depends",
        "The manual says “show every face”, so ask people before.",
        _PEOPLE,
    ),
    "emphasis": ("May I show people?", "depends", "Ask people before you show _their face_.", _PEOPLE),
    # numbers and names
    "a number of the question": (
        "May I use 50 hashtags on LinkedIn?",
        "depends",
        "On LinkedIn 50 hashtags at the end are enough.",
        _LINKEDIN,
    ),
    "a name of the question": ("May Marta be shown?", "depends", "Ask people before, Marta agreed.", _PEOPLE),
    "a customer of the question": (
        "May I name Forn Vidalba?",
        "depends",
        "Name only customers who have agreed to be named, such as Forn Vidalba.",
        _CUSTOMERS,
    ),
    "a number of another network": (
        "How long may a post on X be?",
        "depends",
        "On X there are three thousand characters for a post.",
        (("linkedin", "en", "Three thousand"),),
    ),
    "numbers swapped": ("How long?", "depends", "A post holds 23 characters and a link weighs 280.", _X),
    "more than": (
        "How many hashtags?",
        "depends",
        "On LinkedIn more than five hashtags at the end are enough.",
        _LINKEDIN,
    ),
    "at least": (
        "How many characters on Threads?",
        "depends",
        "A post on Threads has room for at least 500 characters.",
        (("threads", "en", "A post on Threads"),),
    ),
}

EXAMPLES_OF_THE_MANUAL: dict[str, Example] = {
    "what not to write": (
        "May I apologise for the company?",
        "depends",
        "On behalf of Tebiora I apologise to all customers.",
        (("spokesperson", "en", "On behalf of Tebiora"),),
    ),
    "the rest of it": (
        "May I give a health tip?",
        "depends",
        "Claim it back, your landlord has to pay.",
        (("regulated-advice", "en", "And claim it back"),),
    ),
}

SAYS_THE_SAME: tuple[Example, ...] = (
    ("May I post a photo of a colleague?", "depends", "Ask your colleague first, and accept a no.", _PEOPLE),
    ("Can I tag a customer in a photo?", "depends", "Ask them before you tag them, and accept a no.", _PEOPLE),
    ("How many hashtags on LinkedIn?", "depends", "Three to five hashtags at the end are enough.", _LINKEDIN),
    ("Can I use more than three hashtags on X?", "no", "No, more than three read as spam.", (("x", "en", "On X use"),)),
    ("Can I name a customer?", "depends", "You can name only customers who have agreed to it.", _CUSTOMERS),
    ("Can I name a customer?", "no", "No, not unless they have agreed to be named.", _CUSTOMERS),
    (
        "May I share published results?",
        "yes",
        "Yes, published results are fine to share, together with the link to investor relations.",
        (("financial", "en", "Published results"),),
    ),
    (
        "Can I stop being an ambassador?",
        "yes",
        "Yes, being an ambassador is voluntary and you can stop on any day.",
        (("ambassadors", "en", "Being an ambassador"),),
    ),
    (
        "May I criticise my boss in public?",
        "yes",
        "Yes, you may criticise how the company or a boss treats people.",
        (("protected", "en", "You may criticise"),),
    ),
    (
        "Do I have to say that I work here in a private post?",
        "no",
        "No, a purely personal post that has nothing to do with our products needs no disclosure.",
        (("disclosure", "en", "A purely personal post"),),
    ),
    (
        "What do I do if a journalist writes to me?",
        "depends",
        "Don't answer for the company, and pass it on to the press team at press@tebiora.example.",
        (("spokesperson", "en", "If a journalist"), ("spokesperson", "en", "The address is")),
    ),
    (
        "Can I post about the share price?",
        "no",
        "No, don't comment on the share price or hint when to buy or sell.",
        (("financial", "en", "Don't comment"),),
    ),
    (
        "May I say that our pump is the best?",
        "depends",
        "Words like “the best” need a proof that a stranger can check.",
        (("claims", "en", "Words like"),),
    ),
    (
        "Does the coach block posts?",
        "no",
        "No, the decision to post is always yours.",
        (("drafts", "en", "The coach"),),
    ),
    (
        "¿Tengo que decir que trabajo aquí?",
        "yes",
        "Sí, dilo en la misma publicación cuando elogies o recomiendes lo que hacemos.",
        (("disclosure", "es", "Cuando elogies"),),
    ),
    (
        "¿Qué hago si se filtra una clave?",
        "depends",
        "Cámbiala primero y borra la publicación justo después.",
        (("credentials", "es", "Si se te ha escapado"),),
    ),
    (
        "¿Puedo usar una imagen de internet?",
        "no",
        "No, usa solo imágenes, textos y música que sean tuyos o que tengas permiso para usar.",
        (("copyright", "es", "Usa solo"),),
    ),
    ("¿Puedo publicar una foto?", "depends", "Pregunta a la gente antes de mostrar su cara y acepta un no.", _PEOPLE),
    (
        "Puc parlar d'un producte que no s'ha anunciat?",
        "no",
        "No, els productes que no s'han anunciat queden entre nosaltres fins que s'anunciïn.",
        (("confidential", "ca", "Els productes"),),
    ),
    (
        "Puc criticar la meva cap?",
        "yes",
        "Sí, pots criticar com tracta la gent l'empresa o una cap.",
        (("protected", "ca", "Pots criticar"),),
    ),
    ("Puc esmentar un client?", "depends", "Esmenta només clients que hi han estat d'acord.", _CUSTOMERS),
)
