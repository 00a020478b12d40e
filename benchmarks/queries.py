"""The queries of the serving benchmark, and what each must be answered with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

ALL = ("id", "name", "email", "score", "active")
TWO = ("id", "name")
NUMBER = "NUMBER"
"""Stands in a body for a number that no request had before."""


@dataclass(frozen=True)
class Query:
    name: str
    body: str
    """JSON, as it is sent; `NUMBER` in it is replaced for each request."""
    data: dict[str, Any]

    def sent(self, number: int) -> bytes:
        return self.body.replace(NUMBER, str(number)).encode()

    def expected(self, number: int) -> Any:
        return json.loads(json.dumps(self.data).replace(NUMBER, str(number)))


def _hello_by_variable() -> Query:
    text = "query ($name: String!) { hello(name: $name) }"
    body = json.dumps({"query": text, "variables": {"name": "Bob"}})
    return Query("hello, variable", body, {"hello": "Hello, Bob!"})


def _hello_by_literal() -> Query:
    body = json.dumps({"query": f'{{ hello(name: "Bob {NUMBER}") }}'})
    return Query("hello, new literal", body, {"hello": f"Hello, Bob {NUMBER}!"})


def _people(count: int, fields: tuple[str, ...]) -> Query:
    text = f"query ($count: Int!) {{ people(count: $count) {{ {' '.join(fields)} }} }}"
    body = json.dumps({"query": text, "variables": {"count": count}})
    people = [
        {
            "id": number,
            "name": f"Person {number}",
            "email": f"p{number}@example.com",
            "score": number * 1.5,
            "active": number % 2 == 0,
        }
        for number in range(count)
    ]
    data = [{field: person[field] for field in fields} for person in people]
    return Query(f"{count} objects, {len(fields)} of 5 fields", body, {"people": data})


HELLO, NEW_LITERAL, TEN = _hello_by_variable(), _hello_by_literal(), _people(10, ALL)
QUERIES = (
    HELLO,
    NEW_LITERAL,
    TEN,
    _people(10, TWO),
    _people(100, ALL),
    _people(100, TWO),
)
