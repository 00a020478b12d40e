"""The inference history, as the page's requests read it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

from atoll.history.choice import find_database
from atoll.history.errors import HistoryError
from atoll.store.place import DATABASE_VARIABLE, EMBEDDED

if TYPE_CHECKING:
    from atoll.history.database import Session
    from atoll.server.explorer.explorer import Explorer, Subject

FLUSH_SECONDS: Final = 1.0
"""That a request may wait until what was asked before it is written."""

_THREADS: Final = ThreadPoolExecutor(2, "atoll-explorer-history")
"""Not those that all else shares: a database may take long, and requests for it are many when
somebody types what is searched for. They begin when there is something to do."""

Result = TypeVar("Result")


class NoHistory(Exception):
    """There is no history to be read; the message says why."""


async def read_history(explorer: Explorer, work: Callable[[Session], Result]) -> Result | None:
    """What ``work`` reads in a session of its own, in a thread; None when nothing was ever written.

    What was asked of models before is there, unless writing it takes long.

    Raises:
        NoHistory: it is turned off, or cannot be read at the moment.
    """
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_THREADS, _read, explorer, explorer.subject, work)


def _read(explorer: Explorer, subject: Subject, work: Callable[[Session], Result]) -> Result | None:
    explorer.flush_history(FLUSH_SECONDS)
    try:
        database = find_database(subject.folder, lambda: _variables(subject))
        if database is None:
            raise NoHistory("The history is turned off by ATOLL_INFERENCES.")
        session = database.open_to_read()
        if session is None:
            return None
        # Of this request alone: sessions are of one thread, and the file may be another by the
        # next one.
        try:
            return work(session)
        finally:
            session.close()
    except HistoryError as error:
        hint = f" ({error.hint})" if error.hint else ""
        raise NoHistory(f"{error.message[:1].upper()}{error.message[1:]}{hint}.") from None


def _variables(subject: Subject) -> Mapping[str, str]:
    secrets = subject.app.secrets
    current = {name: secrets.variable(name) or "" for name in (DATABASE_VARIABLE, EMBEDDED)}
    return {**subject.environ, **current}
