"""Calls: arguments, results, and what goes wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

import atoll.sdk.postgresql  # noqa: F401 - then an app's classes are compiled while it is loaded

APP = """
from __future__ import annotations
import asyncio, datetime, enum, sys
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from atoll.sdk import UserError

@dataclass
class Person:
    full_name: str
    age: int = 0

    def __post_init__(self):
        if self.age < 0:
            raise ValueError("age is negative")

class Mood(enum.Enum):
    GOOD = 1

def greet(person: Person, greeting: str = "Hello", mark: str | None = None) -> str:
    return f"{greeting}, {person.full_name}{mark or ''}"

def by_position(a: int, /, b: int, *, c: int = 3) -> list[int]:
    return [a, b, c]

def nothing(x: int) -> None:
    return x

def anything(value: Any = None) -> Any:
    return value

def odd() -> Any:
    return {"when": datetime.datetime(2025, 1, 1), "who": Person("A"), "mood": Mood.GOOD,
            "price": Decimal("1.50"), "tags": {"a"}, "raw": b"abc", 5: None}

def not_json() -> Any:
    return object()

async def not_awaited() -> str:
    called = awaited()
    called.close()  # Python warns of it otherwise
    return called

async def awaited() -> int:
    return 1

def generator() -> str:
    yield ""

def infinite() -> Any:
    return [float("inf")]

def loop() -> Any:
    value = []
    value.append(value)
    return value

def wide() -> int:
    return 2**40

def fail() -> str:
    raise KeyError("missing")

def fail_deeper() -> str:
    try:
        return fail()
    except KeyError as error:
        raise RuntimeError("no way") from error

def user() -> str:
    raise UserError("Which event?")

async def user_in_group() -> str:
    async with asyncio.TaskGroup() as group:
        group.create_task(refuse("one"))
        group.create_task(refuse("two"))

async def refuse(text: str) -> None:
    raise UserError(text)

async def later(x: int) -> int:
    await asyncio.sleep(0)
    return x

def run_inside() -> int:
    return asyncio.run(later(7))

def leave() -> str:
    sys.exit(3)

def recurse() -> str:
    return recurse()

def memory() -> str:
    raise MemoryError

def interrupted() -> str:
    raise KeyboardInterrupt

class Broken(Exception):
    def __str__(self):
        raise ValueError

def broken() -> str:
    raise Broken

def surrogate() -> str:
    return "\\ud800"

def surrogate_key() -> dict[str, int]:
    return {"ü\\ud800": 1}

def surrogate_message() -> str:
    raise ValueError("ü\\ud800")

class Exits(BaseException):
    def __str__(self):
        raise SystemExit(3)

def exits_when_asked() -> str:
    raise Exits

class Endless(Exception):
    def __str__(self):
        raise Endless

    __traceback__ = property(lambda self: 1 / 0)
    __cause__ = __context__ = __traceback__

def endless_traceback() -> str:
    raise Endless

class Meta(type):
    def __getattribute__(cls, name):
        raise KeyboardInterrupt

class Nameless(Exception, metaclass=Meta):
    pass

def nameless() -> str:
    raise Nameless
