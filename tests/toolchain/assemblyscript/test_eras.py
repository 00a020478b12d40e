"""Apps as generators of all versions of the SDK wrote them build without a change, and run.

Each folder of ``apps`` is for one version; ``main`` for the one that was never published. Their
functions use what the API of that version offered, also where later ones offer something else.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from atoll.guest.failure import GuestEnded, GuestFailure
from atoll.toolchain.assemblyscript.packages import find_packages
from atoll.toolchain.assemblyscript.settings import read_settings

APPS = Path(__file__).with_name("apps")
INVOKE = "modus_models.invokeModel"


@dataclass(frozen=True)
class Built:
    folder: Path
    wasm: bytes
    stderr: str

    @property
    def advice(self) -> dict[int, str]:
        """What the build tells to write instead, by line of assembly/index.ts."""
        found = re.findall(
            r"warning\[AS102\]: [^\n]*write: ([^\n]*)\n *--> assembly/\w+\.ts:(\d+)", self.stderr
        )
        return {int(line): text for text, line in found}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Built]:
    """Builds an app by the command, once."""
    done: dict[str, Built] = {}
    command = Path(sys.executable).with_name("atoll")

    def built(name: str) -> Built:
        if name not in done:
            folder = tmp_path_factory.mktemp("era") / name
            shutil.copytree(APPS / name, folder)
            # Whoever asks npm for something fails.
            environment = {**os.environ, "npm_config_registry": "http://localhost:1/"}
            run = subprocess.run(
                [command, "build", "--no-native", folder],
                env=environment,
                capture_output=True,
                text=True,
                timeout=300,
            )
            assert run.returncode == 0, run.stderr
            wasm = (folder / "build" / f"{name}-app.wasm").read_bytes()
            done[name] = Built(folder, wasm, run.stderr)
        return done[name]

    return built


class Model:
    """Answers chats one after another."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.requests: list[dict[str, Any]] = []
        self._messages = list(messages)
        self.host = {"modus_models.getModelInfo": self._info, INVOKE: self._invoke}

    def _info(self, name: str) -> dict[str, str]:
        return {"name": name, "fullName": "GPT-4o"}

    def _invoke(self, name: str, text: str) -> str:
        self.requests.append(json.loads(text))
        message = {"role": "assistant", **self._messages.pop(0)}
        return json.dumps(
            {
                "id": "1",
                "object": "chat.completion",
                "created": 1700000000,
                "model": "gpt-4o",
                "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
                "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
            }
        )


@pytest.mark.parametrize("name", ["v013", "v014", "v017", "v018", "main"])
def test_the_sources_are_as_they_were(built, name):
    folder = built(name).folder
    before = {p.relative_to(APPS / name) for p in (APPS / name).rglob("*") if p.is_file()}
    after = {p.relative_to(folder) for p in folder.rglob("*") if p.is_file()}
    made = {Path("build/modus.json"), Path(f"build/{name}-app.wasm")}
    assert after - before == made
    assert all((folder / p).read_bytes() == (APPS / name / p).read_bytes() for p in before)


@pytest.mark.parametrize("name", ["v013", "v014", "v017", "v018", "main"])
def test_npm_has_nothing_to_do(name, tmp_path):
    assert find_packages(APPS / name, read_settings(APPS / name), None, tmp_path) is None


# 0.13: messages without type parameters, conditions in strings ----------------------------------


async def test_v013_chat(built, call):
    model = Model({"content": " pears \n"})
    wasm = built("v013").wasm
    assert await call(wasm, "generateText", model.host, instruction="be", prompt="p") == "pears"
    (request,) = model.requests
    assert request["messages"] == [
        {"role": "system", "content": "be"},
        {"role": "user", "content": "p"},
    ]
    assert request["temperature"] == 0.7
    assert request["response_format"] == {"type": "json_object"}


