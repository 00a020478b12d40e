"""What a type checker says of apps that use the SDK."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import mypy.api
import pytest

APP = """
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypedDict, assert_type

from atoll.sdk import (
    Int64, collections, dgraph, graphql, http, models, mysql, neo4j, postgresql, secrets, span
)
from atoll.sdk.models.wire import Wire, anthropic, gemini, llama, openai, responses


@dataclass
class Person:
    id: Int64
    name: str


class Movie(TypedDict):
    title: str


class Pair(NamedTuple):
    left: int
    right: int


assert_type(postgresql.query(Person, "select 1"), list[Person])
assert_type(postgresql.query(Movie, "select 1"), list[Movie])
assert_type(postgresql.query(Pair, "select $1", [1], connection="main"), list[Pair])
assert_type(postgresql.query(tuple[int, str], "select 1"), list[tuple[int, str]])
assert_type(postgresql.query(dict[str, Any], "select 1"), list[dict[str, Any]])
assert_type(postgresql.query_one(Person, "select 1"), Person | None)
assert_type(postgresql.query_scalar(int, "select 1"), int)
maybe: int | None = postgresql.query_scalar(int | None, "select 1")
assert_type(mysql.execute("delete from people"), mysql.ExecuteResult)
assert_type(mysql.execute("delete from people").last_insert_id, int)
assert_type(neo4j.query(Person, "RETURN 1"), list[Person])
assert_type(neo4j.query_one(Person, "RETURN 1"), Person | None)
record = neo4j.execute_query("RETURN 1").records[0]
assert_type(record.get("p", neo4j.Node), neo4j.Node)
assert_type(record.get("p", neo4j.Node).get("name", str), str)
assert_type(dgraph.query(Person, "{}", {"$n": 1}), Person)
assert_type(dgraph.mutate(dgraph.Mutation(set_nquads="")).to(Person), Person)
assert_type(graphql.execute(Person, "{}"), Person)
assert_type(graphql.request(Person, "{}").data, Person | None)
assert_type(http.get("https://x/").json(list[Person]), list[Person])
assert_type(http.post("https://x/", json=Person(1, "x"), params={"n": 1}).text(), str)
assert_type(secrets.get("X"), str)
assert_type(secrets.get("X", None), str | None)
assert_type(models.anthropic.get("c").create("Hi", max_tokens=1), models.anthropic.Message)
assert_type(models.gemini.get("g").generate("Hi").candidates[0].text, str)
assert_type(models.llama.get("l").generate("Hi").stop_reason, str | None)
assert_type(models.responses.get("r").create("Hi").usage.input_tokens, int)
assert_type(models.experimental.embedder("e").embed(["Hi"]), list[list[float]])
wires: list[Wire] = [anthropic, gemini, llama, openai, responses]
with http.stream("https://x/") as response:
    assert_type(list(response.lines()), list[str])


def weather(city: str) -> str:
    return city


model = models.get("m")
assert_type(model.generate("Hi"), str)
assert_type(model.generate("Hi", temperature=0.5, tools=[weather], max_steps=3), str)
assert_type(model.generate([models.user("Hi")], as_=Person), Person)
assert_type(model.generate("Hi", as_=list[Person]), list[Person])
assert_type(model.generate("Hi", as_=Movie), Movie)
assert_type(model.generate("Hi", as_=Pair), Pair)
choice: Literal["a", "b"] = model.generate("Hi", as_=Literal["a", "b"])
perhaps: Person | None = model.generate("Hi", as_=Person | None)
assert_type(model.run("Hi", tools=[weather, models.Tool("x")]), models.Transcript[str])
assert_type(model.run("Hi", as_=Person).value, Person)
assert_type(model.run("Hi").steps[0].results[0], models.ToolResult)
assert_type([piece for piece in model.stream("Hi", max_tokens=3)], list[str])
assert_type(model.stream("Hi").completion, models.Completion)
assert_type(model.chat("Hi", tools=[weather]).text, str)
assert_type(model.classify("x", ["a", "b"]), models.Classification)
assert_type(model.classify(["x", "y"], {"a": "good", "b": "bad"}), list[models.Classification])
assert_type(model.classify("x").confidence, float | None)
assert_type(model.embed(["a"], batch_size=10).vectors[0][0], float)
tool: models.Tool = models.Tool.of(weather)


