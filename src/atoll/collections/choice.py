"""Where an app's collections are: in a folder beside the app, unless its environment says
otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from atoll.collections.backend import Backend
from atoll.collections.errors import CollectionError
from atoll.store.place import DATABASE_VARIABLE, EMBEDDED, app_folder, read_switch

COLLECTIONS_FOLDER: Final = Path(".atoll", "collections")
"""In the app's folder."""
FOLDER_VARIABLE: Final = "ATOLL_COLLECTIONS_DIR"
DATABASE_VARIABLES: Final = (DATABASE_VARIABLE, EMBEDDED)


def find_backend(folder: Path, environ: Callable[[], Mapping[str, str]]) -> Backend:
    """Open the store of the app in ``folder``, which may be a build. Blocks.

    Args:
        folder: the app's, or that of its build.
        environ: gives the variables and secrets as they are now.

    Raises:
        CollectionError: a variable has a value that is of no use, or the store cannot be opened.
    """
    variables = environ()
    if variables.get(DATABASE_VARIABLE) and not _embedded(variables):
        from atoll.collections.postgresql import PostgresqlBackend

        return PostgresqlBackend(lambda: environ().get(DATABASE_VARIABLE, ""))
    from atoll.collections.sqlite import SqliteBackend

    chosen = variables.get(FOLDER_VARIABLE)
    return SqliteBackend(Path(chosen) if chosen else app_folder(folder) / COLLECTIONS_FOLDER)


def _embedded(variables: Mapping[str, str]) -> bool:
    try:
        return read_switch(variables, EMBEDDED, default=False)
    except ValueError as error:
        raise CollectionError("BAD_SETTING", str(error)) from None