async def test_v013_json(built, call):
    app = built("v013")
    assert app.advice == {
        7: "@omitif((self: Quote): bool => self.author == '')",
        10: "@omitif((self: Quote): bool => self.year == 0)",
    }
    assert await call(app.wasm, "quote", text="t", author="", year=0) == '{"q":"t"}'
    full = await call(app.wasm, "quote", text="t", author="Ada", year=1)
    assert json.loads(full) == {"q": "t", "a": "Ada", "year": 1}
    assert await call(app.wasm, "author", data=full) == "Ada"
    assert await call(app.wasm, "sayHello") == "Hello, World!"


async def test_v013_experimental_models(built, call):
    label = {"label": "good", "probability": 0.5}
    answers = [
        '{"predictions": [[0.5, 1], [2, 4]]}',
        json.dumps(
            {"predictions": [{"label": "good", "confidence": 0.5, "probabilities": [label]}]}
        ),
    ]
    host = {**Model().host, INVOKE: lambda name, text: answers.pop(0)}
    wasm = built("v013").wasm
    assert await call(wasm, "embed", host, texts=["a", "b"]) == [[0.5, 1.0], [2.0, 4.0]]
    found = await call(wasm, "classify", host, text="a")
    assert found == {"label": "good", "confidence": 0.5, "probabilities": [label]}


async def test_v013_collections(built, call):
    wasm = built("v013").wasm
    asked: list[Any] = []
    result = {"collection": "notes", "status": "success", "error": "", "operation": "upsert"}

    def upsert(*arguments: Any) -> Any:
        asked.append(arguments)
        return {**result, "keys": ["k1"]}

    host = {"modus_collections.upsert": upsert}
    assert await call(wasm, "addNote", host, text="t", labels=["l"]) == ["k1"]
    assert asked == [("notes", "", [], ["t"], [["l"]])]
    failing = {
        "modus_collections.upsert": lambda *_: {
            **result,
            "status": "error",
            "error": "no",
            "keys": [],
        }
    }
    with pytest.raises(GuestFailure, match="no"):
        await call(wasm, "addNote", failing, text="t", labels=[])
    near = {
        "namespace": "",
        "key": "k1",
        "text": "t",
        "labels": ["l"],
        "distance": 0.25,
        "score": 0.75,
    }
    found = {**result, "searchMethod": "by-meaning", "objects": [near]}
    search = {"modus_collections.search": lambda *arguments: asked.append(arguments) or found}
    assert await call(wasm, "findNotes", search, text="t") == [near]
    assert asked[-1] == ("notes", [], "by-meaning", "t", 3, True)


async def test_v013_databases(built, call):
    wasm = built("v013").wasm
    asked: list[Any] = []
    rows = {
        "error": None,
        "resultJson": '[{"id":1,"name":"Ada"}]',
        "rowsAffected": 3,
        "lastInsertId": 0,
    }
    sql = {"modus_sql_client.executeQuery": lambda *arguments: asked.append(arguments) or rows}
    assert await call(wasm, "getPeople", sql, olderThan=30) == [{"id": 1, "name": "Ada"}]
    assert await call(wasm, "addPerson", sql, name="Bo") == 3
    assert asked == [
        ("db", "postgresql", "select id, name from people where age > $1", "[30]"),
        ("db", "postgresql", "insert into people (name) values ($1)", 'exec:["Bo"]'),
    ]
    dgraph = {
        "modus_dgraph_client.executeQuery": lambda connection, request: {
            "Json": json.dumps(request["query"]["variables"]),
            "Uids": None,
        }
    }
    assert "$name" in await call(wasm, "queryPeople", dgraph, name="Ada")


async def test_v013_http(built, call):
    asked: list[Any] = []
    answer = {"status": 201, "statusText": "Created", "headers": {"data": {}}, "body": b""}
    host = {"modus_http_client.fetch": lambda request: asked.append(request) or answer}
    assert await call(built("v013").wasm, "getStatus", host, url="https://example.com/") == 201
    assert asked[0]["method"] == "POST"


