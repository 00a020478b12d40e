"""What calls reach, recorded and replayed: each kind of request, and damaged recordings."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from atoll.connections import DgraphMutation, DgraphResult, Neo4jResult, SqlResult
from atoll.host.context import Services
from atoll.host.errors import HostError
from atoll.manifest import parse_manifest
from atoll.recording import BadRecording, Library, NoRecording, Tape, taped
from atoll.recording.content import to_bytes
from atoll.recording.http import TapedHttp
from atoll.recording.models import information
from atoll.recording.tape import MOST


def test_a_model_has_its_interface_without_the_app_behind_it() -> None:
    manifest = parse_manifest(
        json.dumps(
            {
                "models": {
                    "near": {"sourceModel": "all-minilm-l6-v2", "connection": "local"},
                    "far": {"connection": "api"},
                },
                "connections": {"api": {"type": "http", "endpoint": "https://a/v1/messages"}},
            }
        )
    )
    assert information(manifest, "near").interface == "openai-embeddings"
    assert information(manifest, "far").interface == "anthropic"


MANIFEST = parse_manifest(
    json.dumps(
        {
            "endpoints": {},
            "models": {
                "writer": {"sourceModel": "m", "connection": "api", "path": "v1/chat/completions"}
            },
            "connections": {
                "api": {"type": "http", "baseUrl": "http://127.0.0.1:9/"},
                "shop": {"type": "http", "endpoint": "http://127.0.0.1:9/graphql"},
                "db": {"type": "postgresql", "connString": "postgresql://127.0.0.1:1/x"},
                "graph": {
                    "type": "neo4j",
                    "dbUri": "bolt://127.0.0.1:1",
                    "username": "a",
                    "password": "b",
                },
                "facts": {"type": "dgraph", "connString": "dgraph://127.0.0.1:1?sslmode=disable"},
            },
        }
    ),
    path=Path("modus.json"),
)
Ask = Callable[[Services], Any]


class Pieces:
    """A body that comes in pieces, of which the last fails."""

    status, phrase, headers = 200, "OK", {"Content-Type": "text/plain"}

    def __init__(self) -> None:
        self.left: list[bytes] = ["é".encode()[:1], "é".encode()[1:], b"\xff"]
        self.closed = False

    async def __anext__(self) -> bytes:
        if not self.left:
            raise HostError("CONNECTION_LOST", "gone")
        return self.left.pop(0)

    async def aclose(self) -> None:
        self.closed = True


class Everything:
    """All services; each answer says how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def info(self, name: str) -> Any:
        return SimpleNamespace(name=name, full_name="m", interface="openai")

    async def invoke(self, name: str, input: str) -> str:
        self.asked += 1
        return f'{{"asked": {self.asked}, "price": 1.10}}'

    async def stream(self, name: str, input: str) -> AsyncIterator[str]:
        self.asked += 1
        for piece in ("one", "two"):
            yield piece

    async def fetch(self, *request: Any) -> Any:
        self.asked += 1
        body = b"\xff\x00" + str(self.asked).encode()
        return SimpleNamespace(status=200, phrase="OK", headers={"A": "b"}, body=body)

    async def post(self, connection: str, body: bytes) -> Any:
        self.asked += 1
        return SimpleNamespace(status=200, phrase="OK", headers={}, body=b'{"data": {"a": 1}}')

    async def sql(self, *request: Any, rows: bool) -> SqlResult:
        self.asked += 1
        return SqlResult(b'[{"price":1.10}]' if rows else None, 1, 5)

    async def neo4j(self, *request: Any) -> Neo4jResult:
        self.asked += 1
        return Neo4jResult(["a", "b"], [(b"1.10", b'{"x":null}'), (b'"t"', b"[]")])

    async def dgraph(self, *request: Any) -> DgraphResult:
        self.asked += 1
        return DgraphResult('{"people":[{"age":1.0}]}', {"new": "0x1"})

    async def alter_dgraph(self, *request: Any) -> None:
        self.asked += 1

    drop_dgraph_attribute = drop_all_of_dgraph = alter_dgraph

    def app(self, name: str) -> str | None:
        return None


@pytest.mark.parametrize("mode", ["none", "once", "all"])
def test_collections_are_the_app_s_own(tmp_path: Path, mode: Any) -> None:
    collections, own = object(), Everything()
    services = Services(own, own, own, own, collections)  # type: ignore[arg-type]  # not asked
    tape = Tape(Library(tmp_path), mode)
    assert taped(tape, MANIFEST)(services).collections is collections
    assert taped(tape, MANIFEST)(None).collections is None


