"""Why the history cannot be written or read."""

from __future__ import annotations


class HistoryError(Exception):
    """The history's database, or a setting of it, is of no use.

    The message names the database by its file, or by its host; it has no credentials and nothing
    of what was to be stored. ``lasting`` says that trying again soon cannot help.
    """

    def __init__(
        self, code: str, message: str, hint: str | None = None, *, lasting: bool = False
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.location = None
        self.lasting = lasting


class RowRefused(Exception):
    """The database does not take one row, and would take others. The message has none of it."""
