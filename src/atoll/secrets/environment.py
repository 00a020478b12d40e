"""The environment's name, and the variables that ``.env`` files add to the process's own."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path

from atoll.manifest import Location
from atoll.secrets.dotenv import EnvironmentFileError, parse_dotenv
from atoll.secrets.versions import version_of

DEFAULT_ENVIRONMENT = "prod"

_ALIASES = (
    ("dev", "development"),
    ("stage", "staging"),
    ("test", "testing"),
    ("prod", "production"),
)


def environment_name(environ: Mapping[str, str]) -> str:
    """The value of ``MODUS_ENV``, else ``prod``. A ``.env`` file cannot change it."""
    return environ.get("MODUS_ENV") or DEFAULT_ENVIRONMENT


def is_development(name: str) -> bool:
    """Whether an environment of that name is a development one; capitals matter."""
    return name in ("dev", "development")


def environment_files(app_dir: Path, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The ``.env`` files that may define variables, whether they exist or not, first one first."""
    name = environment_name(environ)
    aliases = next((group for group in _ALIASES if name.lower() in group), (name,))
    names = [file for alias in aliases for file in (f".env.{alias}.local", f".env.{alias}")]
    # The name comes from outside: it must not lead out of the folder.
    safe = [file for file in names if "/" not in file and "\0" not in file]
    return tuple(app_dir / file for file in (*safe, ".env.local", ".env"))


def load_environment(app_dir: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """``environ`` with what the app's ``.env`` files define.

    A variable of the process wins, even an empty one; then the first file that defines it (in the
    order of ``environment_files``). ``MODUS_ENV`` in a file is ignored. Raises
    EnvironmentFileError for a file that is malformed or cannot be read.
    """
    variables = dict(environ)
    for path in environment_files(app_dir, environ):
        if path.is_file():
            for name, value in parse_dotenv(_read(path), file=str(path)).items():
                if name != "MODUS_ENV":  # these files were chosen by it
                    variables.setdefault(name, value)
    return variables


class EnvironmentProvider:
    """The variables of the process."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    @property
    def name(self) -> str:
        return "env"

    def load(self) -> Mapping[str, str]:
        return dict(self._environ)

    def stamp(self) -> Hashable:
        return ()  # nobody changes them from outside


class DotenvProvider:
    """The ``.env`` files of an app."""

    def __init__(self, app_dir: Path, environ: Mapping[str, str]) -> None:
        self._app_dir = app_dir
        self._chosen = {name: environ[name] for name in ("MODUS_ENV",) if name in environ}

    @property
    def name(self) -> str:
        return "dotenv"

    def load(self) -> Mapping[str, str]:
        found = load_environment(self._app_dir, self._chosen)
        return {name: value for name, value in found.items() if name != "MODUS_ENV"}

    def stamp(self) -> Hashable:
        return tuple(version_of(path) for path in environment_files(self._app_dir, self._chosen))


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        message = f"{path} cannot be read: {reason}."
        raise EnvironmentFileError("UNREADABLE_ENV_FILE", message, None) from error
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        place = Location(str(path), data.count(b"\n", 0, error.start) + 1)
        message, hint = f"{path} is not UTF-8.", "Save the file in UTF-8."
        # Not "from error": it carries the file's bytes.
        raise EnvironmentFileError("MALFORMED_ENV_FILE", message, place, hint) from None