class Streaming(Everything):
    def __init__(self) -> None:
        super().__init__()
        self.pieces = Pieces()

    async def stream(self, *request: Any) -> Any:  # type: ignore[override]  # that of HTTP
        return self.pieces


@pytest.fixture
def everything() -> Everything:
    return Everything()


def recorder(folder: Path, own: Any, mode: Any = "once", http: Any = None) -> Services:
    services = Services(own, http or own, own, own)
    return taped(Tape(Library(folder), mode), MANIFEST)(services)


def player(folder: Path) -> Services:
    return taped(Tape(Library(folder), "none"), MANIFEST)(None)


def answer_of(response: Any) -> tuple[Any, ...]:
    return response.status, response.phrase, dict(response.headers), bytes(response.body)


async def fetch(services: Services) -> tuple[Any, ...]:
    url = "http://127.0.0.1:9/users"
    return answer_of(await services.http.fetch("post", url, [("A", "b")], b"\xfe"))


async def post(services: Services) -> Any:
    body = b'{"query":"{ a }","variables":{"n":1}}'
    return json.loads(answer_of(await services.http.post("", body))[3])


ASKS: dict[str, Ask] = {
    "model": lambda s: s.models.invoke("writer", '{"a": 1}'),
    "model with text": lambda s: s.models.invoke("writer", "no JSON"),
    "http": fetch,
    "graphql": post,
    "sql": lambda s: s.databases.sql("db", "postgresql", " select 1 ", "[1.10]", rows=True),
    "sql without rows": lambda s: s.databases.sql("", "postgresql", "x", "", rows=False),
    "neo4j": lambda s: s.databases.neo4j("", "", "MATCH (a)", '{"a":1}'),
    "dgraph": lambda s: s.databases.dgraph(
        "facts", "{ q }", {"$a": "1"}, [DgraphMutation(set_json='{"a":1}', condition="@if(x)")]
    ),
    "alter": lambda s: s.databases.alter_dgraph("facts", "name: string ."),
    "drop": lambda s: s.databases.drop_dgraph_attribute("facts", "name"),
    "drop all": lambda s: s.databases.drop_all_of_dgraph("facts"),
}


@pytest.mark.parametrize("kind", ASKS)
async def test_what_was_answered_is_answered_again(
    tmp_path: Path, everything: Everything, kind: str
) -> None:
    with pytest.raises(NoRecording, match=r"no recording for this request to (model|connection)"):
        await ASKS[kind](player(tmp_path))
    first = await ASKS[kind](recorder(tmp_path, everything))
    assert everything.asked == 1
    assert await ASKS[kind](recorder(tmp_path, everything)) == first
    assert everything.asked == 1
    assert await ASKS[kind](player(tmp_path)) == first


async def test_streams(tmp_path: Path, everything: Everything) -> None:
    async def read(services: Services) -> list[str]:
        return [piece async for piece in services.models.stream("writer", "{}")]

    assert await read(recorder(tmp_path, everything)) == ["one", "two"]
    assert await read(player(tmp_path)) == ["one", "two"]


async def test_streamed_bodies(tmp_path: Path) -> None:
    async def read(services: Services) -> tuple[list[bytes], str]:
        stream = await services.http.stream("GET", "http://127.0.0.1:9/", [], b"")
        found = []
        with pytest.raises(HostError) as failed:  # noqa: PT012 - at the end of the loop
            while True:
                found.append(await stream.__anext__())
        await stream.aclose()
        return found, f"{stream.status} {dict(stream.headers)} {failed.value.code}"

    own = Streaming()
    first = await read(recorder(tmp_path, Everything(), http=own))
    assert own.pieces.closed
    assert first[0] == ["é".encode()[:1], "é".encode()[1:], b"\xff"]
    assert first[1].endswith("CONNECTION_LOST")
    assert await read(player(tmp_path)) == first


async def test_secrets_in_bodies_that_are_no_text(tmp_path: Path, everything: Everything) -> None:
    services = recorder(tmp_path, everything)
    assert isinstance(services.http, TapedHttp)
    services.http._tape.redaction.learn("KEY", "s3cret-value")
    body = b"\xff\xfe name=key; s3cret-value \x00"
    await services.http.fetch("POST", "http://127.0.0.1:9/upload", [], body)
    (file,) = tmp_path.rglob("*.json")
    asked = json.loads(file.read_text())["request"]
    assert to_bytes("body", asked) == b"\xff\xfe name=key; REDACTED-KEY \x00"


