"""What an app exports, and what is said of apps that cannot be loaded."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

PRELUDE = """
from __future__ import annotations
import asyncio, collections, datetime, enum, functools, random, typing, uuid
from collections.abc import Callable, Iterator
from dataclasses import InitVar, dataclass, field
from typing import *
from atoll.sdk import Int64
"""


def names(description: dict[str, Any]) -> list[str]:
    return [function["name"] for function in description["functions"]]


def test_public_functions_with_hints(guest: Any) -> None:
    description = guest.load(
        """
        from helpers import helper

        def first_one(a: int) -> int: return a
        async def second() -> None: ...
        def _private(a: int) -> int: return a
        def without_hints(a): return a
        alias = first_one
        class Thing:
            def method(self, a: int) -> int: return a
        constant = 5
        wrapped = lambda: 5
        """,
        helpers="def helper(a: int) -> int: return a",
    )
    assert names(description) == ["firstOne", "second"]
    assert [function["export"] for function in description["functions"]] == ["first_one", "second"]
    (warning,) = description["warnings"]
    assert "without_hints has no type hints" in warning["message"]
    assert (warning["file"], warning["line"]) == ("guest_app.py", 7)


def test_all_names_exactly_what_is_exported(guest: Any) -> None:
    description = guest.load(
        """
        from dataclasses import dataclass
        from helpers import helper
        __all__ = ["helper", "_hidden", "Thing"]
        @dataclass
        class Thing: x: int
        def _hidden() -> int: return 1
        def other() -> int: return 1
        """,
        helpers="def helper(a: int) -> int: return a",
    )
    assert [function["export"] for function in description["functions"]] == ["helper", "_hidden"]
    assert description["functions"][0]["file"] == "helpers.py"


def test_decorated_functions(guest: Any) -> None:
    description = guest.load(
        """
        import functools
        def loud(function):
            @functools.wraps(function)
            def wrapper(*args, **kwargs): return function(*args, **kwargs).upper()
            return wrapper
        @loud
        def hello(name: str) -> str: return "hello " + name
        @functools.cache
        def cached(x: int) -> int: return x
        """
    )
    assert names(description) == ["hello", "cached"]
    assert guest.invoke("hello", name="ann") == "HELLO ANN"
    assert guest.invoke("cached", x=3) == 3


def test_description_of_a_function(guest: Any) -> None:
    description = guest.load(
        '''
        from dataclasses import dataclass
        from enum import Enum
        from typing import Annotated

        class Mood(Enum):
            """How one feels.

            Attributes:
                GOOD: well
            """
            GOOD = 1
            BAD = 2

        @dataclass
        class Person:
            """Somebody.

            Attributes:
                full_name: as in the passport
            """
            full_name: str
            age: Annotated[int, "in years"] = 3
            _secret: str = ""

        def find_person(
            person_id: Annotated[int, "which"], mood: Mood = Mood.GOOD
        ) -> Person | None:
            """Find one.

            Args:
                person_id: overruled
                mood: how
            """
        '''
    )
    assert description == {
        "version": 1,
        "language": "python",
        "runtime": description["runtime"],
        "warnings": [],
        "functions": [
            {
                "name": "findPerson",
                "export": "find_person",
                "doc": "Find one.",
                "file": "guest_app.py",
                "line": 26,
                "parameters": [
                    {"name": "personId", "type": {"scalar": "Int"}, "doc": "which"},
                    {
                        "name": "mood",
                        "type": {"ref": "Mood"},
                        "doc": "how",
                        "default": {"value": "GOOD"},
                    },
                ],
                "result": {"nullable": {"ref": "Person"}},
            }
        ],
        "types": {
            "Mood": {
                "kind": "enum",
                "doc": "How one feels.",
                "values": [{"name": "GOOD", "doc": "well"}, {"name": "BAD", "doc": None}],
            },
            "Person": {
                "kind": "object",
                "doc": "Somebody.",
                "fields": [
                    {
                        "name": "fullName",
                        "type": {"scalar": "String"},
                        "doc": "as in the passport",
                    },
                    {
                        "name": "age",
                        "type": {"scalar": "Int"},
                        "doc": "in years",
                        "default": {"value": 3},
                    },
                ],
            },
        },
    }


@pytest.mark.parametrize(
    ("declaration", "default"),
    [
        ("x: int = 5", 5),
        ("x: str | None = None", None),
        ("x: list[int] = [1, 2]", [1, 2]),
        ("x: Mood = Mood.SAD", "SAD"),
        ("x: Point = Point(1)", {"x": 1, "y": 2}),
        ("x: datetime.date = datetime.date(2025, 1, 2)", "2025-01-02"),
        ("x: dict[str, int] = {'a': 1}", [{"key": "a", "value": 1}]),
        ("*, x: tuple[str, int] = ('a', 1)", {"item1": "a", "item2": 1}),
        ("x: set[str] = frozenset(['b', 'a'])", ["a", "b"]),
        ("x: bytes = b'abc'", "YWJj"),
    ],
)
def test_defaults(declaration: str, default: Any, guest: Any) -> None:
    description = guest.load(
        PRELUDE
        + "class Mood(enum.Enum):\n    HAPPY = 1\n    SAD = 2\n"
        + "@dataclass\nclass Point:\n    x: int\n    y: int = 2\n"
        + f"def probe({declaration}) -> None: ...\n"
    )
    assert description["functions"][0]["parameters"][0]["default"] == {"value": default}


def test_any_value_with_no_value_by_default_may_be_null(guest: Any) -> None:
    description = guest.load(PRELUDE + "def f(x: typing.Any = None) -> str: ...\n")
    (parameter,) = description["functions"][0]["parameters"]
    assert parameter["type"] == {"nullable": {"scalar": "JSON"}}
    assert parameter["default"] == {"value": None}


def test_default_factories(guest: Any) -> None:
    description = guest.load(
        PRELUDE
        + textwrap.dedent(
            """
            @dataclass
            class Note:
                tags: list[str] = field(default_factory=list)
                sizes: list[int] = field(default_factory=lambda: [1, 2])
                id: uuid.UUID = field(default_factory=uuid.uuid4)
            def keep(note: Note) -> Note: return note
            """
        )
    )
    tags, sizes, identifier = description["types"]["Note"]["fields"]
    assert tags["default"] == {"value": []}
    assert sizes["default"] == {"value": [1, 2]}
    assert "default" not in identifier
    assert identifier["type"] == {"nullable": {"scalar": "UUID"}}
    one, two = (guest.invoke("keep", note={"id": None})["id"] for _ in range(2))
    assert one != two


def test_typed_dict_with_inheritance(guest: Any) -> None:
    description = guest.load(
        PRELUDE
        + textwrap.dedent(
            """
            class Base(TypedDict):
                a: int
            class Rest(Base, total=False):
                b: int
                c: Required[int]
            def probe(x: Rest) -> Rest: return x
            """
        )
    )
    types = {field["name"]: field["type"] for field in description["types"]["Rest"]["fields"]}
    assert types == {
        "a": {"scalar": "Int"},
        "b": {"nullable": {"scalar": "Int"}},
        "c": {"scalar": "Int"},
    }
    assert guest.invoke("probe", x={"a": 1, "c": 2}) == {"a": 1, "b": None, "c": 2}


UNSUPPORTED = {
    "int | str": "union",
    "Optional[int | str]": "union",
    "list": "Say what is in it",
    "dict": "dict[str, int]",
    "tuple": "Say what is in it",
    "object": "Any",
    "complex": "two floats",
    "bytearray": "bytes",
    "Callable[[int], int]": "pass data",
    "Iterator[int]": "list",
    "Literal[1, 2]": "Enum",
    "Plain": "@dataclass",
    "Flags": "Enum",
    "TypeVarT": "concrete",
    "Loose": "NamedTuple",
    "Empty": "field",
    "Literal['a b']": "Enum",
    "set[Plainer]": "frozen",
    "Computed": "class of its own",
    "Initial": "class of its own",
    "NoMembers": "member",
    "String": "Rename",
}

CLASSES = """
class Plain: ...
class Flags(enum.Flag):
    A = 1
