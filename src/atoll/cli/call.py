"""``atoll call``: one function, once, without a server."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from atoll.cli.console import note, result, styled
from atoll.cli.failure import CommandError, printable
from atoll.cli.options import AppPath, LimitOption, parse_limits

if TYPE_CHECKING:
    from atoll.app.call import Outcome
    from atoll.guest.types import Function, Interface


def call(
    function: Annotated[
        str, typer.Argument(help="Its name in Python or in the API: say_hello or sayHello.")
    ],
    path: AppPath = Path(),
    args: Annotated[
        str, typer.Option("--args", metavar="JSON", help="Its arguments, as a JSON object.")
    ] = "{}",
    limit: LimitOption = None,
) -> None:
    """Run one function once, in the same sandbox, without a server.

    Builds the app first if its sources are newer than its build. The result is printed as JSON to
    stdout, logs to stderr; exits with 1 if the function fails.

    \b
    Examples:
      atoll call say_hello
      atoll call say_hello --args '{"name": "Ada"}'
      atoll call sayHello ./hello | jq .
    """
    from atoll.cli.console import Steps
    from atoll.cli.runtime import Runtime, Settings
    from atoll.cli.sources import ready_build

    given = parse_arguments(args)
    failures = _log_to_stderr()
    with Steps() as steps:
        runtime = Runtime(Settings(dev=True, limits=parse_limits(limit), form="split"), steps)
        try:
            build = ready_build(runtime, path, steps)
            app = runtime.load(runtime.read(build, path))
            steps.done()

            async def main() -> Outcome:
                try:
                    wanted = find_function(app.interface, function)
                    return await app.call(wanted, match_arguments(wanted, given))
                finally:
                    await app.close()

            outcome = asyncio.run(main())
        finally:
            runtime.close()
    for error in outcome.errors:
        if error.code == "LOGGED":
            continue  # its line was printed when the function logged it
        if error.code != "USER_ERROR":
            for line in frames_before(error.message, failures.detail):
                note(printable(line))
        first, *rest = error.message.splitlines() or [""]
        note(f"{styled(f'error[{error.code}]:', 'red', 'bold')} {printable(first)}")
        for line in rest:
            note(f"  {printable(line)}")
    if outcome.failed:
        raise typer.Exit(1)
    result(json.dumps(outcome.value, indent=2, ensure_ascii=False))


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


def find_function(interface: Interface, name: str) -> Function:
    """A function by either of its names. Raises CommandError."""
    found = interface.function(name)
    if found is not None:
        return found
    names = [function.export for function in interface.functions]
    close = get_close_matches(name, names, n=1)
    raise CommandError(
        "NO_SUCH_FUNCTION",
        f"the app has no function {name}",
        f"did you mean {close[0]}?" if close else f"it has: {', '.join(names) or 'none at all'}",
    )


def match_arguments(function: Function, given: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments by API name, from names as Python or the API writes them.

    Raises CommandError: one is unknown, given twice, or missing.
    """
    by_plain_name = {_plain(p.name): p.name for p in function.parameters}
    matched: dict[str, Any] = {}
    for name, value in given.items():
        known = by_plain_name.get(_plain(name))
        if known is None:
            names = ", ".join(p.name for p in function.parameters) or "none"
            raise CommandError(
                "UNKNOWN_ARGUMENT",
                f"{function.export} has no parameter {name}",
                f"its parameters: {names}",
            )
        if known in matched:
            raise CommandError("ARGUMENT_TWICE", f"the argument {known} is given twice")
        matched[known] = value
    for parameter in function.parameters:
        if parameter.name not in matched and parameter.default is None:
            if not _nullable(parameter.type):
                raise CommandError(
                    "MISSING_ARGUMENT",
                    f"{function.export} needs the argument {parameter.name}",
                    f"""atoll call {function.export} --args '{{"{parameter.name}": ...}}'""",
                )
            matched[parameter.name] = None
    return matched


def _nullable(type_: object) -> bool:
    from atoll.guest.types import Nullable

    return isinstance(type_, Nullable)


def _plain(name: str) -> str:
    """``person_id`` and ``personId`` are the same."""
    return name.replace("_", "").lower()


def frames_before(message: str, traceback: str) -> list[str]:
    """The lines of a traceback without what ``message`` says in the end, where both agree.

    A traceback names an exception with its module, a message without.
    """
    text = traceback.rstrip()
    if text.endswith(message.rstrip()):
        text = text[: len(text) - len(message.rstrip())]
        text = re.sub(r"(?:\A|(?<=\n))[\w.<>]+\.\Z", "", text)
    return text.splitlines()


class _Failures(logging.Filter):
    """Keeps back what the app logs of the call's failure, which is shown once, at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.detail = ""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name != "atoll.app":
            return True
        self.detail = str(getattr(record, "fields", {}).get("detail", self.detail))
        return False


class LineFormatter(logging.Formatter):
    """What the function prints and logs, as it wrote it; else the message and its fields."""

    def format(self, record: logging.LogRecord) -> str:
        fields = dict(getattr(record, "fields", {}))
        if "text" in fields:
            text = str(fields["text"])
        else:
            detail = fields.pop("detail", None)
            named = (f"{name}={_field(value)}" for name, value in fields.items())
            text = " ".join([record.getMessage(), *named])
            if detail is not None:
                text = f"{text}\n{detail}"
        level = "" if record.levelno < logging.WARNING else f"{record.levelname.lower()}: "
        return level + "\n".join(printable(line) for line in text.splitlines())


def _field(value: object) -> str:
    """The value of a field, on one line; in quotes where its end would be in doubt."""
    text = printable(str(value))
    return f'"{text}"' if not text or " " in text or "=" in text else text


def _log_to_stderr() -> _Failures:
    failures = _Failures()
    handler = logging.StreamHandler()
    handler.setFormatter(LineFormatter())
    handler.addFilter(failures)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("atoll.function").setLevel(logging.DEBUG)
    return failures
