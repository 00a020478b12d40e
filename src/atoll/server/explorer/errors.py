"""Why a request of the page was not answered."""

from __future__ import annotations


class ExplorerError(Exception):
    """The answer to a request of the page is this failure.

    ``docs/explorer-api.md`` lists the codes.
    """

    def __init__(self, status: int, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
