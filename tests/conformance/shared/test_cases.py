"""What the API answers, case by case, whatever the language of the functions.

A case calls one function::

    {"call": "join", "arguments": {"words": ["a"], "separator": "-"}, "result": "a"}

once with its arguments as variables and, if it succeeds, once more with them in the query's text.
``fields`` says what to choose of an object. Or it sends a request::

    {"request": "{ a: echo(text: \"x\") }", "variables": {}, "data": {"a": "x"}}

Both may have:

- ``errors``: all errors of the answer, without their locations. Where no function ran there is
  neither ``result`` nor ``data``, and ``refused`` has the errors.
- ``printed``: what the answer has of the functions' output, by response key.
- ``log``: what the functions logged, as pairs of level and text. ``failure``: what the log's entry
  on a failed call speaks of.
- ``caller``: its ``time_zone`` and ``claims``. ``limits``: those of the manifest.
- ``only``: the languages that have such a function. A member named after a language holds what is
  different in that language (null for what there is not), and ``because`` says why.

``ORIGIN`` stands for the address of a service that functions can reach, and ``…`` in a message for
any text.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from graphql import is_non_null_type

from atoll.app.call import Caller

LANGUAGES = ("python", "assemblyscript", "golang")
CASES = json.loads(Path(__file__).with_name("cases.json").read_text("utf-8"))
MEMBERS = {
    "call", "arguments", "fields", "result", "request", "variables", "data", "errors", "refused",
    "printed", "log", "failure", "caller", "limits", "only", "because", "what", *LANGUAGES,
}  # fmt: skip
MAY_BE_LEFT_OUT = ("errors", "refused", "printed", "log", "failure")

pytestmark = pytest.mark.asyncio(loop_scope="module")


def _in(language: str) -> list[Any]:
    """The cases of a language, with what is different there."""
    return [
        pytest.param(language, _as_in(language, case), id=f"{language}-{_name(case)}")
        for case in CASES
        if language in case.get("only", LANGUAGES)
    ]


def _as_in(language: str, case: dict[str, Any]) -> dict[str, Any]:
    whole = {**case, **case.get(language, {})}
    return {
        member: value
        for member, value in whole.items()
        if value is not None or member not in MAY_BE_LEFT_OUT
    }


def _name(case: Mapping[str, Any]) -> str:
    name: str = case.get("what") or case["call"]
    return name


@pytest.mark.parametrize(
    ("language", "case"), [param for language in LANGUAGES for param in _in(language)]
)
async def test_case(
    serve: Callable[..., Any], caplog: pytest.LogCaptureFixture, language: str, case: dict[str, Any]
) -> None:
    caplog.set_level(logging.DEBUG, logger="atoll.function")
    served = serve(language, **case.get("limits", {}))
    case = json.loads(json.dumps(case).replace("ORIGIN", served.origin))
    caller = Caller(**case.get("caller", {}))
    if "request" in case:
        body = await served(case["request"], case.get("variables", {}), caller)
        _check(body, case, case.get("data"))
        _check_log(caplog, case)
        return
    kind, field = served.field(case["call"])
    data = {case["call"]: case.get("result")}
    if case.get("result") is None and is_non_null_type(field.type):
        data = None
    body = await served(*_with_variables(case, kind, field), caller)
    _check(body, case, data)
    _check_log(caplog, case)
    if "errors" not in case and "refused" not in case:
        body = await served(_with_literals(case, kind), {}, caller)
        _check(body, case, data)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_long_texts_and_lists(serve: Callable[..., Any], language: str) -> None:
    served = serve(language)
    text = "aé漢🎉" * 50_000
    query = "query ($text: String!) { echo(text: $text) }"
    assert (await served(query, {"text": text}))["data"] == {"echo": text}
    assert (await served('{ repeat(text: "é🎉", times: 100000) }', {}))["data"] == {
        "repeat": "é🎉" * 100_000
    }
    numbers = [-number for number in range(20_000)]
    query = "query ($numbers: [Int64!]!) { echoLongs(numbers: $numbers) }"
    assert (await served(query, {"numbers": numbers}))["data"] == {"echoLongs": numbers}


def _with_variables(case: Mapping[str, Any], kind: str, field: Any) -> tuple[str, dict[str, Any]]:
    arguments = case.get("arguments", {})
    declared = ", ".join(f"${name}: {field.args[name].type}" for name in arguments)
    passed = ", ".join(f"{name}: ${name}" for name in arguments)
    return _operation(case, f"{kind} ({declared})" if declared else kind, passed), arguments


def _with_literals(case: Mapping[str, Any], kind: str) -> str:
    arguments = case.get("arguments", {})
    return _operation(case, kind, ", ".join(f"{k}: {_literal(v)}" for k, v in arguments.items()))


def _operation(case: Mapping[str, Any], head: str, arguments: str) -> str:
    passed = f"({arguments})" if arguments else ""
    chosen = f" {{ {case['fields']} }}" if "fields" in case else ""
    return f"{head} {{ {case['call']}{passed}{chosen} }}"


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_literal(each)}' for name, each in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _check(body: dict[str, Any], case: Mapping[str, Any], data: Any) -> None:
    expected: dict[str, Any] = {}
    if "refused" in case:
        expected["errors"] = case["refused"]
    else:
        if "errors" in case:
            expected["errors"] = [_placed(error, case) for error in case["errors"]]
        expected["data"] = data
    seen = {name: value for name, value in body.items() if name != "extensions"}
    if "errors" in seen:
        seen["errors"] = [_flat(error) for error in seen["errors"]]
    invocations = body.get("extensions", {}).get("invocations", {})
    printed = {key: call["logs"] for key, call in invocations.items() if "logs" in call}
    if printed or "printed" in case:
        seen["printed"], expected["printed"] = printed, case.get("printed")
    # Their text tells true from 1, 1.0 from 1, and the order of fields.
    assert json.dumps(_known(seen, expected), indent=1) == json.dumps(expected, indent=1)


def _known(seen: Any, expected: Any) -> Any:
    """``seen``, with the texts of ``expected`` where those leave something open and fit."""
    if isinstance(seen, dict) and isinstance(expected, dict):
        return {key: _known(value, expected.get(key)) for key, value in seen.items()}
    if isinstance(seen, list) and isinstance(expected, list):
        return [_known(*pair) for pair in zip_longest(seen, expected)][: len(seen)]
    if isinstance(seen, str) and isinstance(expected, str) and "…" in expected:
        pattern = ".*".join(map(re.escape, expected.split("…")))
        return expected if re.fullmatch(pattern, seen, re.DOTALL) else seen
    return seen


def _placed(error: dict[str, Any], case: Mapping[str, Any]) -> dict[str, Any]:
    if "call" not in case:
        return error
    return {"message": error["message"], "path": [case["call"]], **error}


def _flat(error: Mapping[str, Any]) -> dict[str, Any]:
    path = {"path": error["path"]} if "path" in error else {}
    return {"message": error["message"], **path, **error["extensions"]}


def _check_log(caplog: pytest.LogCaptureFixture, case: Mapping[str, Any]) -> None:
    def fields(logger: str, level: int) -> list[tuple[str, dict[str, str]]]:
        return [
            (record.levelname, vars(record)["fields"])
            for record in caplog.records
            if record.name == logger and record.levelno >= level
        ]

    if "log" in case:
        logged = fields("atoll.function", logging.DEBUG)
        assert [[level, entry["text"]] for level, entry in logged] == case["log"]
    if "failure" in case:
        [(_, entry)] = fields("atoll.app", logging.ERROR)
        assert case["failure"] in entry["detail"]


@pytest.mark.parametrize("case", CASES, ids=_name)
async def test_a_case_is_well_formed(case: dict[str, Any]) -> None:
    different = [case[language] for language in LANGUAGES if language in case]
    for part in (case, *different):
        assert set(part) <= MEMBERS
    assert ("call" in case) != ("request" in case)
    assert ("because" in case) == bool(different or "only" in case)
