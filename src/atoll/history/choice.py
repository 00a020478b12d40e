"""Where an app's history is: a file beside the app, unless its environment says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from atoll.history.database import Database
from atoll.history.errors import HistoryError
from atoll.history.postgresql import VARIABLE, PostgresqlDatabase
from atoll.history.sqlite import SqliteDatabase

HISTORY_FILE = Path(".atoll", "history.db")
"""In the app's folder."""
SWITCH = "ATOLL_INFERENCES"
FILE_VARIABLE = "ATOLL_INFERENCES_FILE"
EMBEDDED = "MODUS_USE_MODUSDB"
"""Of Modus: whether the database beside the app is used, though there is another one."""

_TRUE = ("1", "t", "true", "yes", "on")
_FALSE = ("0", "f", "false", "no", "off")


def find_database(folder: Path, environ: Callable[[], Mapping[str, str]]) -> Database | None:
    """The database of the app in ``folder``, which may be a build.

    Args:
        folder: the app's, or that of its build.
        environ: gives the variables and secrets as they are now.

    Returns:
        None when the history is turned off.

    Raises:
        HistoryError: a variable has a value that is of no use.
    """
    variables = environ()
    if not _switch(variables, SWITCH, default=True):
        return None
    if variables.get(VARIABLE) and not _switch(variables, EMBEDDED, default=False):
        return PostgresqlDatabase(lambda: environ().get(VARIABLE, ""))
    if file := variables.get(FILE_VARIABLE):
        return SqliteDatabase(Path(file))
    return SqliteDatabase(_app(folder) / HISTORY_FILE)


def _app(folder: Path) -> Path:
    """An app's folder, even if it is named by its build."""
    resolved = folder.resolve()
    return resolved.parent if resolved.name == "build" else folder


def _switch(variables: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = variables.get(name, "").strip().lower()
    if value and value not in (*_TRUE, *_FALSE):
        raise HistoryError(
            "BAD_SETTING", f"{name} must be on or off, not {value[:40]!r}", f"write {name}=off"
        )
    return value in _TRUE if value else default