async def test_many_answers_to_one_request(tmp_path: Path, everything: Everything) -> None:
    services = recorder(tmp_path, everything, "all")
    for _ in range(MOST + 5):
        await services.models.invoke("writer", "{}")
    (file,) = tmp_path.rglob("*.json")
    assert len(json.loads(file.read_text())["answers"]) == MOST


async def test_what_the_manifest_does_not_have_needs_no_recording(tmp_path: Path) -> None:
    services = player(tmp_path)
    with pytest.raises(HostError, match="Model nobody not found"):
        await services.models.invoke("nobody", "{}")
    with pytest.raises(Exception, match="no connection of the manifest leads to"):
        await services.http.fetch("GET", "http://example.com/", [], b"")
    with pytest.raises(HostError, match=r"no mysql connection \[db\]"):
        await services.databases.sql("db", "mysql", "x", "[]", rows=True)
    with pytest.raises(HostError, match="not in the manifest, or has no"):
        await services.http.post("api", b"{}")


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("model", {}),
        ("model", {"outputText": 1}),
        ("http", {}),
        ("http", {"status": "200"}),
        ("http", {"status": True}),
        ("http", {"status": 200, "headers": {}}),
        ("http", {"status": 200, "headers": [["a"]]}),
        ("http", {"status": 200, "bodyBase64": "?"}),
        ("graphql", {"status": 200, "bodyText": []}),
        ("sql", {"rowsText": None}),
        ("sql", {"rows": [], "rowsAffected": "1"}),
        ("neo4j", {"keys": ["a"], "records": [[1, 2]]}),
        ("neo4j", {"keys": ["a"], "records": [1]}),
        ("neo4j", {"keys": "a", "records": [[1]]}),
        ("neo4j", {"keys": ["a"], "recordsRaw": [[1]]}),
        ("dgraph", {"uids": {}}),
        ("dgraph", {"json": {}, "uids": []}),
    ],
)
async def test_damaged_answers(
    tmp_path: Path, everything: Everything, kind: str, answer: dict[str, Any]
) -> None:
    await ASKS[kind](recorder(tmp_path, everything))
    (file,) = tmp_path.rglob("*.json")
    recorded = json.loads(file.read_text())
    file.write_text(json.dumps({**recorded, "answers": [answer]}))
    with pytest.raises(BadRecording, match="cannot be used: ") as failed:
        await ASKS[kind](player(tmp_path))
    assert failed.value.file == file


@pytest.mark.parametrize("chunks", [None, "text", [1], [{"base64": "?"}], [None]])
async def test_damaged_streams(tmp_path: Path, everything: Everything, chunks: Any) -> None:
    async def read(services: Services) -> Any:
        return [piece async for piece in services.models.stream("writer", "{}")]

    await read(recorder(tmp_path, everything))
    (file,) = tmp_path.rglob("*.json")
    recorded = json.loads(file.read_text())
    file.write_text(json.dumps({**recorded, "answers": [{"chunks": chunks}]}))
    with pytest.raises(BadRecording, match="chunk"):
        await read(player(tmp_path))


class Endless(Everything):
    """Models whose streams have no end, and which say whether one of them is open."""

    open = False

    async def stream(self, name: str, input: str) -> AsyncIterator[str]:
        self.open = True
        try:
            while True:
                yield "more"
        finally:
            self.open = False


async def test_whoever_leaves_a_stream_ends_it_at_once(tmp_path: Path) -> None:
    everything = Endless()
    own: Any = everything
    models = taped(Tape(Library(tmp_path), "all"), MANIFEST)(Services(own, own, own, own)).models
    chunks: Any = models.stream("writer", "{}")
    assert await anext(chunks) == "more"
    assert everything.open
    await chunks.aclose()
    assert not everything.open
    (file,) = tmp_path.rglob("*.json")
    assert json.loads(file.read_text())["answers"] == [{"chunks": ["more"], "partial": True}]


async def test_a_body_is_closed_though_its_recording_cannot_be_written(tmp_path: Path) -> None:
    body, everything = Pieces(), Everything()

    async def streamed(*request: Any) -> Any:
        return body

    own: Any = everything
    everything.stream = streamed  # type: ignore[method-assign]
    (tmp_path / "file").write_text("")
    tape = Tape(Library(tmp_path / "file" / "folder"), "all")
    http = taped(tape, MANIFEST)(Services(own, own, own, own)).http
    answer = await http.stream("GET", "http://127.0.0.1:9/", [], b"")
    with pytest.raises(HostError, match="cannot be written"):
        await answer.aclose()
    assert body.closed
