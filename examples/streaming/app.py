"""Answers that come piece by piece: a model's words, sentences made of them, a calculation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from atoll.sdk import UserError, models

storyteller = models.get("storyteller")


@dataclass
class Payment:
    month: int
    interest: float
    left: float


def tell_story(about: str) -> Iterator[str]:
    """Tells a story, as the model makes it up."""
    yield from storyteller.stream(
        f"Tell a very short story about {about}.", temperature=0, max_tokens=100
    )


def tell_sentences(about: str) -> Iterator[str]:
    """The same, sentence by sentence."""
    rest = ""
    for piece in tell_story(about):
        *sentences, rest = (rest + piece).split(". ")
        for sentence in sentences:
            yield f"{sentence.strip()}."
    if rest.strip():
        yield rest.strip()


def pay_back(loan: float, monthly: float, rate: float = 0.05) -> Iterator[Payment]:
    """Month by month, until nothing is left."""
    for month in range(1, 361):
        interest = loan * rate / 12
        loan = max(0, loan + interest - monthly)
        yield Payment(month, round(interest, 2), round(loan, 2))
        if not loan:
            return
    raise UserError("There is something left after 30 years.")
