"""Puts invocations into the tables of one session."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Final

from atoll.history.database import Session, Value
from atoll.history.errors import RowRefused
from atoll.history.program import Program
from atoll.history.row import Entry, row_of
from atoll.history.tables import NAMES, PLUGIN_NAMES, insertion

log = logging.getLogger("atoll.history")

_INSERT: Final = insertion("inferences", NAMES, "id")
_INSERT_PROGRAM: Final = insertion("plugins", PLUGIN_NAMES, "build_id")
_PLUGIN: Final = NAMES.index("plugin_id")
_STORED_BYTES: Final = NAMES.index("stored_bytes")


class Insertion:
    """Lives as long as its session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._programs: dict[Program, str | None] = {}
        self.rows = 0
        """Written so far; whoever looks at them may set them back."""
        self.size = 0
        """Bytes of their texts."""

    def write(self, entries: list[Entry]) -> int:
        """How many of ``entries`` are in the table now; the log says what is wrong with the others.

        Raises HistoryError, and then none of them need be written: once more does no harm.
        """
        try:
            return self._insert(self._rows(entries))
        except RowRefused:
            self._programs.clear()  # somebody may have deleted what rows refer to
            return sum(self._insert_one(entry) for entry in entries)

    def _insert(self, rows: list[list[Value]]) -> int:
        with self._session.transaction():
            self._session.insert(_INSERT, rows)
        self.rows += len(rows)
        self.size += sum(int(row[_STORED_BYTES] or 0) for row in rows)
        return len(rows)

    def _insert_one(self, entry: Entry) -> int:
        reason = ""
        for plain in (False, True):
            try:
                rows = self._rows([entry], plain=plain)
                if rows:
                    return self._insert(rows)
            except RowRefused as error:
                reason = str(error)
        fields = {"id": entry.invocation.id, "reason": reason}
        log.error("The database did not take the record of an inference.", extra={"fields": fields})
        return 0

    def _rows(self, entries: list[Entry], *, plain: bool = False) -> list[list[Value]]:
        return list(self._each_row(entries, plain=plain))

    def _each_row(self, entries: list[Entry], *, plain: bool) -> Iterator[list[Value]]:
        for entry in entries:
            try:
                row = list(row_of(entry, plain=plain))
            except Exception:  # what guests and models say must not keep others from being written
                log.exception("The record of an inference could not be made.")
                continue
            row[_PLUGIN] = self._program_id(entry.program)
            yield row

    def _program_id(self, program: Program) -> str | None:
        """The id of its row in ``plugins``; it is made if there is none."""
        if program not in self._programs:
            try:
                with self._session.transaction():
                    self._session.insert(_INSERT_PROGRAM, [_row_of_program(program)])
                sql = "SELECT id FROM plugins WHERE build_id = ?"
                found = self._session.query(sql, (program.build_id,))
                self._programs[program] = str(found[0][0]) if found else None
            except RowRefused:
                log.exception("The record of the app's build could not be made.")
                self._programs[program] = None
        return self._programs[program]


def _row_of_program(program: Program) -> tuple[Value, ...]:
    """The values of ``tables.PLUGIN_NAMES``."""
    values: dict[str, Value] = {
        "id": program.id,
        "name": program.name,
        "version": program.version or None,
        "language": program.language,
        "sdk_version": program.sdk_version,
        "build_id": program.build_id,
        "build_time": program.build_time or None,
        "git_repo": program.git_repo or None,
        "git_commit": program.git_commit or None,
    }
    return tuple(values[name] for name in PLUGIN_NAMES)
