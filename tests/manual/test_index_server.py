"""The index on a real Chroma server: built once for all who share it, checked, mended; a server that fails is named."""

from __future__ import annotations

import http.server
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.manual import index_server
from bot.manual.index import Index, open_index
from bot.manual.search import open_manual
from bot.manual.sources import publish
from bot.manual.store import ManualError
from tests.manual.chroma_server import ChromaServer
from tests.manual.conftest import CountingEmbedder
from tests.manual.test_index import right, some_passages


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    server = ChromaServer(tmp_path_factory.mktemp("chroma"))
    yield server
    server.stop()


@pytest.fixture
def server(running: ChromaServer) -> ChromaServer:
    """The server with nothing on it."""
    client = client_of(running)
    for collection in client.list_collections():
        client.delete_collection(collection.name)
    return running


def client_of(server: ChromaServer) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.HttpClient("127.0.0.1", server.port, settings=Settings(anonymized_telemetry=False))


def names(server: ChromaServer) -> list[str]:
    return sorted(collection.name for collection in client_of(server).list_collections())


def opened(
    server: ChromaServer, data: Path, version: str = "a", embedder: CountingEmbedder | None = None, **more: Any
) -> Index:
    return open_index(data, some_passages(20, version), embedder or CountingEmbedder(), chroma_url=server.url, **more)


def test_it_is_built_once_and_opened_again_by_others(server: ChromaServer, data: Path, tmp_path: Path) -> None:
    said: list[str] = []
    embedder = CountingEmbedder()
    first = opened(server, data, embedder=embedder, notice=said.append)
    assert right(first, embedder, some_passages(20))
    assert names(server) == [first.name]
    elsewhere = CountingEmbedder()
    again = opened(server, tmp_path / "another computer", embedder=elsewhere, notice=said.append)
    assert again.name == first.name
    assert elsewhere.seen == []
    assert right(again, embedder, some_passages(20))
    assert said == []
    assert not (data / "chroma").exists()


def test_search_finds_the_same_on_a_server_as_in_a_folder(server: ChromaServer, data: Path, manual: Path) -> None:
    publish(data, manual)
    in_folder, on_server = open_manual(data), open_manual(data, chroma_url=server.url)
    for query in ("may I promise a result?", "¿puedo enseñar la cara de alguien?", "com he d'escriure?"):
        assert on_server.search(query) == in_folder.search(query)


def _half_built(client: Any, name: str) -> None:
    client.get_collection(name, embedding_function=None).modify(metadata={"complete": False})


def _emptied(client: Any, name: str) -> None:
    client.get_collection(name, embedding_function=None).delete(ids=["3", "4"])


def _other_vectors(client: Any, name: str) -> None:
    collection = client.get_collection(name, embedding_function=None)
    keys = collection.get(include=[])["ids"]
    collection.update(ids=keys, embeddings=[[1.0] + [0.0] * 31] * len(keys))


def _other_marker(client: Any, name: str) -> None:
    collection = client.get_collection(name, embedding_function=None)
    collection.modify(metadata={**collection.metadata, "probes": "not JSON"})


@pytest.mark.parametrize(("harm", "why"), [(_emptied, "entries"), (_other_vectors, "doesn't find what is in it")])
def test_a_damaged_collection_is_rebuilt_as_a_new_one(server: ChromaServer, data: Path, harm: Any, why: str) -> None:
    old = opened(server, data)
    harm(client_of(server), old.name)
    said: list[str] = []
    embedder = CountingEmbedder()
    index = opened(server, data, embedder=embedder, notice=said.append)
    assert embedder.seen == [], "the cached vectors were enough"
    assert right(index, embedder, some_passages(20))
    assert names(server) == [index.name] != [old.name]
    assert len(said) == 1
    assert why in said[0]
    assert "rebuilt in" in said[0]


@pytest.mark.parametrize("harm", [_half_built, _other_marker])
def test_what_is_not_marked_complete_is_never_used(server: ChromaServer, data: Path, harm: Any) -> None:
    old = opened(server, data)
    harm(client_of(server), old.name)
    index = opened(server, data)
    assert index.name != old.name
    assert right(index, CountingEmbedder(), some_passages(20))


