"""Whether a request is sent again, and when."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from atoll.connections.errors import ConnectionFailed
from atoll.manifest import RetrySettings

_SECONDS = re.compile(r"[0-9]{1,10}")


class NotConnected(ConnectionFailed):
    """The host was not reached: it has seen nothing of the request."""


class Tries:
    """The tries of one request, under the policy of its connection.

    Args:
        repeatable: whether the request may arrive twice.
        deadline: of ``time.monotonic``; no try begins later.
    """

    def __init__(self, settings: RetrySettings, *, repeatable: bool, deadline: float) -> None:
        self._settings = settings
        self.repeatable = repeatable
        self.deadline = deadline
        self.count = 0
        """Tries that have begun."""

    def after_failure(self, failure: ConnectionFailed) -> float | None:
        """Seconds to wait until the next try; None if there is none."""
        if isinstance(failure, NotConnected) or (
            self.repeatable and failure.code == "CONNECTION_LOST"
        ):
            return self._wait(0)
        return None

    def after_answer(self, status: int, headers: Mapping[str, str]) -> float | None:
        """Seconds to wait until the next try; None if the answer is the one to give."""
        settings = self._settings
        if self.count >= settings.attempts or not self.repeatable:
            return None
        if status not in settings.statuses:
            return None
        asked = retry_after(headers.get("Retry-After", "")) if settings.retry_after else None
        return self._wait(asked or 0)

    def _wait(self, asked: float) -> float | None:
        settings = self._settings
        if self.count >= settings.attempts:
            return None
        # "Full jitter": those that failed together do not come back together.
        longest = settings.backoff_seconds * 2 ** (self.count - 1)
        own = random.uniform(0, min(longest, settings.max_backoff_seconds))  # noqa: S311 - no secret
        wait = max(own, min(asked, settings.max_backoff_seconds))
        return wait if time.monotonic() + wait < self.deadline else None


def is_repeatable(settings: RetrySettings, method: str, headers: Mapping[str, str]) -> bool:
    """Whether a request may arrive twice: by its method, or because its host can tell by a key."""
    return method in settings.methods or "Idempotency-Key" in headers


def retry_after(value: str) -> float | None:
    """The seconds that a ``Retry-After`` header asks for (RFC 9110, section 10.2.3)."""
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    try:
        date = parsedate_to_datetime(value)
        if date.tzinfo is None:
            date = date.replace(tzinfo=UTC)
        return max((date - datetime.now(UTC)).total_seconds(), 0)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
