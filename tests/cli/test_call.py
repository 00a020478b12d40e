from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import pytest

from atoll.app.matching import NoMatch, find_function, match_arguments
from atoll.cli.call import frames_before, parse_arguments
from atoll.cli.call_log import CallLog, LineFormatter
from atoll.cli.failure import CommandError
from atoll.guest.types import Default, Function, Interface, Nullable, Parameter, Scalar

STRING = Scalar("String")
FUNCTION = Function(
    "getPerson",
    "get_person",
    (
        Parameter("personId", STRING),
        Parameter("nickName", Nullable(STRING)),
        Parameter("age", STRING, default=Default("7")),
    ),
    STRING,
)

DELIBERATE = """from atoll.sdk import UserError, console, models


def refuse() -> str:
    console.error("logged first")
    raise UserError("not your day")


def ask() -> str:
    return models.get("nobody").chat("x").text
"""


def test_the_result_goes_to_stdout_and_the_rest_to_stderr(run, built_app: Path):
    done = run("call", "say_hello", built_app, "--args", '{"name": "Ada"}')
    assert done.returncode == 0, done.stderr
    assert done.stdout == '"Hello, Ada!"\n'
    assert "greeting Ada\n" in done.stderr


@pytest.mark.parametrize("function", ["get_person_by_id", "getPersonById", "personById"])
@pytest.mark.parametrize("argument", ["person_id", "personId"])
def test_names_as_in_python_or_as_in_the_api(run, built_app: Path, function, argument):
    done = run("call", function, built_app, "--args", json.dumps({argument: 5}))
    assert json.loads(done.stdout) == {"firstName": "number 5", "age": 7}


def test_from_a_build_alone(run, built_app: Path):
    assert run("call", "say_hello", built_app / "build").stdout == '"Hello, World!"\n'


def test_a_failing_function(run, built_app: Path):
    done = run("call", "fail", built_app)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "error[FUNCTION_FAILED]: ValueError: the secret ingredient" in done.stderr
    assert 'raise ValueError("the secret ingredient")' in done.stderr  # the author's own line
    assert done.stderr.count("Traceback") == 1
    assert done.stderr.count("ValueError: the secret ingredient") == 1


def test_what_the_function_says_on_purpose_has_no_traceback(fails, app: Path):
    (app / "app.py").write_text(DELIBERATE)
    done = fails("call", "refuse", app)
    assert done.stderr.endswith("\nerror: logged first\nerror[USER_ERROR]: not your day\n")


def test_an_exception_of_the_sdk_is_named_once(run, app: Path):
    (app / "app.py").write_text(DELIBERATE)
    done = run("call", "ask", app)
    assert done.returncode == 1
    assert done.stderr.count("Traceback") == 1
    assert done.stderr.count("ModelError: ") == 1


def test_a_step_that_fails_is_not_called_ok(fails, app: Path):
    (app / "app.py").write_text("def (\n")
    done = fails("call", "say_hello", app)
    assert "!! Building the app\nerror[SYNTAX_ERROR]" in done.stderr
    assert "ok Building" not in done.stderr


def formatted(level: int, message: str, **fields: object) -> str:
    record = logging.LogRecord("atoll.any", level, "file", 1, message, (), None)
    record.fields = fields
    return LineFormatter().format(record)


def test_log_lines_show_their_fields():
    line = formatted(
        logging.WARNING, "Secret not found.", name="KEY", connection="api", variable="MODUS_API_KEY"
    )
    assert line == ("warning: Secret not found. name=KEY connection=api variable=MODUS_API_KEY")
    line = formatted(logging.ERROR, "Error invoking model.", model="w", error="a b\nc", empty="")
    assert line == 'error: Error invoking model. model=w error="a b\\x0ac" empty=""'


def test_log_lines_of_the_function_are_as_it_wrote_them():
    assert formatted(logging.INFO, "x", function="f", text="a=1\nb\x1b") == "a=1\nb\\x1b"


def logged(name: str, level: int, message: str, **fields: object) -> logging.LogRecord:
    record = logging.LogRecord(name, level, "file", 1, message, (), None)
    record.fields = fields
    return record


NO_MODEL = logged("atoll.models", logging.ERROR, "Error invoking model.", error="no such model")
PRINTED = logged("atoll.function", logging.INFO, "x", text="going on")


