"""Where an app's collections are: in a folder beside the app, unless its environment says
otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from atoll.collections.backend import Backend
from atoll.collections.errors import CollectionError

COLLECTIONS_FOLDER: Final = Path(".atoll", "collections")
"""In the app's folder."""
FOLDER_VARIABLE: Final = "ATOLL_COLLECTIONS_DIR"
DATABASE_VARIABLE: Final = "MODUS_DB"
EMBEDDED: Final = "MODUS_USE_MODUSDB"
"""Of Modus: whether what is embedded is used, though there is a database."""
DATABASE_VARIABLES: Final = (DATABASE_VARIABLE, EMBEDDED)

_TRUE = ("1", "t", "true", "yes", "on")
_FALSE = ("0", "f", "false", "no", "off")


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
    return SqliteBackend(Path(chosen) if chosen else _app(folder) / COLLECTIONS_FOLDER)


def _app(folder: Path) -> Path:
    """An app's folder, even if it is named by its build."""
    resolved = folder.resolve()
    return resolved.parent if resolved.name == "build" else folder


def _embedded(variables: Mapping[str, str]) -> bool:
    value = variables.get(EMBEDDED, "").strip().lower()
    if value and value not in (*_TRUE, *_FALSE):
        raise CollectionError(
            "BAD_SETTING", f"{EMBEDDED} must be true or false, not {value[:40]!r}"
        )
    return value in _TRUE
