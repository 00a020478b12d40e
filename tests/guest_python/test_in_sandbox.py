"""What only the real sandbox shows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from atoll.engine import Engine
from atoll.toolchain.errors import BuildError

APP = """
from __future__ import annotations

import asyncio
import datetime
import logging
import os
import random
import sys
import time
import uuid
from dataclasses import dataclass
from typing import Any

from atoll.sdk import UserError, auth, console, models, streams
from atoll.sdk import time as request_time
from atoll.sdk import _host

counter = 0
imported_at = time.time()
imported_random = random.random()
writer = models.get("writer")


@dataclass
class Person:
    full_name: str
    born_on: datetime.date | None = None


def greet(person: Person, greeting: str = "Hello") -> str:
    return f"{greeting}, {person.full_name}!"


def count() -> int:
    global counter
    counter += 1
    return counter


def dice() -> list[str]:
    generator = random.Random()
    return [str(random.random()), str(uuid.uuid4()), os.urandom(8).hex(), str(generator.random())]


def clock() -> list[float]:
    return [imported_at, time.time()]


def speak() -> None:
    print("one", "two")
    print("three", file=sys.stderr)
    print("unfinished", end="")
    os.write(1, b" business\\n")
    logging.getLogger("shop").info("at info")
    logging.debug("not seen")
    logging.error("at error")
    console.debug("seen")


def fail() -> str:
    nothing: dict[str, str] = {}
    return nothing["key"]


def user() -> str:
    raise UserError("Wünschen Sie?")


def leave() -> str:
    sys.exit(3)


def deep(n: int = 0) -> str:
    return deep(n + 1)


def hungry() -> str:
    hoard = []
    while True:
        hoard.append(bytearray(1 << 24))


def surroundings() -> Any:
    return {
        "environ": dict(os.environ),
        "claims": auth.claims(),
        "zone": request_time.time_zone(),
        "offset": str(request_time.now().utcoffset()),
    }


def chat(text: str) -> str:
    return writer.chat(text).text


async def chat_often(number: int) -> list[str]:
    replies = await asyncio.gather(*(writer.chat_async(str(n)) for n in range(number)))
    return [reply.text for reply in replies]


def chat_with_nobody() -> str:
    return models.get("nobody").chat("Hi").text


def sleepy() -> float:
    started = time.monotonic()
    time.sleep(0.05)
    asyncio.run(asyncio.sleep(0.05))
    return time.monotonic() - started


async def hasty() -> str:
    try:
        async with asyncio.timeout(0.01):
            await writer.chat_async("slow")
    except TimeoutError:
        return "late"
    return "in time"


async def stream() -> list[str]:
    handle = _host.call("models.stream", {"model": "writer", "input": "a b c"})["handle"]
    return [chunk async for chunk in streams.HostStream(handle)]


def echo(value: Any) -> Any:
    return value


def late_imports() -> list[str]:
    import colorsys, email.message, html.parser, sqlite3, statistics, tomllib, wave
    import xml.etree.ElementTree as tree

    rows = sqlite3.connect(":memory:").execute("select 6 * 7").fetchall()
    return [tree.fromstring("<a>x</a>").text, str(rows[0][0]), tomllib.loads("a = 'b'")["a"]]


def attempt(code: str) -> str:
    try:
        return repr(eval(code))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def parse(code: str) -> str:
    try:
        compile(code, "app.py", "exec")
    except SyntaxError as error:
        return error.msg
    return "fine"
