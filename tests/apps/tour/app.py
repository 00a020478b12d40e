"""An app with something of everything, which the tests of the explorer look at."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from atoll.sdk import Int64, UserError, collections, console, models
from atoll.sdk import http as web

writer = models.get("writer")
docs = collections.get("docs")


class Mood(Enum):
    """How somebody feels."""

    HAPPY = "happy"
    SAD = "sad"


@dataclass
class Address:
    street: str
    city: str = "Bremen"


@dataclass
class Person:
    """Somebody.

    Attributes:
        name: in full
        mood: at the moment
    """

    name: str
    age: int = 7
    mood: Mood = Mood.HAPPY
    address: Address | None = None
    tags: list[str] = field(default_factory=list)
    friends: list[Person] = field(default_factory=list)


@dataclass
class Found:
    key: str
    text: str
    score: float


def say_hello(name: str = "World") -> str:
    """Greet somebody.

    With **markdown** in its doc, and a [link](https://example.com/).

    Args:
        name: whom to greet
    """
    console.info(f"greeting {name}")
    print("printed")
    return f"Hello, {name}!"


def get_person(name: str, mood: Mood | None = None, age: int = 7) -> Person:
    """Make up a person."""
    return Person(name, age, mood or Mood.SAD, Address("Wall 1"), ["a", "b"], [Person("Bo")])


def greet_all(people: list[Person], by: dict[str, int] | None = None) -> list[str]:
    """Greet persons, who are given as objects.

    Args:
        people: whom
        by: how often, by name
    """
    return [f"Hello, {each.name}!" * (by or {}).get(each.name, 1) for each in people]


def echo_scalars(
    text: str,
    whole: int,
    large: Int64,
    real: float,
    yes: bool,
    at: datetime,
    day: date,
    lasting: timedelta,
    id: UUID,
    exact: Decimal,
    anything: Any = None,
    maybe: str | None = None,
) -> dict[str, str]:
    """All scalars there are, as text."""
    given = locals()
    return {name: repr(value) for name, value in given.items()}


def size_of(data: bytes) -> int:
    """How many bytes a file has."""
    return len(data)


def update_person(person: Person) -> Person:
    """A mutation, by its name."""
    person.age += 1
    return person


def fail(message: str = "out of order") -> str:
    """Fails in the middle of something."""
    console.warn("this will not end well")
    return _inner(message)


def _inner(message: str) -> str:
    raise RuntimeError(message)


def refuse(why: str) -> str:
    """Fails with an error that is meant for its caller."""
    raise UserError(why)


def ask(question: str, temperature: float = 0.7) -> str:
    """Ask the model."""
    messages = [models.system("You are brief."), models.user(question)]
    return writer.chat(messages, temperature=temperature).text


def wait(seconds: float) -> str:
    """Take some time."""
    time.sleep(seconds)
    return "waited"


async def count_to(last: int, pause: float = 0.05) -> AsyncIterator[int]:
    """Count, slowly."""
    for number in range(1, last + 1):
        await asyncio.sleep(pause)
        yield number


async def tell(story: str) -> AsyncIterator[str]:
    """Tell a story word by word."""
    for word in story.split(" "):
        await asyncio.sleep(0.02)
        yield word + " "


def markup() -> str:
    """Text that would be a page."""
    return "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'><b>bold</b>"


def in_markdown() -> str:
    """Text with markdown, and what must not become part of a page."""
    return (
        "# Title\n\n- one\n- **two**\n\n[good](https://example.com) [bad](javascript:hacked=1)\n\n"
        "<img src=x onerror='window.hacked = 1'>\n\n```\ncode\n```\n"
    )


def large(megabytes: int = 5) -> list[dict[str, str]]:
    """A large result."""
    return [{"text": f"{number} " + "x" * 1000} for number in range(megabytes * 1024)]


def long_text(megabytes: int = 5) -> str:
    return "lorem ipsum " * (megabytes * 87_000)


def deep(levels: int = 200) -> Any:
    """JSON in JSON in JSON."""
    value: Any = "bottom"
    for _ in range(levels):
        value = {"in": [value]}
    return value


def odd_text() -> list[str]:
    """Controls, directions and half characters."""
    return ["\x00\x1b[31mred\x1b[0m", "\u202eright to left", "zero\u200bwidth", "\ufffd", "🏝" * 3]


def fetch(path: str) -> int:
    """Ask a web service."""
    return web.fetch(f"{path}").status


def embed(texts: list[str]) -> list[list[float]]:
    """Vectors of texts by the letters they have."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [[1.0 + text.lower().count(each) for each in letters] for text in texts]


def embed_by_length(texts: list[str]) -> list[list[float]]:
    return [[float(len(text)), 1.0, float(text.count(" "))] for text in texts]


def add_doc(key: str, text: str, topic: str = "none") -> str:
    """Store a text."""
    docs.upsert(text, key=key, labels=[topic], metadata={"topic": topic, "size": len(text)})
    return key


def find_docs(text: str, limit: int = 5) -> list[Found]:
    """Find texts that are alike."""
    matches = docs.search(text, limit=limit, method="byLetters")
    return [Found(each.key, each.text, each.score) for each in matches]