# 0.14: a choice of tools as a string, a time as a number ----------------------------------------


def test_v014_what_to_write(built):
    any_choice = (
        "ToolChoice.Auto, ToolChoice.None, ToolChoice.Required or ToolChoice.Function(name)"
    )
    lines = (APPS / "v014" / "assembly" / "index.ts").read_text().splitlines()
    said = {lines[line - 1].strip(): advice for line, advice in built("v014").advice.items()}
    assert said == {
        "input.toolChoice = choice;": any_choice,
        'input.toolChoice = "none";': "ToolChoice.None",
        "input.toolChoice = none;": any_choice,
        'toolChoice: "required",': "ToolChoice.Required",
        "const created: i32 = output.created;": "<i32>(output.created.getTime() / 1000)",
        "if (output.created > 1000) return <i64>output.created - then;": (
            "<i64>(output.created.getTime() / 1000)"
        ),
        "return output.created;": "<i64>(output.created.getTime() / 1000)",
        "parameters: `{": "JSON.Raw.from(...)",
        'payload: JSON.Raw = "null";': 'JSON.Raw.from("null")',
        "const payload: string = envelope.payload;": "envelope.payload.data",
        "return JSON.parse<Point>(envelope.payload).x;": "envelope.payload.data",
        "if (x != 0) envelope.payload = JSON.stringify(<Point>{ x });": (
            "JSON.Raw.from(JSON.stringify(<Point>{ x }))"
        ),
    }


async def test_v014_tools(built, call):
    asked = {"id": "c1", "type": "function", "function": {"name": "getStock", "arguments": "{}"}}
    model = Model({"content": None, "tool_calls": [asked]}, {"content": "12 are left."})
    wasm = built("v014").wasm
    answer = await call(wasm, "askShop", model.host, question="Pears?", choice="auto")
    assert answer == "12 are left."
    first, second = model.requests
    assert first["tool_choice"] == "auto"
    assert first["tools"][0]["function"]["parameters"] == {"type": "object", "properties": {}}
    assert second["tool_choice"] == "none"
    assert second["messages"][-1] == {
        "role": "tool",
        "content": "getStock: 12",
        "tool_call_id": "c1",
    }


async def test_v014_other_choices(built, call):
    model = Model({"content": "a"}, {"content": "b"})
    assert await call(built("v014").wasm, "noChoice", model.host) == "a"
    assert await call(built("v014").wasm, "literalInput", model.host) == "b"
    assert "tool_choice" not in model.requests[0]
    assert model.requests[1]["tool_choice"] == "required"


async def test_v014_times(built, call):
    wasm = built("v014").wasm
    assert await call(wasm, "createdAt", Model({"content": ""}).host) == 1700000000
    model = Model({"content": ""})
    assert await call(wasm, "secondsSince", model.host, then=1699999990) == 10


async def test_v014_json_as_it_stands(built, call):
    wasm = built("v014").wasm
    assert json.loads(await call(wasm, "wrap", id="a", x=0)) == {"id": "a", "payload": None}
    text = await call(wasm, "wrap", id="a", x=7)
    assert json.loads(text) == {"id": "a", "payload": {"x": 7}}
    assert await call(wasm, "unwrap", data=text) == 7
    assert await call(wasm, "unwrap", data='{"id":"a"}') == -1


async def test_v014_names_of_its_own(built, call):
    assert await call(built("v014").wasm, "own") == "mine7"


