"""Asks models in all the ways there are, for the tests of the explorer's page of models."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from atoll.sdk import models

writer = models.get("writer")
thinker = models.get("thinker")
embedder = models.get("embedder")
judge = models.get("judge")

RULES = "You are the voice of a restaurant.\n" + "\n".join(f"Rule {i}." for i in range(1, 20))
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


@dataclass
class Dish:
    name: str
    price: float


def ask(question: str, temperature: float = 0.7) -> str:
    asked = [models.system("Be brief."), models.user(question)]
    return writer.chat(asked, temperature=temperature, max_tokens=50).text


def ask_by_rules(question: str) -> str:
    return thinker.chat([models.system(RULES), models.user(question)]).text


def describe(dish: str) -> Dish:
    return writer.generate(f"Describe {dish}.", as_=Dish)


def opening_hours(day: str) -> str:
    """When the restaurant is open."""
    return f"12 to 23 on {day}"


def price_of(dish: str) -> dict[str, float]:
    """What a dish costs."""
    return {"euros": 14.5}


def answer_guest(question: str) -> str:
    return writer.run(question, tools=[opening_hours, price_of]).value


def look(question: str) -> str:
    shown = [
        models.TextPart(question),
        models.ImagePart.from_data(PIXEL, "png"),
        models.ImagePart("https://pictures.example/menu.png"),
    ]
    return writer.generate([models.user(shown)])


def embed_all(texts: list[str]) -> int:
    return len(embedder.embed(texts).vectors)


def feel(texts: list[str]) -> list[str]:
    return [each.label for each in judge.classify(texts)]
