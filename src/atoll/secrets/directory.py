"""Secrets in a directory of files, as Docker and Kubernetes mount them.

A file's name is the variable, its content the value.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Final

from atoll.secrets.provider import PREFIX, VARIABLE, SecretProviderError
from atoll.secrets.versions import version_of

MAX_BYTES: Final = 1 << 20
"""Of one file; a whole Secret of Kubernetes has no more."""

_ATTEMPTS: Final = 3

_logger = logging.getLogger(__name__)


class DirectoryProvider:
    """The files ``MODUS_...`` in a directory; others, and its directories, are left alone.

    One newline at the end of a file does not belong to the value. Files may be symbolic links.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._warned: set[str] = set()

    @property
    def name(self) -> str:
        return f"dir:{self._directory}"

    def load(self) -> Mapping[str, str]:
        # Kubernetes replaces all files at once; what was read while it did so is of both versions.
        for _ in range(_ATTEMPTS - 1):
            before = self.stamp()
            try:
                found = self._read()
            except SecretProviderError:
                if self.stamp() == before:
                    raise
            else:
                if self.stamp() == before:
                    return found
        return self._read()

    def stamp(self) -> Hashable:
        try:
            return tuple((path.name, version_of(path)) for path in self._files())
        except OSError as error:
            return (error.errno,)

    def _files(self) -> list[Path]:
        with os.scandir(self._directory) as entries:
            return sorted(Path(entry.path) for entry in entries if entry.name.startswith(PREFIX))

    def _read(self) -> dict[str, str]:
        try:
            files = self._files()
            self._warn_of_access(self._directory, self._directory.stat().st_mode)
        except OSError as error:
            raise SecretProviderError(
                "SECRETS_UNREADABLE",
                f"the directory of secrets {self._directory} cannot be read: {_reason(error)}",
                "mount it, or choose other providers with --secrets or ATOLL_SECRETS",
            ) from error
        found = {path.name: self._value(path) for path in files if self._is_variable(path)}
        if not found:
            self._warn(f"No file in {self._directory} has a name that begins with {PREFIX}.")
        return found

    def _is_variable(self, path: Path) -> bool:
        if VARIABLE.fullmatch(path.name):
            return True
        name = path.name.encode("unicode_escape", "replace").decode()
        self._warn(f"The file {name} in {self._directory} is left out: no variable has that name.")
        return False

    def _value(self, path: Path) -> str:
        try:
            mode = path.stat().st_mode
            if not stat.S_ISREG(mode):  # a pipe would keep who opens it waiting
                raise _unusable(path, "is not a file")
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise _unusable(path, f"cannot be read: {_reason(error)}") from error
        self._warn_of_access(path, mode)
        if len(content) > MAX_BYTES:
            raise _unusable(path, f"is larger than {MAX_BYTES >> 20} MiB")
        try:
            text = content.decode()
        except UnicodeDecodeError:
            # Not "from error": it carries the file's bytes.
            raise _unusable(path, "is not UTF-8 text") from None
        return text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text

    def _warn_of_access(self, path: Path, mode: int) -> None:
        # In a directory with the sticky bit, which Kubernetes mounts, nobody replaces another's.
        if mode & stat.S_IWOTH and not (stat.S_ISDIR(mode) and mode & stat.S_ISVTX):
            self._warn(f"Every user of this machine may change {path}, which holds secrets.")

    def _warn(self, text: str) -> None:
        if text not in self._warned:
            self._warned.add(text)
            _logger.warning(text)


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _unusable(path: Path, reason: str) -> SecretProviderError:
    return SecretProviderError("SECRET_UNUSABLE", f"the secret {path} {reason}")