async def test_v014_collections(built, call):
    wasm = built("v014").wasm
    result = {"collection": "notes", "status": "success", "error": "", "searchMethod": "by-meaning"}
    near = {"namespace": "", "key": "k1", "text": "", "labels": [], "distance": 0.25, "score": 0.75}
    search = {"modus_collections.searchByVector": lambda *_: {**result, "objects": [near]}}
    assert await call(wasm, "nearest", search, vector=[0.5]) == ["k1"]
    labels = {
        **result,
        "labelsResult": [{"label": "good", "confidence": 0.5}],
        "cluster": [{"key": "k1", "labels": ["good"], "distance": 0.25, "score": 0.75}],
    }
    assert (
        await call(wasm, "label", {"modus_collections.classifyText": lambda *_: labels}, text="t")
        == labels
    )


# 0.17: capitalised names, dynamic maps ----------------------------------------------------------


async def test_v017_times(built, call):
    wasm = built("v017").wasm
    host = {"modus_system.getTimeInZone": lambda zone: None if zone == "Mars" else f"now in {zone}"}
    assert await call(wasm, "getTimes", host, zone="UTC") == [
        "now in None",
        "now in UTC",
        "Asia/Tokyo",
    ]
    assert await call(wasm, "isZone", host, zone="UTC") is True
    assert await call(wasm, "isZone", host, zone="Mars") is False


async def test_v017_neo4j(built, call):
    wasm = built("v017").wasm
    node = {"ElementId": "4:1", "Labels": ["Actor"], "Props": {"name": "Ada"}}
    record = {
        "keys": ["n", "age", "at"],
        "values": [json.dumps(node), "36", '{"X": 1.5, "Y": 2, "SpatialRefId": 7203}'],
    }
    asked: list[Any] = []
    result = {"keys": ["n", "age", "at"], "records": [record]}
    host = {"modus_neo4j_client.executeQuery": lambda *each: asked.append(each) or result}
    answer = await call(wasm, "getActor", host, name="Ada")
    assert answer == "n,age,at n 3 4:1 Actor Ada Ada 36 1.5,2.0,7203"
    assert asked[0][:2] == ("movies", "neo4j")
    assert json.loads(asked[0][3]) == {"name": "Ada"}
    relation = {
        "ElementId": "5:1",
        "StartElementId": "4:1",
        "EndElementId": "4:2",
        "Type": "ACTED_IN",
        "Props": {"as": "x"},
    }
    path = {"Nodes": [node, node], "Relationships": [relation]}
    result = {"keys": ["p"], "records": [{"keys": ["p"], "values": [json.dumps(path)]}]}
    assert await call(wasm, "getRoles", host) == "2 ACTED_IN 4:1 4:2 1"


async def test_v017_dynamic_maps(built, call):
    app = built("v017")
    assert list(app.advice.values()) == [
        "@omitif((self: Event): bool => self.count == 1 && self.name.length > 0)"
    ]
    event = {"name": "n", "details": {"old": [1], "kept": {"x": None}}}
    keys, text = (await call(app.wasm, "describe", data=json.dumps(event))).split(" ", 1)
    assert keys == "old,kept"
    assert json.loads(text) == {
        "name": "n",
        "details": {"kept": {"x": None}, "size": 2, "tags": ["a", "b"]},
    }


async def test_v017_chat(built, call):
    model = Model({"content": "a"}, {"content": "b"})
    created = await call(built("v017").wasm, "ask", model.host, name="f")
    assert created.startswith("2023-11-14T22:13:20")
    first, second = model.requests
    assert first["tool_choice"] == {"type": "function", "function": {"name": "f"}}
    assert first["response_format"]["json_schema"]["name"] == "n"
    assert first["model"] == "gpt-4o"
    assert second["tool_choice"] == "auto"
    assert second["messages"][-1] == {"role": "assistant", "content": "a"}


