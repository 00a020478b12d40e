"""Which format a file of texts has."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer


class Format(StrEnum):
    """Of files with one text a line."""

    JSONL = "jsonl"
    CSV = "csv"


FormatOption: TypeAlias = Annotated[
    Format | None,
    typer.Option(
        "--format", help="JSON, one object a line, or CSV.", show_default="by the file's name"
    ),
]

_OF_NAMES: Final = {".csv": Format.CSV}


def format_of(chosen: Format | None, file: str) -> Format:
    """What was chosen, else what the file's name says."""
    return chosen or _OF_NAMES.get(Path(file).suffix.lower(), Format.JSONL)