"""


@pytest.fixture(scope="module")
def app(sandboxed: Callable[[str], Any]) -> Any:
    return sandboxed(APP)


@pytest.fixture(autouse=True)
def fresh_records(app: Any) -> None:
    app.logs.clear()
    app.operations.clear()


async def test_values(app: Any) -> None:
    person = {"fullName": "Zoë", "bornOn": "2001-02-03"}
    assert await app.call("greet", person=person) == "Hello, Zoë!"
    assert await app.call("greet", person={"fullName": "A"}, greeting="Hi") == "Hi, A!"
    assert app.operations == []


async def test_each_call_is_an_instance_of_its_own(app: Any) -> None:
    assert [await app.call("count") for _ in range(3)] == [1, 1, 1]


async def test_randomness_is_fresh(app: Any) -> None:
    one, two = await app.call("dice"), await app.call("dice")
    assert not set(one) & set(two)


async def test_time_is_live(app: Any) -> None:
    imported_at, now = await app.call("clock")
    assert imported_at == 1735689600  # 2025-01-01: the build's clock stands still
    assert now > imported_at + 1e7


async def test_output(app: Any) -> None:
    await app.call("speak")
    assert app.logs == [
        (0, "one two"),
        (1, "three"),
        (0, "unfinished business"),
        (4, "at info"),
        (6, "at error"),
        (3, "seen"),
    ]


async def test_exception(app: Any) -> None:
    failure = await app.call("fail")
    assert (failure["kind"], failure["type"], failure["message"]) == (
        "exception",
        "KeyError",
        "'key'",
    )
    assert [frame[2:] for frame in failure["frames"]] == [["fail", 'return nothing["key"]']]
    assert 'return nothing["key"]\n' in failure["traceback"]
    assert "~~~~~~~^^^^^^^" in failure["traceback"]


async def test_user_error(app: Any) -> None:
    failure = await app.call("user")
    assert (failure["kind"], failure["message"]) == ("user", "Wünschen Sie?")


@pytest.mark.parametrize(
    ("function", "kind", "type_name"),
    [
        ("leave", "exit", "SystemExit"),
        ("deep", "exception", "RecursionError"),
        ("hungry", "exception", "MemoryError"),
    ],
)
async def test_rough_ends(function: str, kind: str, type_name: str, app: Any) -> None:
    failure = await app.call(function)
    assert (failure["kind"], failure["type"]) == (kind, type_name)


async def test_surroundings_are_the_calls(app: Any) -> None:
    claims = json.dumps({"sub": "ann"})
    found = await app.call("surroundings", environment={"TZ": "Asia/Tokyo", "CLAIMS": claims})
    assert found == {
        "environ": {"TZ": "Asia/Tokyo", "CLAIMS": claims},
        "claims": {"sub": "ann"},
        "zone": "Asia/Tokyo",
        "offset": "9:00:00",
    }
    assert await app.call("surroundings") == {
        "environ": {},
        "claims": {},
        "zone": "UTC",
        "offset": "0:00:00",
    }


async def test_model(app: Any) -> None:
    assert await app.call("chat", text="Hi") == "Polly/Parrot Hi"
    assert app.operations == ["models.info", "models.invoke"]


async def test_gathered_model_calls(app: Any) -> None:
    # More than the host takes at once: 64.
    assert await app.call("chat_often", number=70) == [f"Polly/Parrot {n}" for n in range(70)]


async def test_unknown_model(app: Any) -> None:
    failure = await app.call("chat_with_nobody")
    assert (failure["type"], failure["message"]) == ("ModelError", "Model nobody not found.")


async def test_sleep_is_the_hosts(app: Any) -> None:
    assert await app.call("sleepy") >= 0.1
    assert set(app.operations) == {"sys.sleep"}


async def test_timeout(app: Any) -> None:
    assert await app.call("hasty") == "late"
    assert "sys.cancel" in app.operations


async def test_stream(app: Any) -> None:
    assert await app.call("stream") == ["a", "b", "c"]


@pytest.mark.parametrize("value", ["", "é\U0001f3dd\u0000", "x" * 200_000, {"a": [1, None]}])
async def test_any_text_crosses(value: Any, app: Any) -> None:
    assert await app.call("echo", value=value) == value


async def test_imports_at_run_time(app: Any) -> None:
    assert await app.call("late_imports") == ["x", "42", "b"]


async def test_many_calls_at_once(app: Any) -> None:
    texts = await asyncio.gather(*(app.call("chat", text=str(n)) for n in range(20)))
    assert texts == [f"Polly/Parrot {n}" for n in range(20)]


REFUSED = {
    "open('/etc/passwd')": "PermissionError: [Errno 63] files are not available",
    "open('x', 'w')": "PermissionError",
    "os.listdir('/')": "PermissionError",
    "os.stat('/')": "FileNotFoundError",
    "os.path.exists('/')": "False",
    "os.remove('x')": "PermissionError",
    "__import__('pathlib').Path('x').read_text()": "PermissionError",
    "__import__('pathlib').Path('x').exists()": "False",
    "__import__('tempfile').mkdtemp()": "FileNotFoundError",
    "__import__('shutil').copy('a', 'b')": "PermissionError",
    "__import__('sqlite3').connect('x.db')": "OperationalError",
    "__import__('socket').socket()": "PermissionError: [Errno 63] sockets are not available",
    "__import__('socket').create_connection(('127.0.0.1', 80))": "PermissionError",
    "__import__('socket').getaddrinfo('localhost', 80)": "PermissionError",
    "__import__('urllib.request').request.urlopen('http://x')": "URLError",
    "__import__('select').select([], [], [], 1)": "PermissionError",
    "__import__('subprocess').run(['ls'])": "OSError",
    "os.fork()": "AttributeError",
    "__import__('threading').Thread(target=print).start()": "RuntimeError: threads are not",
    "asyncio.run(asyncio.to_thread(print))": "RuntimeError: threads are not",
    "__import__('ssl')": "ModuleNotFoundError",
    "__import__('ctypes')": "ModuleNotFoundError",
    "__import__('numpy')": "ModuleNotFoundError",
    "input()": "EOFError",
    "sys.argv": "[]",
    "__import__('zoneinfo').ZoneInfo('Nope')": "ZoneInfoNotFoundError",
    "__import__('zoneinfo').ZoneInfo('Europe/Paris').key": "'Europe/Paris'",
    "len(__import__('zoneinfo').available_timezones()) > 400": "True",
    "__import__('importlib.metadata').metadata.version('x')": "PackageNotFoundError",
    "__import__('secrets').token_hex(4) == __import__('secrets').token_hex(4)": "False",
    "__import__('locale').setlocale(0, '')": "'",
    "__import__('platform').system()": "'",
    "os.getcwd()": "'/'",
    "os.close(1)": "",
    "os.urandom(100_000)[:0]": "b''",
}


@pytest.mark.parametrize("code", REFUSED)
async def test_nothing_is_a_trap(code: str, app: Any) -> None:
    assert (await app.call("attempt", code=code)).startswith(REFUSED[code])


async def test_syntax_error_is_no_trap(app: Any) -> None:
    # CPython looks for the source file, to show the line.
    assert await app.call("parse", code="def f(:\n") == "invalid syntax"


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        ("def f(:\n    pass\n", "SYNTAX_ERROR", 1),
        ("def f(a: list) -> None: ...\n", "UNSUPPORTED_TYPE", 1),
        ("\ndef f(a, b: int) -> None: ...\n", "MISSING_HINT", 2),
        ("\n\n1 / 0\n", "IMPORT_FAILED", 3),
        ("import time\ntime.sleep(1)\n", "HOST_CALL_AT_BUILD", 2),
        ("def f(a: Nowhere) -> None: ...\n", "UNKNOWN_TYPE", 1),
    ],
)
def test_build_errors(source: str, code: str, line: int, sandboxed: Any) -> None:
    with pytest.raises(BuildError) as failed:
        sandboxed(source)
    assert failed.value.code == code
    assert failed.value.location is not None
    assert (failed.value.location.file, failed.value.location.line) == ("app.py", line)


MODERN = """
from dataclasses import dataclass
from typing import Literal, TypedDict