TypeVarT = TypeVar("TypeVarT")
Loose = collections.namedtuple("Loose", "a b")
@dataclass
class Empty: ...
@dataclass
class Plainer:
    x: int
@dataclass
class Computed:
    x: int = field(init=False)
@dataclass
class Initial:
    x: int
    y: InitVar[int]
class NoMembers(enum.Enum): ...
@dataclass
class String:
    x: int
"""


@pytest.mark.parametrize("hint", UNSUPPORTED)
def test_unsupported_types(hint: str, guest: Any) -> None:
    problem = guest.problem(
        PRELUDE + CLASSES + f"\ndef probe(good: int, bad: {hint}) -> None: ...\n"
    )
    source = PRELUDE + CLASSES
    assert UNSUPPORTED[hint] in problem["message"] + (problem["hint"] or "")
    if problem["function"] == "probe":
        assert problem["parameter"] == "bad"
        assert (problem["file"], problem["line"]) == ("guest_app.py", source.count("\n") + 2)
        assert problem["column"] == 22
    else:
        assert problem["function"] == hint
        assert problem["line"] > 1


def test_field_of_an_unsupported_type(guest: Any) -> None:
    problem = guest.problem(
        """
        from dataclasses import dataclass
        @dataclass
        class Person:
            name: str
            friends: list
        def probe() -> Person: ...
        """
    )
    assert problem["code"] == "UNSUPPORTED_TYPE"
    assert problem["message"].startswith("field friends of Person has the type list")
    assert (problem["line"], problem["column"]) == (6, 5)
    assert problem["hint"] == "Say what is in it: list[str], for example."


def test_result_of_an_unsupported_type(guest: Any) -> None:
    problem = guest.problem("def probe() -> int | str: ...\n")
    assert problem["message"].startswith("the result of probe has the type int | str")
    assert (problem["function"], problem["parameter"]) == ("probe", None)
    assert (problem["line"], problem["column"]) == (1, 16)


def test_missing_hint(guest: Any) -> None:
    problem = guest.problem("\ndef probe(a: int, b) -> int: ...\n")
    assert problem["code"] == "MISSING_HINT"
    assert (problem["parameter"], problem["line"], problem["column"]) == ("b", 2, 19)


def test_missing_result_hint(guest: Any) -> None:
    problem = guest.problem("def probe(a: int): return a\n")
    assert problem["code"] == "MISSING_HINT"
    assert "-> None" in problem["hint"]


@pytest.mark.parametrize("stars", ["*", "**"])
def test_star_parameters(stars: str, guest: Any) -> None:
    problem = guest.problem(f"def probe({stars}rest: int) -> None: ...\n")
    assert problem["code"] == "UNSUPPORTED_PARAMETER"
    assert f"{stars}rest" in problem["message"]


@pytest.mark.parametrize(
    "source",
    [
        "def a_b() -> int: ...\ndef aB() -> int: ...\n",
        "def probe(a_b: int, aB: int) -> int: ...\n",
        "from dataclasses import dataclass\n@dataclass\nclass P:\n    a_b: int\n    aB: int\n"
        "def probe(p: P) -> int: ...\n",
    ],
)
def test_names_that_collide(source: str, guest: Any) -> None:
    problem = guest.problem(source)
    assert problem["code"] == "NAME_COLLISION"
    assert "a_b and aB are both called aB" in problem["message"]


def test_types_that_collide(guest: Any) -> None:
    person = "from dataclasses import dataclass\n@dataclass\nclass Person:\n    x: int\n"
    problem = guest.problem(
        "import one, two\ndef probe(a: one.Person, b: two.Person) -> None: ...\n",
        one=person,
        two=person,
    )
    assert problem["code"] == "TYPE_NAME_COLLISION"
    assert "one.Person and two.Person" in problem["message"]


def test_literals_that_collide(guest: Any) -> None:
    problem = guest.problem(
        "from typing import Literal\n"
        "def probe(a: tuple[Literal['x'], int], a_item1: Literal['y']) -> None: ...\n"
    )
    assert problem["code"] == "TYPE_NAME_COLLISION"
    assert "Literal['x']" in problem["message"]


@pytest.mark.parametrize("name", ["größe", "straße_nr"])
def test_names_that_graphql_does_not_take(name: str, guest: Any) -> None:
    assert guest.problem(f"def probe({name}: int) -> None: ...\n")["code"] == "BAD_NAME"
    assert guest.problem(f"def {name}(x: int) -> None: ...\n")["code"] == "BAD_NAME"


@pytest.mark.parametrize("declaration", ["x: int = None", "x: int = 'a'", "x: int = 2**40"])
def test_default_that_does_not_fit(declaration: str, guest: Any) -> None:
    problem = guest.problem(f"def probe({declaration}) -> None: ...\n")
    assert problem["code"] == "BAD_DEFAULT"
    assert problem["parameter"] == "x"


def test_name_that_is_not_there(guest: Any) -> None:
    problem = guest.problem(
        "from __future__ import annotations\ndef probe(x: Nowhere) -> None: ...\n"
    )
    assert problem["code"] == "UNKNOWN_TYPE"
    assert "Nowhere" in problem["message"]
    assert problem["line"] == 2
    assert "TYPE_CHECKING" in problem["hint"]


def test_all_problems_are_told(guest: Any) -> None:
    problem = guest.problem(
        "def one(a: list) -> None: ...\ndef two(a) -> None: ...\ndef fine() -> None: ...\n"
    )
    assert problem["function"] == "one"
    assert [each["function"] for each in problem["more"]] == ["two"]


def test_unknown_name_in_all(guest: Any) -> None:
    problem = guest.problem("__all__ = ['nope', 'fine']\ndef fine() -> None: ...\n")
    assert problem["code"] == "UNKNOWN_EXPORT"
    assert "nope" in problem["message"]


def test_nothing_to_export(guest: Any) -> None:
    problem = guest.problem("x = 5\n")
    assert problem["code"] == "NO_FUNCTIONS"
    assert problem["file"] == "guest_app.py"


def test_syntax_error(guest: Any) -> None:
    problem = guest.problem("def probe(:\n    pass\n")
    assert problem["code"] == "SYNTAX_ERROR"
    assert (problem["file"], problem["line"], problem["column"]) == ("guest_app.py", 1, 11)


def test_module_that_is_not_there(guest: Any) -> None:
    problem = guest.problem("\nimport nowhere_to_be_found\n")
    assert problem["code"] == "MODULE_NOT_FOUND"
    assert "add nowhere_to_be_found to the dependencies" in problem["hint"]
    assert (problem["file"], problem["line"]) == ("guest_app.py", 2)


@pytest.mark.parametrize("statement", ["1 / 0", "raise SystemExit(3)", "raise KeyboardInterrupt"])
def test_app_that_raises_while_it_is_imported(statement: str, guest: Any) -> None:
    problem = guest.problem("import broken\n", broken=f"\n\n{statement}\n")
    assert problem["code"] == "IMPORT_FAILED"
    assert (problem["file"], problem["line"]) == ("broken.py", 3)
    assert statement in problem["traceback"]
    assert "atoll_app" not in problem["traceback"]


def test_host_call_at_build(guest: Any) -> None:
    from atoll.sdk import HostError, testing

    def refuse(request: Any) -> Any:
        raise HostError("NOT_AT_BUILD", "the host cannot be called while the app is built")

    source = "from atoll.sdk import models\nmodels.get('m').chat('Hi')\n"
    with testing.host(operations={"models.info": refuse}):
        problem = guest.problem(source)
    assert problem["code"] == "HOST_CALL_AT_BUILD"
    assert problem["line"] == 2
    assert "inside of a function" in problem["hint"]


def test_loading_again_replaces_the_app(guest: Any) -> None:
    guest.load("def one() -> int: return 1\n")
    guest.load("def two() -> int: return 2\n")
    assert guest.failure("one")["kind"] == "argument"
    assert guest.invoke("two") == 2


def test_description_is_canonical(guest: Any) -> None:
    import atoll_app

    guest.load("def one() -> int: return 1\n")
    text = atoll_app.describe()
    assert ": " not in text
    assert text.startswith('{"functions":')


@pytest.mark.parametrize("names", ["3", "['fine', 3]", "{'fine': 1}", "'fine'"])
def test_all_that_is_no_list_of_names(names: str, guest: Any) -> None:
    problem = guest.problem(f"__all__ = {names}\ndef fine() -> None: ...\n")
    assert (problem["code"], problem["file"]) == ("BAD_EXPORTS", "guest_app.py")
    assert "__all__" in problem["hint"]


@pytest.mark.parametrize(
    "parameter",
    ['p: str = "\\ud800"', "p: Any = endless", "p: Any = object()", "p: Any = float('nan')"],
)
def test_default_without_a_json_form(parameter: str, guest: Any) -> None:
    source = f"""
        from typing import Any
        endless = []
        endless.append(endless)
        def fine({parameter}) -> None: ...
    """
    problem = guest.problem(source)
    assert (problem["code"], problem["parameter"]) == ("BAD_DEFAULT", "p")


def test_documentation_with_half_a_surrogate_pair(guest: Any) -> None:
    source = 'def fine() -> None: ...\nfine.__doc__ = "ü\\ud800"\n'
    assert guest.load(source)["functions"][0]["doc"] == "ü?"


@pytest.mark.parametrize(
    "source",
    [
        "def __getattr__(name): raise SystemExit(name)\ndef fine() -> None: ...\n",
        "class X:\n    def __eq__(self, other): raise SystemExit\n    __hash__ = None\n"
        "def fine(x: X()) -> None: ...\n",
        "class E(BaseException):\n    def __str__(self): raise E\nraise E\n",
        "class M(type):\n    def __getattribute__(cls, name): raise E\n"
        "class E(BaseException, metaclass=M): pass\nraise E\n",
    ],
    ids=["getattr", "hint", "exception", "metaclass"],
)
def test_an_app_that_fails_while_it_is_looked_at(source: str, guest: Any) -> None:
    assert guest.problem(source)["code"] in ("IMPORT_FAILED", "UNSUPPORTED_TYPE")
