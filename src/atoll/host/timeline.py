"""What one call asks of its host, as it happens: for people who look at the call."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

MOST: Final = 500
"""Operations and spans that are kept of one call."""

Kind: TypeAlias = Literal["operation", "span"]


@dataclass(slots=True, eq=False)
class HostOperation:
    """An operation of the host, or a span that the guest made itself. Times are seconds."""

    name: str
    kind: Kind
    target: str | None
    """The connection, model or collection."""
    detail: str | None
    """What was asked, in a few words; no value of a parameter."""
    start: float
    """Since the start of the call."""
    depth: int
    """How many spans it is inside of."""
    seconds: float | None = None
    """None while it is at work."""
    failure: str | None = None
    """The code of its error."""
    times: int = 1
    """How often in a row."""


@dataclass(slots=True)
class Timeline:
    """The operations of one call, in the order in which they began. For one thread at a time."""

    began: float = field(default_factory=time.perf_counter)
    operations: list[HostOperation] = field(default_factory=list)
    left_out: int = 0
    """Operations and spans for which there was no room."""
    _busy: float = 0.0
    _at_work: int = 0
    _since: float = 0.0
    _spans: int = 0

    @property
    def busy(self) -> float:
        """Seconds so far in which at least one operation was at work."""
        return self._busy + (time.perf_counter() - self._since if self._at_work else 0.0)

    def begin(
        self,
        name: str,
        kind: Kind = "operation",
        target: str | None = None,
        detail: str | None = None,
        *,
        joined: bool = False,
    ) -> HostOperation:
        """Something starts; hand over what this gives to `end`.

        ``joined``: it is one with the same before it, if nothing was between them, as the parts of
        a stream are.
        """
        now = time.perf_counter()
        found = self._again(name, target) if joined else None
        if found is None:
            found = HostOperation(name, kind, target, detail, now - self.began, self._spans)
            if len(self.operations) < MOST:
                self.operations.append(found)
            else:
                self.left_out += 1
        if kind == "span":
            self._spans += 1
            return found
        if not self._at_work:
            self._since = now
        self._at_work += 1
        return found

    def _again(self, name: str, target: str | None) -> HostOperation | None:
        last = self.operations[-1] if self.operations else None
        if last is None or (last.name, last.target) != (name, target) or last.seconds is None:
            return None
        last.times += 1
        last.seconds = None
        return last

    def end(self, one: HostOperation, failure: str | None = None) -> None:
        """It is over. Saying so again is no matter."""
        if one.seconds is not None:
            return
        now = time.perf_counter()
        one.seconds = now - self.began - one.start
        one.failure = failure
        if one.kind == "span":
            self._spans -= 1
            return
        self._at_work -= 1
        if not self._at_work:
            self._busy += now - self._since

    def close(self) -> None:
        """End what has not ended."""
        for one in self.operations:
            self.end(one, "CANCELLED")
