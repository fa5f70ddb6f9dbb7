"""What tests share: knowledge folders of their own, the shipped manual embedded once, databases, and which file comes first."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests.databases import postgres, postgres_tables, sqlite, sqlite_tables, url  # noqa: F401 (fixtures)
from tests.e2e.postgres import postgres_server, postgres_url  # noqa: F401 (fixtures)

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "knowledge"

for name in [name for name in os.environ if name.startswith(("OPENAI_", "BONVENT_", "SLACK_"))]:
    os.environ.pop(name)  # a developer's own settings must not steer the tests
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = str(
    ROOT / "tests"
)  # no certificates: TLS reaches nobody, and its clients are made in no time
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # tests run side by side: more threads spin against each other

COMPANY = """
company: {name: Acme Wind, aliases: [Acmewind]}
products: {public: [Sailmaster], unreleased: [Project Falcon, Tide], internal: []}
competitors: [Globex]
embargoes: [{topic: the new plant, terms: [Reus plant], until: 2027-02-01T09:00:00+01:00}]
contacts: {press: press@acme.example}
"""
CLAIMS_RULE = """
rules:
  - id: claims.absolute
    severity: must-fix
    match: {terms: [guaranteed]}
    message: {en: "“{match}” needs a source."}
    fix: {en: Link one.}
    manual: {ref: claims, quote: {en: "Never guarantee a result without a public source."}}
    tests: {bad: ["guaranteed"], good: ["fine"]}
"""
"""A rule on the manual below; others may follow it."""
MANUAL = """
# How we post

## Claims {#claims}

Never guarantee a result without a public source.

## Secrets {#confidential}

What we haven't announced stays with us.
"""


LONGEST = ("test_nudges", "test_serving", "test_storm", "test_quarter", "test_ask_a_human", "test_front", "policy")
"""Of tests/e2e: they wait a lot, so they begin first, and what only computes fills the gaps."""
ONE_APP = "tests/e2e/policy/"
"""Its files share an app, so they go to one test process."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        parts = item.path.with_suffix("").relative_to(ROOT).parts
        if parts[:2] != ("tests", "e2e"):
            return len(LONGEST) + 1
        return LONGEST.index(parts[2]) if parts[2] in LONGEST else len(LONGEST)

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """As `--dist loadfile`, but for files that share an app."""
    from xdist.scheduler import LoadFileScheduling

    class ByApp(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return ONE_APP if nodeid.startswith(ONE_APP) else nodeid.partition("::")[0]

    return ByApp(config, log)


@pytest.fixture
def write_knowledge(tmp_path: Path) -> Callable[..., Path]:
    """Writes a knowledge folder: `write_knowledge(rules, company=…, manual=…)` gives its path."""

    def write(rules: str, company: str = COMPANY, manual: str = MANUAL) -> Path:
        folder = tmp_path / "knowledge"
        (folder / "policy").mkdir(parents=True, exist_ok=True)
        (folder / "manual" / "en").mkdir(parents=True, exist_ok=True)
        (folder / "company.yaml").write_text(textwrap.dedent(company), "utf-8")
        (folder / "networks.yaml").write_text((SHIPPED / "networks.yaml").read_text("utf-8"), "utf-8")
        (folder / "policy" / "rules.yaml").write_text(textwrap.dedent(rules).strip() + "\n", "utf-8")
        (folder / "manual" / "en" / "guide.md").write_text(textwrap.dedent(manual), "utf-8")
        return folder

    return write


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the shipped manual and the examples of questions, embedded once for all test processes. Copy it."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    data = shared / "embedded"
    with FileLock(shared / "embedded.lock"):
        if not data.is_dir():
            _embed(shared / "embedding")
            (shared / "embedding").rename(data)
    return data


def _embed(data: Path) -> None:
    environment = {**os.environ, "BONVENT_DATA": str(data), "BONVENT_EMBEDDER": "use"}
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "ask", "May I post a photo of a colleague?"],  # so its examples are, too
        cwd=ROOT,
        env=environment,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.fixture(scope="session")
def shared_data(embedded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the shipped manual that lives as long as the test process, for commands that change nothing in it."""
    return Path(shutil.copytree(embedded, tmp_path_factory.mktemp("shared") / "data"))