@pytest.mark.parametrize(
    ("records", "said", "shown"),
    [
        ([NO_MODEL], ["E: it failed (no such model)"], ""),
        ([NO_MODEL], ["E: another reason"], 'error: Error invoking model. error="no such model"\n'),
        ([NO_MODEL], [], 'error: Error invoking model. error="no such model"\n'),
        (
            [NO_MODEL, PRINTED],
            ["E: no such model"],
            'error: Error invoking model. error="no such model"\ngoing on\n',
        ),
    ],
)
def test_the_cause_of_a_failure_is_not_shown_twice(records, said, shown, capsys):
    log = CallLog()
    for record in records:
        log.handle(record)
    log.show_held(*said)
    log.show_held(*said)
    assert capsys.readouterr().err == shown


def test_the_failure_itself_is_not_shown():
    log = CallLog()
    log.handle(logged("atoll.app", logging.ERROR, "Error.", detail="Traceback"))
    assert log.detail == "Traceback"


def test_details_stand_below_a_log_line():
    assert formatted(logging.ERROR, "Bad.", a=1, detail="b\nc") == "error: Bad. a=1\nb\nc"


@pytest.mark.parametrize(
    ("message", "traceback", "lines"),
    [
        ("E: x", "T:\n  f\nE: x\n", ["T:", "  f"]),
        ("E: x", "T:\n  f\npackage.module.E: x\n", ["T:", "  f"]),
        ("E: x\ny", "T:\n  f\nE: x\ny\n", ["T:", "  f"]),
        ("E: other", "T:\nE: x\n", ["T:", "E: x"]),
        ("a trap", "a trap", []),
        ("a trap", "", []),
    ],
)
def test_a_traceback_ends_where_the_message_begins(message, traceback, lines):
    assert frames_before(message, traceback) == lines


def test_a_changed_source_is_built_first(run, app: Path):
    assert run("call", "say_hello", app).stdout == '"Hello, World!"\n'
    source = app / "app.py"
    source.write_text(source.read_text().replace("Hello", "Goodbye"))
    assert run("call", "say_hello", app).stdout == '"Goodbye, World!"\n'


def test_an_unchanged_source_is_not_built_again(run, app: Path):
    run("call", "say_hello", app)
    module = app / "build" / "hello.wasm"
    os.utime(module, ns=(1, module.stat().st_mtime_ns))
    before = module.stat()
    assert run("call", "say_hello", app).stdout == '"Hello, World!"\n'
    after = module.stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_limit_of_the_command_line(fails, app: Path):
    (app / "app.py").write_text("def spin() -> int:\n    while True:\n        pass\n")
    done = fails("call", "spin", app, "--limit", "cpuSeconds=0.2")
    assert "TIMEOUT" in done.stderr


def test_an_unknown_limit(fails, built_app: Path):
    assert "INVALID_LIMIT" in fails("call", "say_hello", built_app, "--limit", "x=1").stderr


def test_a_limit_without_a_value_is_a_usage_error(run, built_app: Path):
    assert run("call", "say_hello", built_app, "--limit", "cpuSeconds").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("{", "ARGUMENTS_NOT_JSON"),
        ("[" * 100_000, "ARGUMENTS_NOT_JSON"),
        ("[1]", "ARGUMENTS_NOT_AN_OBJECT"),
        ("7", "ARGUMENTS_NOT_AN_OBJECT"),
    ],
)
def test_arguments_that_are_no_object(arguments, code):
    with pytest.raises(CommandError) as caught:
        parse_arguments(arguments)
    assert caught.value.code == code


def test_absent_arguments_are_defaults_or_null():
    assert match_arguments(FUNCTION, {"person_id": "x"}) == {"personId": "x", "nickName": None}


def test_a_default_that_only_the_function_knows_is_left_to_it():
    parameters = (
        Parameter("a", STRING, own_default=True),
        Parameter("b", Nullable(STRING), own_default=True),
    )
    assert match_arguments(Function("f", "f", parameters, STRING), {}) == {}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "MISSING_ARGUMENT"),
        ({"personId": 1, "who": 2}, "UNKNOWN_ARGUMENT"),
        ({"personId": 1, "person_id": 2}, "ARGUMENT_TWICE"),
    ],
)
def test_arguments_that_do_not_match(given, code):
    with pytest.raises(NoMatch) as caught:
        match_arguments(FUNCTION, given)
    assert caught.value.code == code


def test_an_unknown_function_gets_a_suggestion():
    with pytest.raises(NoMatch) as caught:
        find_function(Interface((FUNCTION,)), "get_persn")
    assert caught.value.hint == "did you mean get_person?"
