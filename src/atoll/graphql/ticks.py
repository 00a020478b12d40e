"""A subscription that counts, with which clients can be tried out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from atoll.app.call import Caller
from atoll.graphql.source import Source, SubscriptionError
from atoll.guest.types import Default, Function, Parameter, Scalar
from atoll.manifest import GraphQLSettings

MAX_INTERVAL: Final = 3_600_000  # milliseconds


async def _ticks(arguments: Mapping[str, Any], caller: Caller) -> AsyncIterator[int]:
    count, interval = arguments["count"], arguments["intervalMs"]
    if count < 0:
        raise SubscriptionError("count must not be negative.", "INVALID_ARGUMENT")
    if not 1 <= interval <= MAX_INTERVAL:
        message = f"intervalMs must be from 1 to {MAX_INTERVAL}."
        raise SubscriptionError(message, "INVALID_ARGUMENT")
    for tick in range(1, count + 1):
        yield tick
        if tick < count:
            await asyncio.sleep(interval / 1000)


TICKS: Final = Source(
    Function(
        "ticks",
        "ticks",
        (
            Parameter("count", Scalar("Int"), "How many ticks.", Default(10)),
            Parameter("intervalMs", Scalar("Int"), "Milliseconds between two.", Default(1000)),
        ),
        Scalar("Int"),
        "Counts from 1; for trying out clients.",
    ),
    _ticks,
)
"""The source behind ``ticks``."""


def built_in_subscriptions(settings: GraphQLSettings) -> tuple[Source, ...]:
    """The subscriptions that an app has because its manifest says so."""
    return (TICKS,) if settings.ticks else ()
