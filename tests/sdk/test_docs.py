"""The code of docs/python.md that is about connections and collections."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from atoll.sdk import collections, dgraph, models, neo4j, postgresql, testing

PAGE = (Path(__file__).parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
IMPORTS = """
from dataclasses import dataclass
from datetime import date
from atoll.sdk import Int64
"""
PERSON = {"id": 7, "fullName": "Ann", "born_on": "2001-02-03"}


def blocks(section: str) -> list[str]:
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def run(code: str, names: dict[str, Any]) -> None:
    names["__name__"] = "docs"
    exec(compile(IMPORTS + code, "docs", "exec", dont_inherit=True), names)


def sql(statement: testing.Statement) -> Any:
    if "count(*)" in statement.text:
        return [{"count": 1}]
    return postgresql.ExecuteResult(1, 8) if "insert" in statement.text else [PERSON]


def graph(statement: testing.Statement) -> Any:
    node = neo4j.Node("4:1", PERSON, ["Person"])
    return [{"p": node, "since": "2020-01-02"}] if "since" in statement.text else [{"p": node}]


def dql(statement: testing.Statement) -> Any:
    return dgraph.Response('{"people":[{"id":7,"full_name":"Ann"}]}', {"new": "0x1"})


def any_of(statement: testing.Statement) -> Any:
    answers = {"sql.query": sql, "neo4j.query": graph, "dgraph.query": dql}
    return answers[statement.operation](statement)


def test_connections() -> None:
    connections = {
        "": any_of,
        "main": sql,
        "api": lambda statement: PERSON,
        "https://api.example.com/people": lambda request: [PERSON],
        "https://api.example.com/events": lambda request: "one\ntwo\n",
    }
    code = blocks("Connections")
    assert len(code) == 7
    with testing.host(connections=connections, secrets={"STRIPE_KEY": "x"}) as host:
        run("\n".join(code), {})
    assert len(host.statements) == 10
    assert len(host.http_requests) == 3


def test_collections() -> None:
    [code] = blocks("Collections")
    names: dict[str, Any] = {}
    vector = testing.embeddings([1.0, 0.0])
    with testing.host(
        models={"embedder": lambda request: vector},
        interfaces={"embedder": "openai-embeddings"},
        collections={"articles": None},
    ):
        run(code, names)
        assert [match.key for match in names["find"]("Do bees dance?", 2020)] == ["bees"]
        assert names["find"]("Do bees dance?", 2021) == []
        assert names["embed"](["one"]) == [[1.0, 0.0]]


def test_stand_ins() -> None:
    [code] = [block for block in blocks("Editor and tests") if "def test_people" in block]
    names: dict[str, Any] = {}
    run(blocks("Connections")[0], names)
    people = names["postgresql"].query

    def asked(year: int) -> Any:
        since = names["date"](year, 1, 1)
        return people(names["Person"], "select $1", [since], connection="main")

    names |= {"testing": testing, "app": SimpleNamespace(people=asked)}
    run(code, names)
    names["test_people"]()


MODELS = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
MODEL_IMPORTS = """
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal
from atoll.sdk import testing
png = b""


@dataclass
class Forecast:
    rain: bool
    degrees: int
"""


def about_models() -> str:
    chapter = MODELS.partition("\n## In Python\n")[2].partition("\n## ")[0]
    return MODEL_IMPORTS + "\n".join(re.findall(r"```python\n(.*?)```", chapter, re.DOTALL))


def answer(request: dict[str, Any]) -> Any:
    """What a model might say."""
    messages = request["messages"]
    name = request.get("response_format", {}).get("json_schema", {}).get("name")
    if name == "Person":
        return '{"name": "Ann", "age": 30, "hobbies": ["chess"]}'
    if name is not None:
        return '{"value": ["Mainau"]}' if "list" in name else '{"value": "yes"}'
    if messages[-1]["role"] == "tool" or "tools" not in request:
        return "Yes."
    if request["tools"][0]["function"]["name"] == "delete":
        return testing.tool_call("delete", path="/tmp/x")
    return testing.tool_call("weather", city="Bergen", day="2026-05-01")


def embed(request: dict[str, Any]) -> Any:
    texts = [request["input"]] if isinstance(request["input"], str) else request["input"]
    return testing.embeddings(*([1.0, len(text)] for text in texts))


def claude(request: dict[str, Any]) -> Any:
    return {"content": [{"type": "text", "text": "It is."}], "role": "assistant"}


def test_models(capsys: Any) -> None:
    names: dict[str, Any] = {}
    with testing.host(
        models={"text-generator": answer, "embedder": embed, "claude": claude},
        interfaces={"embedder": "openai-embeddings"},
    ) as host:
        run(about_models(), names)
    assert len(host.requests) == 18
    assert capsys.readouterr().out == "Yes.It is.\n"
    names["test_umbrella"]()
    names["test_story"]()


def test_stand_ins_of_collections() -> None:
    [code] = [block for block in blocks("Editor and tests") if "collections=" in block]
    sample: dict[str, Any] = {"models": models, "__name__": "sample"}
    lines = (collections.__doc__ or "").splitlines()
    source = "\n".join(line[4:] for line in lines if line.startswith("    ") or not line)
    exec(compile(source, "docs", "exec", dont_inherit=True), sample)
    names: dict[str, Any] = {"testing": testing, "app": SimpleNamespace(**sample)}
    run(code, names)
    names["test_find_articles"]()
    with testing.host(models={"embedder": lambda request: testing.embeddings([1.0], [2.0])}):
        assert sample["embed"](["a", "b"]) == [[1.0], [2.0]]
