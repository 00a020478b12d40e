"""Where an app's history is: a file beside the app, unless its environment says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from atoll.history.database import Database
from atoll.history.errors import HistoryError
from atoll.history.postgresql import VARIABLE, PostgresqlDatabase
from atoll.history.sqlite import SqliteDatabase
from atoll.store.place import EMBEDDED, app_folder, read_switch

HISTORY_FILE = Path(".atoll", "history.db")
"""In the app's folder."""
SWITCH = "ATOLL_INFERENCES"
FILE_VARIABLE = "ATOLL_INFERENCES_FILE"


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
    return SqliteDatabase(app_folder(folder) / HISTORY_FILE)


def _switch(variables: Mapping[str, str], name: str, *, default: bool) -> bool:
    try:
        return read_switch(variables, name, default=default)
    except ValueError as error:
        raise HistoryError("BAD_SETTING", str(error), f"write {name}=off") from None
