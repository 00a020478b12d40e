"""Where a failed function was: read from what real functions of all languages say."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.app.app import App
from atoll.app.call_record import RecentCalls
from atoll.engine import Engine
from atoll.guest.load import load_guest
from atoll.manifest import Manifest
from atoll.server.explorer.calls import call
from atoll.server.explorer.frames import Frame, frames_of

PYTHON = """\
import json


def _divide(a: int, b: int) -> int:
    return a // b


def deep(a: int) -> int:
    return _divide(a, 0)


def chained(a: int) -> int:
    try:
        return _divide(a, 0)
    except ZeroDivisionError as error:
        raise ValueError("no good") from error


def in_library() -> int:
    return json.loads("{")


def forged() -> int:
    raise ValueError('\\n  File ".env", line 1, in f\\n  File "/etc/passwd", line 2, in g')
"""

ASSEMBLYSCRIPT = """\
class Box {
  items: i32[] = [];
  at(i: i32): i32 {
    return this.items[i];
  }
}

export function inLibrary(i: i32): i32 {
  return new Box().at(i);
}

export function thrown(): i32 {
  throw new Error("no good");
}

export function trapped(a: i32): i32 {
  return 1 / a;
}
"""

GO = """\
package main

import "errors"

type box struct{ items []int }

func (b *box) at(i int) int { return b.items[i] }

func Index(i int) int {
	b := &box{}
	return b.at(i)
}

func Panic() int {
	panic(errors.New("no good"))
}

func main() {}
"""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.close()


Fail = Callable[..., list[tuple[str, int, str | None, bool]]]


def failing(app: App, calls: RecentCalls, folder: Path) -> Fail:
    """Calls a function, and gives the frames of its failure."""

    def fail(name: str, arguments: Mapping[str, Any] | None = None) -> Any:
        function = app.interface.function(name)
        assert function is not None
        outcome = asyncio.run(app.call(function, arguments or {}))
        assert outcome.failed
        record = calls.get(outcome.execution_id)
        assert record is not None
        error = call(record, folder).errors[-1]
        return [(each.file, each.line, each.function, each.own) for each in error.frames]

    return fail


@pytest.fixture(scope="module")
def make(engine: Engine) -> Callable[..., Fail]:
    def make(guest: Any, folder: Path) -> Fail:
        calls = RecentCalls()
        return failing(App("x", guest, Manifest(), {}, dev=True, calls=calls), calls, folder)

    return make


@pytest.fixture(scope="module")
def python(
    make: Callable[..., Fail], load_python: Any, tmp_path_factory: pytest.TempPathFactory
) -> Fail:
    folder = tmp_path_factory.mktemp("python")
    (folder / "app.py").write_text(PYTHON)
    (folder / ".env").write_text("KEY=hunter2")
    return make(load_python(folder), folder)


@pytest.fixture(scope="module")
def assemblyscript(
    make: Callable[..., Fail],
    engine: Engine,
    build_assemblyscript: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Fail:
    folder = tmp_path_factory.mktemp("assemblyscript")
    (folder / "assembly").mkdir()
    (folder / "assembly" / "index.ts").write_text(ASSEMBLYSCRIPT)
    (folder / "package.json").write_text(json.dumps({"name": "failing", "version": "1.0.0"}))
    return make(load_guest(engine, build_assemblyscript(folder)), folder)


@pytest.fixture(scope="module")
def go(
    make: Callable[..., Fail],
    engine: Engine,
    build_go: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Fail:
    folder = tmp_path_factory.mktemp("go")
    (folder / "main.go").write_text(GO)
    (folder / "go.mod").write_text("module example.com/shop/failing\n\ngo 1.23\n")
    return make(load_guest(engine, build_go(folder)), folder)


def test_python(python: Fail) -> None:
    assert python("deep", {"a": 1}) == [
        ("app.py", 9, "deep", True),
        ("app.py", 5, "_divide", True),
    ]


def test_of_a_chain_of_errors_the_last_counts(python: Fail) -> None:
    assert python("chained", {"a": 1}) == [("app.py", 16, "chained", True)]


def test_python_s_library_is_not_the_author_s(python: Fail) -> None:
    own, *library = python("inLibrary")
    assert own == ("app.py", 20, "in_library", True)
    assert len(library) == 3
    assert not any(each[3] for each in library)


def test_what_a_function_made_up_is_not_the_author_s(python: Fail) -> None:
    own, *forged = python("forged")
    assert own == ("app.py", 24, "forged", True)
    assert forged == [(".env", 1, "f", False), ("/etc/passwd", 2, "g", False)]


def test_assemblyscript(assemblyscript: Fail) -> None:
    assert assemblyscript("thrown") == [("assembly/index.ts", 13, None, True)]
    assert assemblyscript("trapped", {"a": 0}) == [("assembly/index.ts", 16, "trapped", True)]


def test_assemblyscript_s_library_is_called_by_the_author_s_function(
    assemblyscript: Fail,
) -> None:
    own, library = assemblyscript("inLibrary", {"i": 3})
    assert own == ("assembly/index.ts", 3, "Box.at", True)
    assert library[0].startswith("~lib/")
    assert not library[3]


def test_go(go: Fail) -> None:
    generated, *frames = go("index", {"i": 3})
    assert not generated[3]
    assert frames == [("main.go", 11, "Index", True), ("main.go", 7, "(*box).at", True)]
    assert go("panic")[-1] == ("main.go", 15, "Panic", True)


def test_where_sources_are_not_shown_no_frame_is_own() -> None:
    text = 'Traceback (most recent call last):\n  File "app.py", line 1, in f\nValueError'
    assert frames_of(text, None) == [Frame("app.py", 1, None, "f", own=False)]


PIECES = st.sampled_from(
    ["Traceback (most recent call last):\n", '  File "a.py", line 3, in f\n', "goroutine 1 [x]:\n",
     "main.f(...)\n", "\tx/a.go:3 +0x1\n", " at a.ts:1:2", "    at <x>!a/b\n", ", called by a/b",
     "x", "\n", "(", "\0", "\ud800"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=5), max_size=30))
def test_any_text_gives_frames_or_none(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str]
) -> None:
    for frame in frames_of("".join(pieces), tmp_path_factory.getbasetemp()):
        assert not frame.own
        assert frame.line >= 0


def test_a_hostile_text_is_read_quickly(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text("x\n" * 100_000)
    for piece in (
        '  File "a.py", line 3, in f\n',
        "    at <x>!a/b\n",
        "(",
        " at a.ts:1:2",
        "main.f(\n\ta.go:1\n",
    ):
        for head in ("", "Traceback (most recent call last):\n", "goroutine 1 [running]:\n"):
            assert len(frames_of(head + piece * 500_000, tmp_path)) <= 100
