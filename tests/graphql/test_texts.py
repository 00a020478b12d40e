from __future__ import annotations

import gc
import weakref
from collections.abc import Sequence
from typing import Any

import pytest
from graphql import GraphQLError, OperationType

from atoll.graphql.documents import load_document
from atoll.graphql.limits import QueryLimits
from atoll.graphql.operations import Document
from atoll.graphql.plans import plan
from atoll.graphql.plans.plan import Planner
from atoll.graphql.response import GraphQLResponse
from atoll.graphql.schema import build_schema
from atoll.graphql.texts import Texts
from atoll.guest.types import Function, Interface, Nullable, Parameter, Scalar

LIMITS = QueryLimits()
STRING, INT = Scalar("String"), Scalar("Int")
INTERFACE = Interface(
    (
        Function("b", "b", (), STRING),
        Function(
            "f", "f", (Parameter("x", Nullable(INT)), Parameter("s", Nullable(STRING))), STRING
        ),
    )
)


class Loads:
    """Texts over a small schema; counts what is parsed and validated."""

    def __init__(self, **bounds: int) -> None:
        schema = build_schema(INTERFACE)
        self.loaded: list[str] = []

        def load(text: str):
            self.loaded.append(text)
            return load_document(text, schema.graphql, LIMITS)

        self.texts = Texts(load, Planner(schema, exact=False), **bounds)

    def find(self, text: str) -> tuple[Document, Sequence[str]]:
        document, literals = self.texts.find(text)
        assert isinstance(document, Document)
        return document, literals


class TestOperation:
    def load(self, text: str) -> Document:
        return Loads().find(text)[0]

    def test_the_only_one(self) -> None:
        document = self.load("query A { b }")
        assert document.operation(None) is document.operation("A")
        assert document.operation(None).kind is OperationType.QUERY

    def test_one_of_several(self) -> None:
        document = self.load("query A { b } query B { b }")
        assert document.operation("B").name == "B"
        with pytest.raises(GraphQLError, match="several operations; say which one"):
            document.operation(None)

    def test_an_unknown_one(self) -> None:
        with pytest.raises(GraphQLError, match="Unknown operation named 'C'"):
            self.load("query A { b }").operation("C")

    def test_a_document_that_was_let_go_is_parsed_again(self) -> None:
        document = self.load("query A { b }")
        before = document.node
        document.release()
        assert document.node is not before
        assert document.node == before


class TestTexts:
    def test_a_text_is_loaded_once(self) -> None:
        loads = Loads()
        assert loads.texts.find("{ b }")[0] is loads.texts.find("{ b }")[0]
        refused = loads.texts.find("{ nope }")[0]
        assert isinstance(refused, GraphQLResponse)
        assert loads.texts.find("{ nope }")[0] is refused
        assert loads.loaded == ["{ b }", "{ nope }"]

    def test_the_longest_unused_goes_first(self) -> None:
        loads = Loads(max_entries=2)
        first, second = loads.find("{ b }"), loads.find("{ c: b }")
        assert loads.find("{ b }") == first
        loads.find("{ d: b }")
        assert len(loads.texts) == 2
        assert loads.find("{ b }") == first
        assert loads.find("{ c: b }") != second

    def test_the_size_of_all_texts_is_bounded(self) -> None:
        loads = Loads(max_total_text=100)
        texts = [f"{{ b }} # {i:02}" + "x" * 30 for i in range(10)]
        for text in texts:
            loads.find(text)
        assert len(loads.texts) == 2
        assert loads.find(texts[-1])[0] is loads.find(texts[-1])[0]

    def test_long_texts_are_not_kept(self) -> None:
        loads = Loads()
        loads.find("{ b } #" + "x" * 70_000)
        assert len(loads.texts) == 0


class TestTemplates:
    def test_from_the_third_text_on_one_document_stands_for_all(self) -> None:
        loads = Loads()
        for number in range(5):
            document, literals = loads.find(f'{{ f(x: {number}, s: "{number}") }}')
            if number > 1:
                assert literals == [f"{number}", f'"{number}"']
                assert document is loads.find('{ f(x: 77, s: "") }')[0]
        assert len(loads.loaded) == 2

    def test_literals_of_another_kind_are_another_template(self) -> None:
        loads = Loads()
        for number in range(3):
            loads.find(f"{{ f(x: {number}) }}")
        assert isinstance(loads.texts.find('{ f(x: "3") }')[0], GraphQLResponse)
        assert isinstance(loads.texts.find("{ f(x: 3.5) }")[0], GraphQLResponse)
        assert isinstance(loads.texts.find('{ f(x: """3""") }')[0], GraphQLResponse)

    def test_block_strings_have_none(self) -> None:
        loads = Loads()
        for number in range(4):
            assert loads.find(f'{{ f(s: """{number}""") }}')[1] == ()
        assert len(loads.loaded) == 4

    def test_a_document_that_turned_out_unfit_stands_for_itself(self) -> None:
        loads = Loads()
        texts = [f"{{ b }} # {number}" for number in range(4)]
        for text in texts[:3]:
            document, _ = loads.find(text)
        assert document.operation(None).plan({}) is None  # the literal is no argument
        assert loads.find(texts[3]) != (document, ["3"])
        assert loads.texts.find(texts[3])[1] == ()

    def test_their_number_is_bounded(self) -> None:
        loads = Loads(max_entries=2)
        for name in "abcdef":
            for number in range(2):
                loads.find(f"{{ {name}: f(x: {number}) }}")
        count = len(loads.loaded)
        loads.find("{ f: f(x: 2) }")
        assert len(loads.loaded) == count
        loads.find("{ a: f(x: 2) }")
        assert len(loads.loaded) == count + 1


class TestMemory:
    async def test_plans_are_dropped_when_they_are_too_many(
        self, people_api: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(plan, "MAX_TOTAL_SIZE", 100)
        texts = [f"{{ a{number}: sayHello }}" for number in range(10)]
        for text in texts * 3:
            assert (await people_api(text)).body["data"] == {text[2:4]: "Hello, you"}
        planner = people_api.api._texts._planner
        assert planner._kept_size <= 100
        kept = [t for t in texts if people_api.api._texts.load(t).operation(None)._plan is not None]
        assert 0 < len(kept) < 10

    def test_what_is_forgotten_is_no_cycle(self) -> None:
        loads = Loads(max_entries=1)
        text = "query ($x: Int) { f(x: $x) }"
        operation = loads.find(text)[0].operation(None)
        assert operation.plan({}) is None
        made = operation.plan({})
        assert made is not None
        arguments = weakref.ref(made.arguments)
        gc.collect()
        gc.disable()  # a cycle would be found sooner or later
        try:
            loads.texts._planner._kept.clear()
            loads.find("{ b }")
            del operation, made
            assert arguments() is None
            assert not [each for each in gc.get_objects() if is_document(each, text)]
        finally:
            gc.enable()


def is_document(found: object, text: str) -> bool:
    return type(found) is Document and found.text == text
