"""Lines of a file of text, one by one, with their numbers."""

from __future__ import annotations

import codecs
from typing import BinaryIO, Final

from atoll.collections.transfer.line import BadLine

MAX_LINE: Final = 16 << 20
"""Bytes. A longer line is bad, and is not held in memory."""

_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_GZIP: Final = b"\x1f\x8b"


class UnreadableFile(Exception):
    """A whole file is of no use.

    Has a ``code``, a ``message`` that names the file, a ``hint`` and a ``location``.
    """

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.location = None


class FileLines:
    """The lines of a file in UTF-8, with what ends them; each as long as memory allows.

    Args:
        file: read once, from where it is.
        name: what to call it in errors.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self.name = name
        self.number = 0
        """Of the line that was read last, counted from 1."""
        self.position = 0
        """Bytes read."""

    def __iter__(self) -> FileLines:
        """Raises UnreadableFile: it is in an encoding or a compression that is not read."""
        return self

    def __next__(self) -> str | BadLine:
        line = self._file.readline(MAX_LINE + 1)
        if not line:
            raise StopIteration
        self.position += len(line)
        self.number += 1
        if self.number == 1:
            line = self._without_mark(line)
        if len(line) > MAX_LINE:
            self._skip(line)
            return BadLine(self.number, f"is longer than {MAX_LINE >> 20} MiB")
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            where = f"byte 0x{line[error.start]:02x} in column {error.start + 1}"
            return BadLine(self.number, f"is not UTF-8: {where}")

    def _without_mark(self, line: bytes) -> bytes:
        if line.startswith(_UTF16):
            raise UnreadableFile(
                "NOT_UTF8",
                f"{self.name} is in UTF-16, not in UTF-8",
                f"convert it first: iconv -f utf-16 -t utf-8 {self.name}",
            )
        if line.startswith(_GZIP):
            raise UnreadableFile(
                "COMPRESSED",
                f"{self.name} is compressed",
                f"hand over what is in it: zcat {self.name} | atoll collections import - …",
            )
        return line.removeprefix(codecs.BOM_UTF8)

    def _skip(self, line: bytes) -> None:
        while line and not line.endswith(b"\n"):
            line = self._file.readline(1 << 20)
            self.position += len(line)
