"""What the clients ask for."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from atoll.sdk import Int64, UserError


@dataclass
class Address:
    street: str
    city: str


@dataclass
class Person:
    id: int
    name: str
    address: Address | None = None
    tags: list[str] = field(default_factory=list)


ADA = Person(1, "Ada", Address("St James's Square 12", "London"), ["mathematics", "horses"])
BO = Person(2, "Bo")


def say_hello(name: str = "World") -> str:
    print("greeting", name)
    return f"Hello, {name}!"


def list_people() -> list[Person]:
    return [ADA, BO]


def get_person(id: int) -> Person | None:
    """Somebody, or nobody.

    Args:
        id: a positive number.
    """
    if id < 1:
        raise UserError(f"{id} is not the number of a person.")
    return next((person for person in (ADA, BO) if person.id == id), None)


def add_person(person: Person) -> Person:
    if not person.name:
        raise UserError("A person needs a name.")
    return person


def double(number: Int64) -> Int64:
    return number * 2


def fail() -> str:
    raise ValueError("the secret ingredient")


async def wait(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "waited"
