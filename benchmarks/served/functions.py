"""The functions of the serving benchmark. The peers serve this very file, and so does Atoll."""

from dataclasses import dataclass


@dataclass
class Person:
    id: int
    name: str
    email: str
    score: float
    active: bool


def hello(name: str) -> str:
    return f"Hello, {name}!"


def people(count: int) -> list[Person]:
    return [
        Person(
            id=number,
            name=f"Person {number}",
            email=f"p{number}@example.com",
            score=number * 1.5,
            active=number % 2 == 0,
        )
        for number in range(count)
    ]
