"""The functions of the shared suite, in Python."""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from atoll.sdk import Int64, UInt, UInt64, UserError, auth, console, models, time

# Values


def echo(text: str) -> str:
    return text


def repeat(text: str, times: int) -> str:
    return text * times


def negate(value: bool) -> bool:
    return not value


def echo_int(number: int) -> int:
    return number


def echo_float(number: float) -> float:
    return number


def echo_int64(number: Int64) -> Int64:
    return number


def echo_uint(number: UInt) -> UInt:
    return number


def echo_uint64(number: UInt64) -> UInt64:
    return number


def not_a_number() -> float:
    return float("nan")


def infinite(negative: bool) -> float:
    return float("-inf" if negative else "inf")


def get_table() -> list[list[float]]:
    return [[1.0, 2.0], [3.0, float("nan")]]


def echo_bytes(data: bytes) -> bytes:
    return data


def size(data: bytes) -> int:
    return len(data)


def echo_time(at: datetime) -> datetime:
    return at


def later(at: datetime, span: timedelta) -> datetime:
    return at + span


def echo_span(span: timedelta) -> timedelta:
    return span


def greeting(name: str | None) -> str:
    return "Hello!" if name is None else f"Hello, {name}!"


def maybe(text: str | None) -> str | None:
    return text


def maybe_int(number: int | None) -> int | None:
    return number


def welcome(name: str = "you", times: int = 2, loud: bool = False) -> str:
    text = " ".join([f"Welcome, {name}."] * times)
    return text.upper() if loud else text


def do_nothing() -> None:
    pass


# Lists and maps


def join(words: list[str], separator: str) -> str:
    return separator.join(words)


def backwards(words: list[str]) -> list[str]:
    return words[::-1]


def echo_maybes(words: list[str | None]) -> list[str | None]:
    return words


def maybe_words(words: list[str] | None) -> list[str] | None:
    return words


def no_words() -> list[str]:
    return []


def echo_rows(rows: list[list[int]]) -> list[list[int]]:
    return rows


def echo_flags(flags: list[bool]) -> list[bool]:
    return flags


def total(numbers: list[int]) -> int:
    return sum(numbers)


def echo_floats(numbers: list[float]) -> list[float]:
    return numbers


def echo_longs(numbers: list[Int64]) -> list[Int64]:
    return numbers


def echo_times(times: list[datetime]) -> list[datetime]:
    return times


def echo_counts(counts: dict[str, int]) -> dict[str, int]:
    return counts


