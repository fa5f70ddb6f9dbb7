"""The other commands: search, ingest, policy, init, chat, doctor, eval."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.datafile import load
from bot.policy.company import Company
from tests.cli.conftest import Run
from tests.conftest import SHIPPED


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """A copy of the shipped knowledge that a test may change."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "mine"))


def test_search_gives_passages_as_text_and_as_json(run: Run) -> None:
    hits = json.loads(run("search", "may I post a photo of a colleague?", "--k", "3", "--format", "json").out)
    assert len(hits) == 3
    assert hits[0].keys() == {"passage", "manual", "heading", "text", "score"}
    assert hits[0]["score"] >= hits[1]["score"]
    assert "1. " in run("search", "colleague").out


def test_search_answers_a_file_in_order(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "queries.jsonl"
    file.write_text(
        '{"id": "a", "query": "embargo"}\n{"id": "b", "query": ""}\n{"id": "c", "query": "fotos"}\n', "utf-8"
    )
    ran = run("search", "--jsonl", str(file))
    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert [a["id"] for a in answers] == ["a", "b", "c"]
    assert answers[0]["results"]
    assert "empty" in answers[1]["error"]
    assert ran.code == 2


def test_ingest_says_what_was_added_changed_and_removed(run: Run, tmp_path: Path) -> None:
    data, handbook = tmp_path / "data", tmp_path / "handbook"
    handbook.mkdir()
    (handbook / "one.md").write_text("# One\n\nAlways greet the harbour master.\n", "utf-8")
    (handbook / "two.md").write_text("# Two\n\nNever whistle on deck.\n", "utf-8")
    assert "2 passages added" in run("ingest", str(handbook), data=data).out
    (handbook / "two.md").unlink()
    (handbook / "one.md").write_text("# One\n\nAlways greet the harbour master twice.\n", "utf-8")
    (handbook / "empty.md").write_text("", "utf-8")
    ran = run("ingest", str(handbook), data=data)
    assert "0 passages added, 1 changed, 1 removed" in ran.out
    assert "empty.md" in ran.out
    assert ran.code == 0
    found = json.loads(run("search", "harbour", "--format", "json", data=data).out)
    assert [h["manual"] for h in found] == ["handbook"]
    assert "handbook: 1 files, 1 passages" in run("ingest", "--list", data=data).out
    assert "retired" in run("ingest", "--retire", "handbook", data=data).out


def test_ingest_of_a_missing_path_says_how_to_remove_a_source(run: Run, tmp_path: Path) -> None:
    ran = run("ingest", str(tmp_path / "gone.pdf"), data=tmp_path / "data")
    assert ran.code == 2
    assert "--retire" in ran.err


def test_the_shipped_policy_passes_its_own_check(run: Run) -> None:
    ran = run("policy", "check")
    assert ran.code == 0, ran.out
    assert "All examples pass" in ran.out
    assert "suspended" not in ran.out


def test_a_lost_quote_suspends_its_rule_and_the_check_names_it(run: Run, knowledge: Path, tmp_path: Path) -> None:
    for file in (knowledge / "manual" / "en").glob("*.md"):
        text = file.read_text("utf-8")
        file.write_text(text.replace("If a secret has slipped out", "If something has slipped out"), "utf-8")
    ran = run("policy", "check", "--knowledge", str(knowledge), data=tmp_path / "data")
    assert ran.code == 0
    assert "suspended: credentials." in ran.out
    assert "(en)" in ran.out


def test_check_fails_on_a_broken_example_and_on_a_term_that_none_exercises(run: Run, knowledge: Path) -> None:
    file = knowledge / "policy" / "own.yaml"
    rule = (SHIPPED / "policy" / "secrets.yaml").read_text("utf-8")
    assert "credentials.password" in rule
    file.write_text(
        """
rules:
  - id: tone.own
    severity: consider
    match: {terms: [blimey, crikey]}
    message: {en: "“{match}” is strong."}
    fix: {en: "Soften it."}
    manual: {ref: voice, quote: {en: "One post carries one idea, and the second idea is your next post."}}
    tests: {bad: ["oh [[blimey]]"], good: ["oh my"]}
""",
        "utf-8",
    )
    ran = run("policy", "check", "--knowledge", str(knowledge))
    assert ran.code == 1
    assert "not exercised: tone.own: term “crikey”" in ran.out
    file.write_text(
        file.read_text("utf-8").replace("oh [[blimey]]", "oh dear").replace("blimey, crikey", "blimey"), "utf-8"
    )
    ran = run("policy", "check", "--knowledge", str(knowledge))
    assert ran.code == 1
    assert "failed: tone.own: finds nothing in “oh dear”" in ran.out


def test_a_broken_rule_file_names_file_and_line(run: Run, knowledge: Path) -> None:
    (knowledge / "policy" / "own.yaml").write_text("rules:\n  - id: tone.x\n    severty: consider\n", "utf-8")
    ran = run("policy", "check", "--knowledge", str(knowledge))
    assert ran.code == 2
    assert "own.yaml:3" in ran.err
    assert "Did you mean “severity”?" in ran.err


def test_explain_shows_rule_passage_and_examples(run: Run) -> None:
    out = run("policy", "explain", "credentials.password").out
    for part in ("must-fix", "rests on", "bad examples", "good examples", "secrets.yaml"):
        assert part in out
    ran = run("policy", "explain", "credentials.pasword")
    assert (ran.code, "did you mean credentials.password" in ran.err) == (2, True)
    assert "credentials.password" in run("policy", "explain").out


def test_init_copies_everything_and_never_over_something(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / "acme"
    ran = run("init", str(mine))
    assert ran.code == 0
    for part in ("company.yaml", "networks.yaml", "manual/en", "policy", "prompts", "program.yaml", "campaigns"):
        assert (mine / part).exists()
    again = run("init", str(mine))
    assert (again.code, "not empty" in again.err) == (2, True)


def test_bare_init_has_nothing_of_the_fictional_company_and_its_rules_work(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / "acme"
    run("init", "--bare", str(mine))
    own = [mine / name for name in ("company.yaml", "program.yaml", "angles.yaml", "ambassadors.yaml")]
    for file in [*own, *mine.rglob("manual/*/*.md")]:
        for theirs in ("Tebiora", "heat-pumps", "solar"):
            assert theirs not in file.read_text("utf-8"), (file, theirs)
    assert not (mine / "campaigns").exists()
    company = load(mine / "company.yaml", Company)
    assert set(company.contacts.model_dump()) == set(YAML(typ="safe").load(mine / "company.yaml")["contacts"])
    assert Company.model_fields.keys() == YAML(typ="safe").load(mine / "company.yaml").keys()
    ran = run("policy", "check", "--knowledge", str(mine), data=tmp_path / "data")
    assert ran.code == 0, ran.out
    assert "suspended" not in ran.out
    review = run("review", "The password is Tramuntana2026!", "--knowledge", str(mine), data=tmp_path / "data")
    assert review.code == 1


def test_chat_reviews_explains_and_ends(run: Run) -> None:
    said = "/network x\nfor x: The password is Tramuntana2026!\n.\n/why 1\n/manual embargo\n/nonsense\n/quit\n"
    ran = run("chat", "--no-model", stdin=said)
    assert ran.code == 0
    for part in ("can't block anything", "for X", "Tramuntana2026!", "ask a human", "/why N"):
        assert part in ran.out


def test_chat_stays_when_the_person_slips(run: Run) -> None:
    ran = run("chat", "--no-model", stdin="/network linkdin\nfor nowhere: hello there\n.\n/quit\n")
    assert ran.code == 0
    assert ran.out.count("unknown network") == 1
    assert "“for nowhere" not in ran.out


def test_chat_answers_what_is_no_draft(run: Run) -> None:
    said = (
        "hi!\n.\nMay I name a customer?\n.\nfor LinkedIn: Our pump is 100% guaranteed to save you money.\n.\n"
        "why the first?\n.\nshorter\n.\nthanks!\n.\n/quit\n"
    )
    ran = run("chat", "--no-model", stdin=said)
    assert ran.code == 0
    for part in ("agreed to be named", "guaranteed", "need a language model", "You're welcome."):
        assert part in ran.out, part


def test_doctor_says_what_works_and_how_to_mend_the_rest(run: Run) -> None:
    ran = run("doctor")
    assert ran.code == 0, ran.out
    for part in ("✓ knowledge", "✓ rules", "✓ manual", "OPENAI_API_KEY"):
        assert part in ran.out
    checks = json.loads(run("doctor", "--format", "json").out)
    assert {"name", "state", "says", "mend"} == checks[0].keys()


def test_doctor_finds_a_dead_endpoint(run: Run) -> None:
    ran = run("doctor", OPENAI_API_KEY="sk-test", OPENAI_BASE_URL="http://127.0.0.1:9/v1", BONVENT_MODEL="m")
    assert ran.code == 2
    assert "✗ model" in ran.out
    assert "OPENAI_BASE_URL" in ran.out
    assert "sk-test" not in ran.out


def test_a_wrong_setting_is_one_line(run: Run) -> None:
    ran = run("doctor", BONVENT_EMBEDDER="word2vec")
    assert ran.code == 2
    assert "BONVENT_EMBEDDER" in ran.err


def test_eval_measures_a_file_of_drafts(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "drafts.jsonl"
    lines = [
        {"id": "1", "text": "The password is Tramuntana2026!", "network": "x", "lang": "en", "verdict": "hold",
         "kind": "flawed", "labels": [{"category": "credentials", "quote": "Tramuntana2026!"}]},
        {"id": "2", "text": "A good day on the roof.", "network": "x", "lang": "en", "verdict": "ready", "kind": "fine",
         "labels": []},
    ]  # fmt: skip
    file.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    chart = tmp_path / "chart.svg"
    ran = run("eval", str(file), "--no-model", "--format", "json", "--chart", str(chart))
    assert ran.code == 0, ran.err
    quality = json.loads(ran.out)["quality"]
    assert quality["categories"]["credentials"]["precision"] == 1.0
    assert chart.read_text("utf-8").startswith("<svg")
