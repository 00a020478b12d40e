"""Modules made by TinyGo (``tinygo/README.md``): by ``atoll build``, and in the original's way."""

from __future__ import annotations

import json
import lzma
import os
import re
import socket
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import wasmtime

from atoll.engine import Limits, Trap
from atoll.guest.core.call import ERROR, STDERR, STDOUT, WARNING
from atoll.guest.failure import BadGuestReply, GuestEnded, GuestFailure
from atoll.guest.wasm_encoding import custom_section

HERE = Path(__file__).parent
MADE = HERE / "tinygo"
CASES = json.loads((HERE / "cases.json").read_text("utf-8"))
LEFT_OUT = {"testSliceInput_int", "testEmptyResults", "testBigInt", "testBigUint", "testBigInts"}
"""Functions of the checklist that TinyGo cannot compile."""
INTS = {"testEchoInt": "int", "testEchoUint": "uint", "testEchoUintptr": "uintptr"}


def unpacked(name: str) -> bytes:
    return lzma.decompress((MADE / f"{name}.wasm.xz").read_bytes())


def described(wasm: bytes, metadata: Mapping[str, Any]) -> bytes:
    text = json.dumps(metadata, ensure_ascii=False, separators=(",", ":")).encode()
    version = custom_section("modus_metadata_version", b"\x02")
    return wasm + version + custom_section("modus_metadata", text)


# The checklist --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def checklist(engine, go_app, operations):
    return go_app(engine, unpacked("checklist"), operations)


def is_beyond(case: Mapping[str, Any]) -> bool:
    """Whether it is about numbers that the 32 bits of TinyGo's ``int`` do not hold."""
    number = case.get("arguments", {}).get("n", 0)
    return case["function"] in INTS and "result" in case and not -(1 << 31) <= number < 1 << 32


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case["function"] not in LEFT_OUT],
    ids=lambda case: case["function"],
)
async def test_case(checklist, selecting, case):
    name, arguments = case["function"], case.get("arguments", {})
    error = f"out of range for {INTS[name]}: " if is_beyond(case) else case.get("error")
    call = checklist.invoke(name, arguments, selecting.selection_of(case.get("selection")))
    if error is not None:
        with pytest.raises((GuestFailure, BadGuestReply), match=re.escape(error)):
            await call
    elif "exit" in case:
        with pytest.raises(GuestEnded) as raised:
            await call
        assert raised.value.status == case["exit"]
    else:
        assert repr(await call) == repr(case.get("result"))
    assert checklist.lines == case.get("logs", [])


def test_the_checklist_lacks_no_other_function(checklist):
    exported = {function.name for function in checklist.guest.interface.functions}
    assert {case["function"] for case in CASES} - exported == LEFT_OUT & {
        case["function"] for case in CASES
    }


def test_the_modules_are_of_that_kind(checklist):
    metadata = checklist.guest.metadata
    assert (metadata.module.word, metadata.module.calls) == (4, "flat")
    assert metadata.language == "go"


async def test_what_json_has_no_number_for(checklist):
    assert repr(await checklist.call("testNotANumber")) == "[nan, inf, -inf]"


# The original's way ---------------------------------------------------------------------------


def garden_module(kind: str) -> bytes:
    metadata = json.loads((MADE / "original" / "metadata.json").read_text("utf-8"))
    return described(unpacked(f"original/{kind}"), metadata)


class Web:
    """What the app fetches from; it remembers the requests."""

    def __init__(self) -> None:
        self.requests: list[Any] = []

    def fetch(self, request: Any) -> Any:
        self.requests.append(request)
        if request["url"].endswith("/nothing"):
            return None
        headers = {
            f"x-{number}": {"name": f"X-{number}", "values": ["a" * number, "b"]}
            for number in range(20)
        }
        body = ("plum " * 10_000).encode()
        return {"status": 203, "statusText": "OK", "headers": {"data": headers}, "body": body}


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture(params=["reactor", "command"])
def garden(engine, go_app, web, request):
    return go_app(engine, garden_module(request.param), {"modus_http_client.fetch": web.fetch})


async def test_texts_and_numbers(garden):
    assert await garden.call("sayHello", name=None) == "Hello, World!"
    assert await garden.call("sayHello", name="é✨") == "Hello, é✨!"
    assert await garden.call("addNumbers", numbers=[1 << 53, 1, -3]) == (1 << 53) - 2
    assert await garden.call("addNumbers", numbers=None) == 0


async def test_maps(garden):
    assert await garden.call("countWords", text="a b a") == [
        {"key": "a", "value": 2},
        {"key": "b", "value": 1},
    ]
    assert await garden.call("countWords", text="") == []
    labels = {f"name {n}": [f"label {n % 3}", f"label {n % 2}"] for n in range(8)}
    found = await garden.call("regroup", labels=labels, width=200)
    assert found == [
        {
            "key": label,
            "value": [
                {"key": name, "value": label * 200} for name in labels if label in labels[name]
            ],
        }
        for label in ("label 0", "label 1", "label 2")
    ]