def test_what_another_builds_is_left_alone_for_an_hour_and_then_removed(
    server: ChromaServer, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    being_built = f"bonvent-{'0' * 20}.{time.time_ns()}"
    client_of(server).create_collection(being_built, embedding_function=None, metadata={"complete": False})
    first = opened(server, data)
    assert names(server) == sorted([being_built, first.name])
    monkeypatch.setattr(index_server, "_ABANDONED_NS", 0)
    second = opened(server, data, "b")
    assert names(server) == sorted([first.name, second.name])


def test_the_two_newest_of_each_embedder_are_kept_and_nothing_else_is_touched(server: ChromaServer, data: Path) -> None:
    client_of(server).create_collection("somebody-elses", embedding_function=None)
    opened(server, data, "a")
    other = opened(server, data, "a", CountingEmbedder("another-model"))
    kept = [opened(server, data, version).name for version in "bcd"][1:]
    assert names(server) == sorted(["somebody-elses", other.name, *kept])


def test_one_that_began_first_and_ended_last_leaves_no_third_behind(
    server: ChromaServer, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(server, data, "a")
    newest = opened(server, data, "b").name
    began = time.time_ns() - 60 * 10**9
    monkeypatch.setattr(index_server.time, "time_ns", lambda: began)
    late = opened(server, data, "c").name
    assert names(server) == sorted([newest, late])


def test_a_process_keeps_its_answers_while_another_publishes(server: ChromaServer, data: Path) -> None:
    index = opened(server, data)
    opened(server, data, "b")
    assert right(index, CountingEmbedder(), some_passages(20))


BUILD = """
import sys
from pathlib import Path
sys.path[:0] = [{root!r}]
from tests.manual.conftest import CountingEmbedder
from tests.manual.test_index import right, some_passages
from bot.manual.index import open_index
import chromadb
print("ready", flush=True)
sys.stdin.readline()
embedder, passages = CountingEmbedder(), some_passages(120)
index = open_index(Path({data!r}), passages, embedder, chroma_url={url!r})
print("right" if right(index, embedder, passages) else "wrong", flush=True)
"""


def start_build(server: ChromaServer, data: Path) -> subprocess.Popen[str]:
    code = BUILD.format(root=str(Path(__file__).resolve().parents[2]), data=str(data), url=server.url)
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def test_three_processes_build_at_once_and_all_answer_right(server: ChromaServer, tmp_path: Path) -> None:
    processes = [start_build(server, tmp_path / str(number)) for number in range(3)]
    for process in processes:
        go(process)
    assert [process.communicate(timeout=60)[0] for process in processes] == ["right\n"] * 3
    passages = some_passages(120)
    embedder = CountingEmbedder()
    index = open_index(tmp_path / "0", passages, embedder, chroma_url=server.url)
    assert right(index, embedder, passages)
    assert len(names(server)) <= 3, "each may still be in use"
    newer = opened(server, tmp_path / "0", "newer")
    assert len(names(server)) == 2, "with the next publication only one of them stays"
    assert newer.name in names(server)


@pytest.mark.parametrize("after_ms", [10, 60])
def test_kill_in_the_middle_of_a_build(server: ChromaServer, data: Path, after_ms: int) -> None:
    process = start_build(server, data)
    go(process)
    time.sleep(after_ms / 1000)
    process.kill()
    process.communicate()
    passages = some_passages(120)
    embedder = CountingEmbedder()
    assert right(open_index(data, passages, embedder, chroma_url=server.url), embedder, passages)


def test_a_collection_that_vanished_under_a_search_is_built_again(
    server: ChromaServer, data: Path, manual: Path
) -> None:
    publish(data, manual)
    said: list[str] = []
    opened = open_manual(data, chroma_url=server.url, notice=said.append)
    before = opened.search_draft("We promise a result.")
    for name in names(server):
        client_of(server).delete_collection(name)
    assert opened.search_draft("We promise a result.") == before
    assert len(names(server)) == 1


def test_a_server_that_comes_back_is_used_again_and_nothing_is_rebuilt(tmp_path: Path, data: Path) -> None:
    server = ChromaServer(tmp_path / "chroma")
    try:
        said: list[str] = []
        index = opened(server, data, notice=said.append)
        server.stop()
        with pytest.raises(ManualError, match=r"no Chroma server can be reached at http://127.0.0.1:\d+"):
            right(index, CountingEmbedder(), some_passages(20))
        server.start()
        assert right(index, CountingEmbedder(), some_passages(20))
        assert opened(server, data, notice=said.append).name == index.name
        assert said == []
    finally:
        server.stop()


def test_no_server_is_named_in_one_line(data: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(
        ManualError, match=r"no Chroma server can be reached at .*: start it, or check BONVENT_CHROMA_URL$"
    ):
        open_index(data, some_passages(3), CountingEmbedder(), chroma_url=url)


def test_another_server_is_told_from_a_chroma_server(data: Path) -> None:
    other = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    try:
        with pytest.raises(ManualError, match=r"is no Chroma server that we know: check BONVENT_CHROMA_URL$"):
            open_index(data, some_passages(3), CountingEmbedder(), chroma_url=f"http://127.0.0.1:{other.server_port}")
    finally:
        other.shutdown()
        other.server_close()


def test_a_server_that_never_answers_is_not_waited_for(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_server, "_ANSWER_S", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ManualError, match="didn't answer in"):
            open_index(data, some_passages(3), CountingEmbedder(), chroma_url=url)


@pytest.mark.parametrize(
    "url",
    ["localhost:8000", "ftp://host", "http://", "http://host:port", "http://me:secret@host:1", "http://host/path"],
)
def test_what_is_no_address_is_said_before_anything_is_tried(data: Path, url: str) -> None:
    with pytest.raises(ManualError, match=r"write http://host:8000") as raised:
        open_index(data, some_passages(3), CountingEmbedder(), chroma_url=url)
    assert "secret" not in str(raised.value)
