"""One statement on a session: as a transaction of its own, with dates that the server can read.

MariaDB reads no date and time with an offset ("2024-01-02T03:04:05Z"), and MySQL not all of them,
while such a text is a good value for a text column. So it is sent as it is, and only if the server
says that it is no date, the statement is run again with that value in UTC and without an offset.
Sessions without strict mode would cut the offset off and say nothing useful: there, statements that
change something get all such values in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import msgspec

from atoll.connections.errors import ConnectionFailed
from atoll.connections.mysql.failures import Failures
from atoll.connections.mysql.leftovers import Effect, effect
from atoll.connections.mysql.parameters import BadParameters, Filled, check_several, fill, instants
from atoll.connections.mysql.results import Rows
from atoll.connections.mysql.session import Outcome, Refused, Session, Unsent

_WARNINGS_BYTES = 1 << 20
_MOST_ALIKE = 3
"""Parameters with the same value that one choice after another is made of."""


class Dates:
    """Which parameters of statements had to be given without an offset."""

    _MOST = 1000

    def __init__(self) -> None:
        self._known: dict[str, frozenset[int]] = {}

    def of(self, statement: str) -> frozenset[int]:
        return self._known.get(statement, frozenset())

    def learn(self, statement: str, indices: frozenset[int]) -> None:
        if len(self._known) >= self._MOST:
            self._known.clear()
        self._known[statement] = indices


class Done(NamedTuple):
    outcome: Outcome
    rows: Rows | None


class Execution:
    """``max_bytes`` are those of its rows; None if they are not wanted."""

    def __init__(
        self,
        statement: str,
        parameters: Sequence[Any],
        failures: Failures,
        dates: Dates,
        max_bytes: int | None,
        *,
        several: bool,
    ) -> None:
        self._statement = statement
        self._parameters = parameters
        self._failures = failures
        self._dates = dates
        self._max_bytes = max_bytes
        self._may_be_several = several
        self._explicit = False
        self._effect: Effect
        self._doubtful: frozenset[int] = frozenset()
        self._as_utc: frozenset[int] = frozenset()
        self._choices: dict[str, Iterator[frozenset[int]]] = {}
        self._filled: Filled
        self._text: bytes

    def prepare(self, session: Session) -> None:
        """Make its text for a session.

        Raises:
            BadParameters: they do not fit.
            ConnectionFailed: the server would not take so long a text.
        """
        self._effect = effect(self._statement, session.mode)
        if self._parameters and self._effect.several:
            check_several(self._statement)
        self._doubtful = instants(self._parameters) if self._parameters else frozenset()
        known = self._dates.of(self._statement)
        if not (session.mode.strict or self._effect.reads):
            known = self._doubtful
        self._as_utc = known & self._doubtful
        self._fill(session)
        # The kind of command is a part of it, and the server wants less than it says.
        most = session.longest - 2
        if len(self._text) > most:
            raise self._failures.too_long(len(self._text), most)

    async def run(self, session: Session) -> Done:
        """Raises as ``Session.run``."""
        if self._effect.looks_back and session.touched:
            if not session.can_reset:
                raise Unsent
            await session.reset()
        if not (self._may_be_several and self._effect.several):
            # The server commits it by itself.
            return await self._run(session)
        self._explicit = True
        await session.command("START TRANSACTION")
        try:
            done = await self._run(session)
        except Refused:
            await session.command("ROLLBACK")
            raise
        await session.command("COMMIT")
        return done

    def leaves_nothing(self, session: Session) -> bool:
        return self._effect.leaves_nothing and not session.is_left_open

    def failed(self, refused: Refused) -> ConnectionFailed:
        return self._failures.refused(refused.error, self._filled)

    async def _run(self, session: Session) -> Done:
        while True:
            rows = None if self._max_bytes is None else Rows(self._max_bytes)
            try:
                outcome = await session.run(self._text, rows)
                said = await self._warnings(session, outcome)
            except Refused as refused:
                if not self._correct(session, refused.incorrect):
                    raise
            else:
                if not said or not self._correct(session, said):
                    if self._choices:
                        self._dates.learn(self._statement, self._as_utc)
                    return Done(outcome, rows)
            if self._explicit:
                await session.command("ROLLBACK")
                await session.command("START TRANSACTION")

    async def _warnings(self, session: Session, outcome: Outcome) -> str:
        """What the server says of values in a statement that ran and can be run again."""
        again = self._effect.reads or self._explicit
        if not (outcome.warnings and self._doubtful and again):
            return ""
        rows = Rows(_WARNINGS_BYTES)
        await session.command("SHOW WARNINGS", rows)
        return "\n".join(row["Message"] for row in msgspec.json.decode(rows.json()))

    def _correct(self, session: Session, said: str) -> bool:
        """Give those values another form that the server finds fault with, if there are any.

        It names values and not parameters: of those with the same value, another choice is made
        each time that it is named.
        """
        found = False
        for value in {self._parameters[index] for index in self._doubtful}:
            if f"'{value}'" not in said:
                continue
            same = frozenset(i for i in self._doubtful if self._parameters[i] == value)
            choices = self._choices.setdefault(value, _choices(same, self._as_utc & same))
            choice = next(choices, None)
            if choice is not None:
                self._as_utc = (self._as_utc - same) | choice
                found = True
        if found:
            self._fill(session)
        return found

    def _fill(self, session: Session) -> None:
        self._filled = fill(self._statement, self._parameters, session.mode, self._as_utc)
        try:
            self._text = self._filled.text.encode()
        except UnicodeEncodeError:
            raise BadParameters(
                "the statement has half of a surrogate pair, which is no text"
            ) from None


def _choices(indices: frozenset[int], tried: frozenset[int]) -> Iterator[frozenset[int]]:
    """Of parameters with the same value, those that may be dates: one, another, two, ..."""
    least = 1 if len(indices) <= _MOST_ALIKE else len(indices)
    for size in range(least, len(indices) + 1):
        for some in combinations(sorted(indices), size):
            if frozenset(some) != tried:
                yield frozenset(some)
