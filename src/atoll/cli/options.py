"""Options that several commands share."""

from __future__ import annotations

import logging
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from atoll.cli.language import CompilerName

AppPath: TypeAlias = Annotated[
    Path, typer.Argument(metavar="[PATH]", help="The app's folder.", show_default="here")
]
AppOption: TypeAlias = Annotated[
    Path, typer.Option("--app", metavar="PATH", help="The app's folder.", show_default="here")
]
Host: TypeAlias = Annotated[
    str | None,
    typer.Option("--host", metavar="ADDRESS", help="Where to listen.", show_default="loopback"),
]
Port: TypeAlias = Annotated[
    int, typer.Option("--port", min=0, max=65535, help="0 picks a free one.")
]

LOOPBACK_NAMES = (None, "127.0.0.1", "::1", "[::1]", "localhost")
"""What ``--host`` may be for a server that this machine alone reaches."""


class LogLevel(StrEnum):
    """Of the least severe lines to print."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def number(self) -> int:
        """As `logging` has it."""
        return logging.getLevelNamesMapping()[self.name]


LogLevelOption: TypeAlias = Annotated[
    LogLevel,
    typer.Option(
        "--log-level",
        help="Of the least severe lines of the log: info has one for each call, warning those"
        " that tell of trouble.",
    ),
]
LimitOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--limit",
        metavar="KEY=VALUE",
        help="Override one of the manifest's limits, such as cpuSeconds=5; repeatable.",
    ),
]
SecretsOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--secrets",
        metavar="PROVIDER",
        help="Where secrets come from: env, dotenv, dir:PATH, vault:MOUNT/PATH; repeatable, the"
        " first that has one wins.",
        show_default="env, dotenv",
    ),
]
RecordOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--record",
        metavar="DIR",
        help="Record into this folder what functions ask of models, HTTP and databases, and what"
        " they are told, for tests that replay it.",
        show_default=False,
    ),
]
CompilerOption: TypeAlias = Annotated[
    CompilerName | None,
    typer.Option(
        "--compiler",
        help="What compiles an app in Go: Go itself, or a TinyGo on PATH.",
        show_default="go",
    ),
]


def parse_limits(given: list[str] | None) -> dict[str, str]:
    """``["cpuSeconds=5"]`` → ``{"cpuSeconds": "5"}``; raises a usage error for anything else."""
    limits = {}
    for text in given or []:
        key, separator, value = text.partition("=")
        if not separator or not key or not value:
            raise typer.BadParameter(f"expected KEY=VALUE, not {text!r}", param_hint="--limit")
        limits[key.strip()] = value.strip()
    return limits