async def test_structs(garden):
    oak, acorn = await garden.call("listPlants")
    assert oak == {
        "name": "Oak", "height": 21.5, "planted": "1950-03-04T05:06:07.000000008Z", "tags": None,
        "parent": None,
    }  # fmt: skip
    assert acorn["parent"] == oak
    assert acorn["tags"] == [
        {"key": "for", "value": []},
        {"key": "kind", "value": ["tree", "seed"]},
    ]
    pruned = await garden.call("prune", plant={**acorn, "height": 2.5}, by=1)
    assert pruned == {"item1": {**acorn, "height": 1.5}, "item2": 1.0, "item3": True}


async def test_the_host_is_called_and_gives_objects(garden, web):
    found = await garden.call("fetch", url="http://x/plums")
    assert found["item1"] == 203
    assert found["item2"] == "plum " * 10_000
    assert {pair["key"]: pair["value"] for pair in found["item3"]} == {
        f"x-{number}": f"X-{number}: {'a' * number}, b" for number in range(20)
    }
    [request] = web.requests
    assert request["headers"]["data"] == {
        "accept": {"name": "Accept", "values": ["text/plain", "*/*"]},
        "x-garden": {"name": "X-Garden", "values": ["green " * 1000]},
    }
    with pytest.raises(GuestEnded):
        await garden.call("fetch", url="http://x/nothing")
    assert garden.logs == [(ERROR, "nothing came back")]


async def test_what_is_said_comes_in_order(garden):
    assert await garden.call("speak") == "done"
    assert garden.logs == [
        (STDOUT, "one 2"),
        (WARNING, "two"),
        (ERROR, "three"),
        (STDERR, "four"),
    ]  # TinyGo keeps to itself what has no end of its line.


async def test_an_error_is_logged_and_ends_the_instance(garden):
    with pytest.raises(GuestEnded) as raised:
        await garden.call("refuse", reason="no\nway")
    assert raised.value.status == 1
    assert garden.logs == [(ERROR, "no\nway")]


async def test_a_panic_is_a_failure_with_its_text(garden):
    with pytest.raises(GuestFailure, match=r"^moth$"):
        await garden.call("rot", reason="moth")
    assert garden.logs == []


@pytest.mark.parametrize("status", [1, 2, 255])
async def test_exit_codes(garden, status):
    with pytest.raises(GuestEnded) as raised:
        await garden.call("leave", status=status)
    assert raised.value.status == status


async def test_exit_code_zero_is_no_failure(garden):
    assert await garden.call("leave", status=0) is None
    assert garden.logs == [(WARNING, "Function ended prematurely with exit code 0.")]


async def test_memory_ends(garden):
    with pytest.raises(GuestFailure, match=r"out of memory.*memoryMb"):
        await garden.invoke("eat", {}, limits=Limits(memory=8 << 20))


async def test_the_stack_ends(garden):
    with pytest.raises(Trap):
        await garden.call("sink", depth=0)
    assert await garden.call("sayHello", name=None) == "Hello, World!"


async def test_surroundings(garden):
    environment = {"TZ": "Europe/Berlin", "CLAIMS": '{"sub":"é"}'}
    found = await garden.invoke("surroundings", {}, environment=environment)
    assert found == ["Europe/Berlin", '{"sub":"é"}', ""]


def test_a_module_that_is_made_ready_by_its_start_is_warned_of(engine, go_app, caplog):
    go_app(engine, garden_module("reactor"))
    assert not caplog.records
    go_app(engine, garden_module("command"))
    [record] = caplog.records
    assert "build it again with Atoll" in record.getMessage()


PROGRAM = """
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start") (call $exit (i32.const {status})))
  (func (export "one") (result i32) (i32.const 1)))
"""


async def test_a_program_that_ends_as_it_starts_is_no_app(engine, go_app):
    metadata = {"sdk": "modus-sdk-go", "fnExports": {"one": {"results": [{"type": "int"}]}}}
    ends = bytes(wasmtime.wat2wasm(PROGRAM.format(status=0)))
    with pytest.raises(BadGuestReply, match="is a program that has ended"):
        await go_app(engine, described(ends, metadata)).call("one")
    fails = bytes(wasmtime.wat2wasm(PROGRAM.format(status=3)))
    with pytest.raises(GuestEnded) as raised:
        await go_app(engine, described(fails, metadata)).call("one")
    assert raised.value.status == 3


# A deployed folder ----------------------------------------------------------------------------


@pytest.fixture(params=["reactor", "command"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a server for a folder that has a module and a manifest, and nothing else."""
    (tmp_path / "garden.wasm").write_bytes(garden_module(request.param))
    (tmp_path / "modus.json").write_text(
        '{"endpoints": {"default": {"type": "graphql", "path": "/graphql", "auth": "none"}}}'
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [os.fspath(Path(sysconfig.get_path("scripts")) / "atoll"), "serve", "."]
    process = subprocess.Popen([*command, "--port", str(port)], cwd=tmp_path, stdout=-3, stderr=-3)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def test_a_folder_with_such_a_module_is_served(served):
    body = json.dumps({"query": '{ countWords(text: "a b a") { key value } }'}).encode()
    request = urllib.request.Request(
        f"{served}/graphql", body, {"Content-Type": "application/json"}
    )
    for _ in range(300):
        try:
            with urllib.request.urlopen(request) as response:
                answer = json.load(response)
            break
        except urllib.error.URLError:
            time.sleep(0.1)
    pairs = [{"key": "a", "value": 2}, {"key": "b", "value": 1}]
    assert answer["data"] == {"countWords": pairs}
