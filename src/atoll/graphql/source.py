"""Where the events of a subscription come from."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from atoll.app.call import Caller
from atoll.guest.types import Function, TypeDef


class SubscriptionError(Exception):
    """Why a source gives no events, or no more, as the API client may see it.

    ``code`` is what the error has as ``extensions.code``.
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


@dataclass(frozen=True, slots=True)
class Source:
    """One field of ``Subscription``. App lifetime."""

    function: Function
    """Its signature: the name is the field's own, the result is one event."""
    subscribe: Callable[[Mapping[str, Any], Caller], AsyncIterator[Any]]
    """Begins a stream of events: JSON data in the form of the API, objects with all their fields.

    Called with all parameters, in the form of the API. The next event is asked for when the client
    has taken the last. A stream that nobody wants any more is closed (``aclose``, if it has that).
    A `SubscriptionError` ends the stream and is shown; other exceptions end it too, and are only
    logged.
    """
    types: tuple[TypeDef, ...] = ()
    """What the signature mentions and the app does not define."""