from atoll.sdk import Int64

type Color = Literal["red", "green"]
type Pair[T] = tuple[T, T]


@dataclass
class Page[T]:
    items: list[T]
    next: "Page[T] | None" = None


def first(page: Page[Int64], color: Color | None = "red") -> Int64 | None:
    return page.items[0] if page.items else None


def twice(value: int) -> Pair[int]:
    return value, value


def later(node: Node) -> dict[str, Node]:
    return {"it": node}


class Node(TypedDict):
    name: str
"""


async def test_syntax_of_newer_pythons(sandboxed: Callable[[str], Any]) -> None:
    app = await asyncio.to_thread(sandboxed, MODERN)
    function = app.program.interface.function("first")
    assert [parameter.name for parameter in function.parameters] == ["page", "color"]
    assert set(app.program.interface.types) == {"Int64Page", "Color", "IntIntTuple", "Node"}
    assert await app.call("first", page={"items": [2**40]}) == 2**40
    assert await app.call("twice", value=3) == {"item1": 3, "item2": 3}
    assert await app.call("later", node={"name": "x"}) == [{"key": "it", "value": {"name": "x"}}]


def test_alias_of_itself(sandboxed: Any) -> None:
    with pytest.raises(BuildError, match="Loop is defined by itself"):
        sandboxed("type Loop = list[Loop]\ndef f(a: Loop) -> None: ...\n")


def test_builds_are_the_same(sandboxed: Any, engine: Engine, builder: Any, tmp_path: Any) -> None:
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    one, two = (asyncio.run(builder.build(tmp_path)).wasm for _ in range(2))
    assert one == two
