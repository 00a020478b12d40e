"""``atoll call``: one function, once, without a server."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from atoll.cli.call_log import CallLog, log_to_stderr
from atoll.cli.console import note, result, styled
from atoll.cli.failure import CommandError, printable
from atoll.cli.options import AppPath, LimitOption, SecretsOption, parse_limits
from atoll.secrets.secrets import APP_PREFIX

if TYPE_CHECKING:
    from atoll.app.call import FunctionError, Outcome
    from atoll.app.stream import StreamFailed


def call(
    function: Annotated[
        str, typer.Argument(help="Its name in the source or in the API: say_hello or sayHello.")
    ],
    path: AppPath = Path(),
    args: Annotated[
        str, typer.Option("--args", metavar="JSON", help="Its arguments, as a JSON object.")
    ] = "{}",
    limit: LimitOption = None,
    secrets: SecretsOption = None,
) -> None:
    """Run one function once, in the same sandbox, without a server.

    Builds the app first if its sources are newer than its build. The result is printed as JSON to
    stdout, logs to stderr; exits with 1 if the function fails. A function that streams prints each
    element as it comes, as JSON on a line of its own, until it ends or Ctrl-C ends it.

    \b
    Examples:
      atoll call say_hello
      atoll call say_hello --args '{"name": "Ada"}'
      atoll call sayHello ./hello | jq .
      atoll call tell_story --args '{"about": "rain"}' | jq --unbuffered .
    """
    from atoll.app.matching import find_function, match_arguments
    from atoll.cli.console import Steps
    from atoll.cli.runtime import Runtime, Settings
    from atoll.cli.sources import ready_build
    from atoll.graphql.conventions import field_name
    from atoll.secrets import chosen
    from atoll.telemetry.setup import tracing

    given = parse_arguments(args)
    log = log_to_stderr()
    with Steps() as steps:
        settings = Settings(
            dev=True,
            limits=parse_limits(limit),
            form="split",
            history=True,
            secrets=chosen(secrets or (), os.environ),
        )
        runtime = Runtime(settings, steps)
        try:
            build = ready_build(runtime, path, steps)
            app = runtime.load(runtime.read(build, path))
            steps.done()

            async def main() -> Outcome | StreamFailed | None:
                try:
                    wanted = find_function(app.interface, function, field_name)
                    arguments = match_arguments(wanted, given)
                    if wanted.streams:
                        return await print_stream(app.stream(wanted, arguments))
                    return await app.call(wanted, arguments)
                finally:
                    await app.close()

            with tracing(os.environ, build.name):
                came = asyncio.run(main())
        except BaseException:
            log.show_held()
            raise
        finally:
            runtime.close()
    show_errors(() if came is None else came.errors, log)
    if log.missing_secrets:
        _say_where_secrets_go(log.missing_secrets, path, settings.secrets)
    if isinstance(came, Exception) or (came is not None and came.failed):
        raise typer.Exit(1)
    if came is not None:
        result(json.dumps(came.value, indent=2, ensure_ascii=False))


async def print_stream(elements: AsyncGenerator[Any, None]) -> StreamFailed | None:
    """Print each element as it comes, as one line of JSON. Returns how the stream failed, if so."""
    from atoll.app.stream import StreamFailed

    try:
        async with aclosing(elements):
            async for element in elements:
                result(json.dumps(element, ensure_ascii=False))
    except StreamFailed as failed:
        return failed
    return None


def show_errors(errors: Sequence[FunctionError], log: CallLog) -> None:
    """Show how a call failed, and what was logged of it but not shown yet."""
    # Lines that the function logged as errors were shown then.
    errors = [error for error in errors if error.code != "LOGGED"]
    log.show_held(*(error.message for error in errors))
    for error in errors:
        if error.code != "USER_ERROR":
            for line in frames_before(error.message, log.detail):
                note(printable(line))
        first, *rest = error.message.splitlines() or [""]
        note(f"{styled(f'error[{error.code}]:', 'red', 'bold')} {printable(first)}")
        for line in rest:
            note(f"  {printable(line)}")
        # Where secrets of the app go is said below, with their names.
        if error.hint and not any(name.startswith(APP_PREFIX) for name in log.missing_secrets):
            _hint(error.hint)


def _say_where_secrets_go(variables: list[str], folder: Path, providers: tuple[str, ...]) -> None:
    from atoll.secrets import DEFAULT_CHOICE, environment_name, is_development

    if providers != DEFAULT_CHOICE:
        _hint(f"{', '.join(variables)} can be set where secrets come from: {', '.join(providers)}")
        return
    name = environment_name(os.environ)
    said = f"{', '.join(variables)} can be set in the environment or in {folder / '.env'}"
    if not is_development(name):
        said += f"; .env.dev* is not read in the environment {name!r}, but with MODUS_ENV=dev"
    _hint(said)


def _hint(text: str) -> None:
    note(f"{styled('hint:', 'cyan', 'bold')} {printable(text)}")


def parse_arguments(text: str) -> dict[str, Any]:
    """Read ``--args``. Raises CommandError."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CommandError(
            "ARGUMENTS_NOT_JSON",
            f"--args is not JSON: {error}",
            """write it as --args '{"name": "Ada"}', in single quotes""",
        ) from None
    if not isinstance(value, dict):
        raise CommandError(
            "ARGUMENTS_NOT_AN_OBJECT",
            f"--args is {type(value).__name__}, expected a JSON object of the arguments by name",
            """write it as --args '{"name": "Ada"}'""",
        )
    return value


def frames_before(message: str, traceback: str) -> list[str]:
    """The lines of a traceback without what ``message`` says in the end, where both agree.

    A traceback names an exception with its module, a message without.
    """
    text = traceback.rstrip()
    if text.endswith(message.rstrip()):
        text = text[: len(text) - len(message.rstrip())]
        text = re.sub(r"(?:\A|(?<=\n))[\w.<>]+\.\Z", "", text)
    return text.splitlines()