"""


@pytest.fixture
def app(guest: Any) -> Any:
    guest.load(APP)
    return guest


def test_arguments_by_api_name(app: Any) -> None:
    assert app.invoke("greet", person={"fullName": "Ann"}) == "Hello, Ann"
    assert app.invoke("greet", person={"fullName": "Ann"}, greeting="Hi", mark="!") == "Hi, Ann!"
    assert app.invoke("greet", person={"fullName": "Ann"}, mark=None) == "Hello, Ann"


def test_positional_and_keyword_parameters(app: Any) -> None:
    assert app.invoke("by_position", b=2, a=1) == [1, 2, 3]
    assert app.invoke("by_position", b=2, a=1, c=4) == [1, 2, 4]


def test_no_result(app: Any) -> None:
    assert app.invoke("nothing", x=1) is None


@pytest.mark.parametrize("value", [None, 1.5, "é", [1, {"a": [True]}], {}])
def test_any_json(value: Any, app: Any) -> None:
    assert app.invoke("anything", value=value) == value


def test_any_takes_what_python_adds_to_json(app: Any) -> None:
    assert app.invoke("odd") == {
        "when": "2025-01-01T00:00:00Z",
        "who": {"full_name": "A", "age": 0},
        "mood": "GOOD",
        "price": "1.50",
        "tags": ["a"],
        "raw": "YWJj",
        "5": None,
    }


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("not_json", "the result of not_json is invalid: a value of type object is not JSON"),
        ("not_awaited", "is invalid: expected str, got a coroutine: `await` is missing before"),
        ("generator", "got a generator: the result of what streams is an Iterator[...]"),
        ("infinite", "Function completed successfully, but the result contains a NaN or infinite"),
        ("loop", "the result of loop is invalid"),
        ("wide", "1099511627776 does not fit Int, which has 32 bits; use Int64 from atoll.sdk"),
    ],
)
def test_results_that_do_not_fit(function: str, message: str, app: Any) -> None:
    failure = app.failure(function)
    assert failure["kind"] == "result"
    assert message in failure["message"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "function parameter 'person' is invalid: a value is required"),
        ({"person": None}, "function parameter 'person' is invalid: expected an object"),
        (
            {"person": {"fullName": 5}},
            "function parameter 'person' is invalid: fullName: expected a string, got int",
        ),
        (
            {"person": {"fullName": "A", "age": -1}},
            "function parameter 'person' is invalid: Person: age is negative",
        ),
        (
            {"person": {"fullName": "A"}, "zzz": 1},
            "function parameter 'zzz' is invalid: greet has no such parameter",
        ),
    ],
)
def test_arguments_that_do_not_fit(arguments: Any, message: str, app: Any) -> None:
    failure = app.failure("greet", **arguments)
    assert failure["kind"] == "argument"
    assert failure["message"].startswith(message)


@pytest.mark.parametrize("text", ["[]", "5", "null", '"a"'])
def test_arguments_that_are_no_object(text: str, app: Any) -> None:
    import atoll_app
    from atoll_failure import CallFailed

    with pytest.raises(CallFailed) as failed:
        atoll_app.invoke("greet", text)
    assert json.loads(failed.value.json)["kind"] == "argument"


def test_exception(app: Any) -> None:
    failure = app.failure("fail")
    assert (failure["kind"], failure["type"], failure["message"]) == (
        "exception",
        "KeyError",
        "'missing'",
    )
    ((file, line, function, source),) = failure["frames"]
    assert (file, function, source) == ("guest_app.py", "fail", 'raise KeyError("missing")')
    assert APP.splitlines()[line - 1].strip() == source
    assert 'raise KeyError("missing")' in failure["traceback"]
    assert "atoll_function" not in failure["traceback"]


def test_exception_with_a_cause(app: Any) -> None:
    failure = app.failure("fail_deeper")
    assert failure["type"] == "RuntimeError"
    assert "KeyError: 'missing'" in failure["traceback"]
    assert "direct cause" in failure["traceback"]


def test_user_error(app: Any) -> None:
    failure = app.failure("user")
    assert (failure["kind"], failure["message"]) == ("user", "Which event?")


def test_user_errors_of_a_task_group(app: Any) -> None:
    failure = app.failure("user_in_group")
    assert (failure["kind"], failure["message"]) == ("user", "one\ntwo")


@pytest.mark.parametrize(
    ("function", "kind", "type_name", "message"),
    [
        ("leave", "exit", "SystemExit", "the function ended with sys.exit(3)"),
        ("recurse", "exception", "RecursionError", "maximum recursion depth exceeded"),
        ("memory", "exception", "MemoryError", "the function used all of its memory"),
        ("interrupted", "exception", "KeyboardInterrupt", "KeyboardInterrupt"),
        ("broken", "exception", "Broken", "Broken"),
    ],
)
def test_what_else_ends_a_call(
    function: str, kind: str, type_name: str, message: str, app: Any
) -> None:
    failure = app.failure(function)
    assert (failure["kind"], failure["type"], failure["message"]) == (kind, type_name, message)
    assert len(failure["frames"]) <= 200


def test_async(app: Any) -> None:
    assert app.invoke("later", x=5) == 5
    assert app.invoke("run_inside") == 7


@pytest.mark.parametrize("function", ["surrogate", "surrogate_key"])
def test_half_a_surrogate_pair_is_no_result(function: str, app: Any) -> None:
    failure = app.failure(function)
    assert failure["kind"] == "result"
    assert "half of a surrogate pair" in failure["message"]


def test_half_a_surrogate_pair_in_a_message(app: Any) -> None:
    assert app.failure("surrogate_message")["message"] == "ü?"


@pytest.mark.parametrize("function", ["exits_when_asked", "endless_traceback", "nameless"])
def test_exceptions_that_misbehave_are_reported_all_the_same(function: str, app: Any) -> None:
    assert app.failure(function)["kind"] == "exception"


def test_unknown_function(app: Any) -> None:
    assert app.failure("nope")["message"] == "there is no function nope"