async def test_v017_data(built, call):
    wasm = built("v017").wasm
    result = {"collection": "notes", "status": "success", "error": ""}
    near = {"namespace": "", "key": "k1", "text": "", "labels": [], "distance": 0.25, "score": 0.75}
    host = {
        "modus_collections.upsert": lambda *each: {
            **result,
            "operation": "upsert",
            "keys": each[2],
        },
        "modus_collections.dumpTexts": lambda *each: {"k1": each[1]},
        "modus_collections.computeDistance": lambda *each: near,
        "modus_sql_client.executeQuery": lambda *each: {
            "error": None,
            "resultJson": None,
            "rowsAffected": 1,
            "lastInsertId": 1 << 40,
        },
        "modus_dgraph_client.executeQuery": lambda connection, request: {
            "Json": "{}",
            "Uids": {"n": request["mutations"][0]["setJson"]},
        },
    }
    assert await call(wasm, "addNotes", host, keys=["a", "b"], texts=["x", "y"]) == ["a", "b"]
    assert await call(wasm, "noteTexts", host) == [{"key": "k1", "value": "mine"}]
    assert await call(wasm, "distance", host, a="a", b="b") == 0.25
    assert await call(wasm, "addRow", host, name="n") == 1 << 40
    assert await call(wasm, "addFriend", host, name="Bo") == [
        {"key": "n", "value": '{"name": "Bo"}'}
    ]
    assert await call(wasm, "missing") is True


# 0.18: agents, secrets --------------------------------------------------------------------------


async def test_v018_agents(built, call):
    wasm = built("v018").wasm
    info = {"id": "a1", "name": "Counter", "status": "running"}
    asked: list[Any] = []
    host = {
        "modus_agents.startAgent": lambda name: info,
        "modus_agents.listAgents": lambda: [info],
        "modus_agents.sendMessage": lambda *each: (
            asked.append(each) or {"data": "7", "error": None}
        ),
    }
    assert await call(wasm, "startCounter", host) == info
    assert await call(wasm, "listCounters", host) == [info]
    assert await call(wasm, "increment", host, id="a1") == 7
    assert asked == [("a1", "increment", "2", 10_000_000_000)]


async def test_v018_secrets(built, call):
    wasm = built("v018").wasm
    host = {"modus_secrets.getSecretValue": lambda name: "s3cret" if name == "KEY" else None}
    assert await call(wasm, "getKeyLength", host) == 6


async def test_v018_a_chat_that_goes_on(built, call):
    wasm = built("v018").wasm
    model = Model({"content": "A."}, {"content": "B."})
    first = json.loads(await call(wasm, "chat", model.host, history="", text="a?"))
    assert first["number"] == 3
    history = json.dumps(first["history"])
    second = json.loads(await call(wasm, "chat", model.host, history=history, text="b?"))
    assert [each["content"] for each in second["history"]] == ["be brief", "a?", "A.", "b?", "B."]
    assert built("v018").advice == {}


async def test_v018_errors_of_users(built, call):
    wasm = built("v018").wasm
    assert await call(wasm, "checkAge", age=1) == "ok"
    with pytest.raises(GuestEnded):
        await call(wasm, "checkAge", age=-1)


# After 0.18: its build names a transform for exceptions -----------------------------------------


async def test_main_without_exceptions(built, call):
    app = built("main")
    assert "warning[TRANSFORM_IGNORED]: the transform try-as/transform is left out" in app.stderr
    assert "--> asconfig.json:7:7" in app.stderr
    assert await call(app.wasm, "sayHello", name="Ada") == "Hello, Ada!"


def test_main_with_exceptions(tmp_path, refused):
    source = """\
import { Exception } from "try-as";

export function risky(): string {
  try {
    throw new Error("x");
  } catch (e) {
    return (e as Exception).toString();
  }
}
"""
    files = {name: (APPS / "main" / name).read_text() for name in ("asconfig.json", "package.json")}
    errors = refused(source, files)
    assert [(e.location.file, e.location.line) for e in errors[:2]] == [
        ("assembly/index.ts", 1),
        ("assembly/index.ts", 4),
    ]
    assert "The package try-as is not supported" in errors[0].message
    assert "try is not supported" in errors[1].message
    assert all("write `throw new Error(...)`" in e.message for e in errors[:2])