def count_words(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1
    return counts


def echo_names(names: dict[int, str]) -> dict[int, str]:
    return names


def echo_lists(lists: dict[str, list[int]]) -> dict[str, list[int]]:
    return lists


def echo_groups(groups: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    return groups


# Objects


@dataclass
class Address:
    """Where somebody lives."""

    street: str
    city: str


@dataclass
class Person:
    """Somebody.

    There are not many of them.
    """

    id: int
    name: Annotated[str, "What to call them."]
    email: str | None
    address: Address | None
    born: datetime
    nicknames: list[str]
    tags: dict[str, str]


@dataclass
class Tree:
    label: str
    branches: list[Tree]


@dataclass
class Chain:
    value: int
    next: Chain | None


@dataclass
class Link:
    id: int
    url: str


@dataclass
class FilterInput:
    """What to look for."""

    prefix: str
    limit: int


@dataclass
class Division:
    quotient: int
    remainder: int


@dataclass
class Range:
    low: float
    high: float


def _people() -> list[Person]:
    ada = Person(
        id=1,
        name="Ada",
        email="ada@example.com",
        address=Address(street="St James's Square", city="London"),
        born=datetime(1815, 12, 10, tzinfo=UTC),
        nicknames=["Countess", "Enchantress"],
        tags={"field": "mathematics"},
    )
    bo = Person(
        id=2,
        name="Bo",
        email=None,
        address=None,
        born=datetime(2001, 2, 3, 4, 5, 6, 700_000, tzinfo=UTC),
        nicknames=[],
        tags={},
    )
    return [ada, bo]


def get_person(id: int) -> Person | None:
    """Finds somebody.

    Gives null when there is nobody of that number.
    """
    return next((person for person in _people() if person.id == id), None)


def list_people() -> list[Person]:
    """Everybody."""
    return _people()


def people_by_name() -> dict[str, Person]:
    return {person.name: person for person in _people()}


def echo_person(person: Person) -> Person:
    return person


def eldest(people: list[Person]) -> Person | None:
    return min(people, key=lambda person: person.born, default=None)


def echo_tree(tree: Tree) -> Tree:
    return tree


def grow_tree(depth: int) -> Tree:
    branches = [grow_tree(depth - 1), grow_tree(depth - 1)] if depth > 0 else []
    return Tree(label=f"at {depth}", branches=branches)


def echo_chain(chain: Chain) -> Chain:
    return chain


def get_ring() -> Chain | None:
    ring = Chain(value=1, next=None)
    ring.next = Chain(value=2, next=ring)
    return ring


def get_link() -> Link:
    return Link(id=7, url="https://example.com/7")


def echo_link(link: Link) -> Link:
    return link


def search(filter: FilterInput) -> list[str]:
    found = [name for name in ("alpha", "alps", "beta") if name.startswith(filter.prefix)]
    return found[: filter.limit]


def last_filter() -> FilterInput:
    return FilterInput(prefix="al", limit=3)


def divide(a: int, b: int) -> Division:
    return Division(quotient=a // b, remainder=a % b)


def echo_range(given: Range) -> Range:
    return given


def range_of(numbers: list[float]) -> Range | None:
    if not numbers:
        raise UserError("no numbers")
    return Range(low=min(numbers), high=max(numbers))


def first_word(text: str) -> tuple[str, int]:
    word = text.split()[0]
    return word, len(word)


# Names


def add_item(name: str) -> str:
    """Puts an item into the list."""
    return f"added {name}"


def additional_items() -> str:
    return "additionalItems"


def remove_item(id: int) -> None:
    pass


def create_person(person: Person) -> Person:
    return person


def update() -> str:
    return "update"


def start_job() -> str:
    return "startJob"


def stopwatch() -> str:
    return "stopwatch"


def set_colour() -> str:
    return "setColour"


def getaway() -> str:
    return "getaway"


def get2() -> str:
    return "get2"


def list_all_items() -> str:
    return "listAllItems"


# How calls end


def refuse(message: str) -> str:
    raise UserError(message)


def refuse_maybe(message: str) -> str | None:
    raise UserError(message)


def add_refusal(message: str) -> str:
    raise UserError(message)


def fail(message: str) -> str:
    raise RuntimeError(message)


def fail_maybe(message: str) -> str | None:
    raise RuntimeError(message)


def warn(messages: list[str]) -> str:
    for message in messages:
        console.error(message)
    return "done"


def warn_and_fail(message: str) -> str:
    console.error(message)
    raise RuntimeError("in vain")


def levels() -> str:
    logging.getLogger().setLevel(logging.DEBUG)
    logging.debug("to find mistakes")
    console.log("just so")
    console.info("to be told")
    console.warn("to be careful")
    return "done"


def prints() -> str:
    print("one")
    print("zwei: größer\n")
    print("three", file=sys.stderr)
    print("four", end="")
    return "done"


def prints_levels() -> str:
    print("Debug: a")
    print("Info: b")
    print("Warning: c")
    print("Error: d")
    return "done"


def leave(status: int) -> str | None:
    sys.exit(status)


def spin() -> int:
    count = 0
    while True:
        count += 1


def eat() -> int:
    eaten = []
    while True:
        eaten.append(bytearray(1 << 20))


def descend(depth: int) -> int:
    return descend(depth + 1) + 1


# What is around


def time_zone() -> str:
    return time.time_zone()


def is_time_zone(name: str) -> bool:
    return time.is_valid_time_zone(name)


def who_am_i() -> str:
    return auth.claims()["sub"]


def variable(name: str) -> str:
    return os.environ.get(name, "")


def ask(model: str, prompt: str) -> str:
    return models.get(model).chat(prompt).text


def _hidden() -> str:
    return "hidden"
