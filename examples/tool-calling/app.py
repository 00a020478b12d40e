"""Answers questions about a small restaurant: the model asks these functions for what it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from atoll.sdk import models

writer = models.get("text-generator")

PRICES = {"fish soup": 14, "pizza": 12, "apple pie": 7}

Day = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


@dataclass
class Call:
    """What the model asked a function, and what it was told."""

    function: str
    arguments: str
    told: str


@dataclass
class Choice:
    function: str
    arguments: Any


@dataclass
class Reply:
    text: str
    calls: list[Call]


def opening_hours(day: Day) -> str:
    """When the restaurant is open on a day of the week.

    Args:
        day: of the week
    """
    if day == "Monday":
        return "closed"
    return "12 to 23" if day in ("Friday", "Saturday") else "12 to 21"


async def price(dish: str) -> int:
    """What a dish costs, in euros.

    Args:
        dish: its name, such as "fish soup"
    """
    if dish.lower() not in PRICES:
        raise LookupError(f"there is no {dish}; there are {', '.join(PRICES)}")
    return PRICES[dish.lower()]


TOOLS = [opening_hours, price]


async def choose(question: str) -> Choice:
    """Which function has the answer, and what it is to be asked, without calling it."""
    reply = await writer.chat_async(
        question, tools=TOOLS, tool_choice="required", temperature=0, max_tokens=100
    )
    call = reply.tool_calls[0]
    return Choice(call.name, call.parsed())


async def ask(question: str) -> Reply:
    """Answer a guest."""
    found = await writer.run_async(
        [
            models.system("You answer guests of a restaurant. Be brief."),
            models.user(question),
        ],
        tools=TOOLS,
        temperature=0,
        max_tokens=100,
    )
    return Reply(
        found.value,
        [
            Call(result.call.name, str(result.call.parsed()), result.content)
            for step in found.steps
            for result in step.results
        ],
    )
