"""The entry point of ``atoll``.

Commands import what they need when they run: ``atoll --help`` and a warm ``atoll serve`` must not
pay for the toolchain.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from atoll._version import __version__
from atoll.cli.build import build
from atoll.cli.call import call
from atoll.cli.collections import collections
from atoll.cli.connections import connections
from atoll.cli.dev import dev
from atoll.cli.doctor import doctor
from atoll.cli.editor import editor
from atoll.cli.failure import INTERRUPTED, USER_ERROR, report
from atoll.cli.inferences import inferences
from atoll.cli.info import info
from atoll.cli.inspect import inspect
from atoll.cli.models import models
from atoll.cli.new import new
from atoll.cli.serve import serve
from atoll.cli.signals import ending_cleanly
from atoll.cli.token import token

HELP = """Plain functions in, a sandboxed and typed GraphQL API out.

Atoll compiles the functions of an app to WebAssembly, derives a GraphQL API from their
signatures, and runs every call in a fresh sandbox.


From nothing to an answer:
  atoll new hello          make an app in ./hello
  atoll dev hello          build it, serve it, and follow your edits
  atoll build hello        write hello/build/hello.wasm
  atoll serve hello        serve that build in production mode
"""

app = typer.Typer(
    name="atoll",
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"atoll {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    pass


for command in (new, dev, build, serve, call, info, inspect, token, connections, editor, doctor):
    app.command()(command)
app.add_typer(models)
app.add_typer(inferences)
app.add_typer(collections)


def main() -> None:
    """Run a command; errors become messages, and every ending has its exit status."""
    with ending_cleanly():
        _run()


def _run() -> None:
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Who read our output has seen enough. Python would complain once more on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(USER_ERROR)
    except Exception as error:
        report(error)
        sys.exit(USER_ERROR)
