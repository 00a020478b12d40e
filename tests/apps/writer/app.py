"""Functions that ask models for more than a chat: values, tools, streams, labels."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from atoll.sdk import ModelError, models

model = models.get("model")


@dataclass
class Person:
    """Somebody who is mentioned."""

    name: str
    age: int | None
    hobbies: list[str] = field(default_factory=list)


@dataclass
class Outcome:
    answer: str
    steps: int
    told: list[str]
    tokens: int


def text(prompt: str) -> str:
    return model.generate(prompt, max_tokens=50)


def person(text: str) -> Person:
    return model.generate(f"Who is it? {text}", as_=Person)


async def people(texts: list[str]) -> list[Person]:
    return [await model.generate_async(each, as_=Person) for each in texts]


def add(a: int, b: int) -> int:
    """Add two numbers.

    Args:
        a: the first
        b: the second
    """
    return a + b


async def capital(country: str) -> str:
    """The capital of a country."""
    return {"Norway": "Oslo"}[country]


def calculate(question: str, max_steps: int = 8) -> Outcome:
    return _outcome(model.run(question, tools=[add, capital], max_steps=max_steps))


async def calculate_async(question: str) -> Outcome:
    return _outcome(await model.run_async(question, tools=[add, capital]))


def _outcome(found: models.Transcript[str]) -> Outcome:
    told = [result.content for step in found.steps for result in step.results]
    return Outcome(found.value, len(found.steps), told, found.usage.total_tokens)


def first_tool(question: str) -> str:
    """What the first function gives that the model asks for."""
    reply = model.chat(question, tools=[add], tool_choice="required", temperature=0)
    return str(add(**reply.tool_calls[0].parsed()))


def length(prompt: str) -> int:
    """Of an answer that is not kept."""
    return sum(len(piece) for piece in model.stream(prompt))


def pieces(prompt: str, most: int = 1000) -> list[str]:
    received = []
    for piece in model.stream(prompt):
        received.append(piece)
        if len(received) == most:
            break
    return received


async def pieces_async(prompt: str) -> list[str]:
    async with model.stream(prompt) as stream:
        received = [piece async for piece in stream]
    return [*received, stream.completion.choices[0].finish_reason or ""]


def tell(prompt: str) -> Iterator[str]:
    yield from model.stream(prompt)


def what_came(prompt: str) -> list[str]:
    try:
        return list(model.stream(prompt))
    except ModelError as error:
        return [error.code, error.details["text"]]


def label(texts: list[str]) -> list[str]:
    return [each.label for each in models.get("other").classify(texts, ["cat", "dog"])]


def failure(prompt: str) -> str:
    try:
        return str(model.generate(prompt, as_=Person))
    except ModelError as error:
        return f"{error.code}: {error.details.get('text')}"
