"""Makes data of messages: who writes, and what about."""

from __future__ import annotations

from dataclasses import dataclass

from atoll.sdk import models

writer = models.get("text-generator")
embedder = models.get("embedder")

TOPICS = {
    "booking": "wants to reserve a table",
    "complaint": "is unhappy about something",
    "praise": "is happy and thankful",
}


@dataclass
class Contact:
    """Who wrote a message.

    Attributes:
        name: first and last name
        company: for whom they work
        city: where that is
    """

    name: str
    company: str
    city: str


@dataclass
class Sorted:
    message: str
    topic: str
    confidence: float


def read_contact(message: str) -> Contact:
    """Who wrote a message, as a language model reads it."""
    return writer.generate(
        [models.system("Read the message, and write down what it says."), models.user(message)],
        as_=Contact,
        temperature=0,
        max_tokens=200,
    )


def sort_messages(messages: list[str]) -> list[Sorted]:
    """What messages are about: the topic whose meaning is nearest."""
    found = embedder.classify(messages, TOPICS)
    return [
        Sorted(message, each.label, round(each.confidence or 0, 1))
        for message, each in zip(messages, found, strict=True)
    ]