def embed(texts: list[str]) -> list[list[float]]:
    return model.embed(texts).vectors


docs = collections.get("docs")
assert_type(docs.upsert("t", labels=["a"], metadata={"year": 2020}), str)
assert_type(docs.upsert_many(["t", collections.Entry("t", "k", ("a",), {})]), list[str])
where = {"or": [{"year": {"gte": 2000}}, {"year": None}]}
assert_type(docs.search("t", where=where, mode="hybrid", namespaces="en"), list[collections.Match])
assert_type(docs.search("t")[0].metadata["year"], Any)
assert_type(docs.search_by_vector(model.embed("t").vector), list[collections.Match])
assert_type(docs.classify("t").label, str | None)
assert_type(docs.entry("k"), collections.Entry | None)
assert_type(docs.vector("k"), list[float] | None)
mode: collections.Mode = "text"
with span("rank", documents=3) as ranking:
    ranking.set(best="x")


async def twins() -> None:
    assert_type(await model.generate_async("Hi"), str)
    assert_type(await model.generate_async("Hi", as_=Person), Person)
    assert_type(await model.run_async("Hi", as_=Person), models.Transcript[Person])
    assert_type([piece async for piece in model.stream("Hi")], list[str])
    async with model.stream("Hi") as stream:
        assert_type([piece async for piece in stream], list[str])
    assert_type(await model.classify_async("x", ["a", "b"]), models.Classification)
    assert_type(await model.classify_async(["x"]), list[models.Classification])
    async with span("rank"):
        pass
    assert_type(await postgresql.query_async(Person, "select 1"), list[Person])
    assert_type(await mysql.query_one_async(Person, "select 1"), Person | None)
    assert_type(await mysql.query_scalar_async(str, "select 1"), str)
    assert_type(await neo4j.query_async(Person, "RETURN 1"), list[Person])
    assert_type(await dgraph.query_async(Person, "{}"), Person)
    assert_type(await graphql.execute_async(Person, "{}"), Person)
    assert_type(await secrets.get_async("X"), str)
    assert_type(await docs.search_async("t", mode=mode), list[collections.Match])
    assert_type(await docs.texts_async(), dict[str, str])
    async with http.stream_async("https://x/") as response:
        assert_type([piece async for piece in response], list[bytes])
"""

MISTAKES = """
from atoll.sdk import collections, http, models, mysql, postgresql

postgresql.query(int, b"select 1")
postgresql.execute("select 1", "abc", "main")
mysql.execute(5)
http.get("https://x/", jsn=1)
models.get("m").generate("Hi", temprature=1)
models.get("m").generate("Hi", tools=["weather"])
models.get("m").generate("Hi", as_=int).upper()
models.get("m").classify(5)
collections.get("c").search("t", mode="fuzzy")
collections.get("c").search("t", filter={})
"""


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], list[str]]]:
    monkeypatch.setenv("MYPYPATH", str(Path(__file__).parents[2] / "src"))
    recursion_limit = sys.getrecursionlimit()  # mypy raises it for the whole process

    def check(source: str) -> list[str]:
        path = tmp_path / "app.py"
        path.write_text(source, encoding="utf-8")
        cache = Path(__file__).parents[2] / ".mypy_cache" / "apps"
        flags = ["--strict", "--explicit-package-bases", "--config-file=", f"--cache-dir={cache}"]
        out, trouble, _ = mypy.api.run([*flags, "--no-error-summary", str(path)])
        assert not trouble
        return [line.removeprefix(f"{path}:") for line in out.splitlines() if ": error" in line]

    yield check
    sys.setrecursionlimit(recursion_limit)


def test_results_have_the_type_that_was_asked_for(check: Callable[[str], list[str]]) -> None:
    assert check(APP) == []


def test_mistakes_are_seen(check: Callable[[str], list[str]]) -> None:
    lines = {int(line.partition(":")[0]) for line in check(MISTAKES)}
    assert lines == set(range(4, 14))
