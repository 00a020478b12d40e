"""How an answer differs from what was expected."""

from __future__ import annotations

import json
from typing import Any

from atoll.graphql import GraphQLResponse

from .oracle import Error, Expected
from .served import Request


def difference(request: Request, response: GraphQLResponse, expected: Expected) -> str | None:
    """Say in what way an answer, and the calls that were made for it, are not as expected."""
    if response.kind != expected.kind:
        return _differ("kind", (response.kind, response.body), (expected.kind, expected.errors))
    if response.kind != "ok":
        if request.calls:
            return f"functions were called: {request.calls}"
        if list(response.body) != ["errors"]:
            return f"a refusal has {list(response.body)}"
        if expected.kind == "operation":  # our own words
            return None
        return _errors(response.body["errors"], expected.errors)
    return _executed(request, response.body, expected)


def _executed(request: Request, body: dict[str, Any], expected: Expected) -> str | None:
    keys = [
        *(["errors"] if expected.errors else []),
        "data",
        *(["extensions"] if _finished(expected) else []),
    ]
    if list(body) != keys:
        return _differ("entries of the response", body, (keys, expected.errors, expected.data))
    data, wanted = json.dumps(body["data"]), json.dumps(expected.data)
    if data != wanted:
        return _differ("data", data, wanted)
    found = _errors(body.get("errors", []), expected.errors)
    return found or _calls(request, expected) or _invocations(request, body, expected)


def _errors(errors: list[Error], expected: list[Error]) -> str | None:
    """Extensions are compared where the script decided them."""
    shown = [
        error if "extensions" in wanted else {k: v for k, v in error.items() if k != "extensions"}
        for error, wanted in zip(errors, expected, strict=False)
    ]
    if len(errors) != len(expected) or shown != expected:
        return _differ("errors", errors, expected)
    for error in errors:
        if not isinstance(error["extensions"].get("code"), str):
            return f"an error has no code: {error}"
    return None


def _calls(request: Request, expected: Expected) -> str | None:
    """The calls of a query may begin in any order."""
    made = [(call.function, call.arguments) for call in request.calls.values()]
    wanted = [(call.function, call.arguments) for call in expected.calls.values()]
    same = made == wanted if expected.serial else sorted(made) == sorted(wanted)
    return None if same else _differ("calls", made, wanted)


def _finished(expected: Expected) -> list[str]:
    """The response names of calls that came to an outcome."""
    return [key for key in expected.calls if not expected.results[key].crashes]


def _invocations(request: Request, body: dict[str, Any], expected: Expected) -> str | None:
    invocations = body.get("extensions", {}).get("invocations", {})
    finished = _finished(expected)
    if list(invocations) != finished:
        return _differ("invocations", list(invocations), finished)
    seen = set()
    for key in finished:
        execution_id = invocations[key]["executionId"]
        seen.add(execution_id)
        if request.calls.get(execution_id) != expected.calls[key]:
            return _differ(f"the call of '{key}'", request.calls, expected.calls[key])
        lines = [line for line in expected.results[key].printed if line]
        logs = [{"level": "info", "message": line} for line in lines]
        if invocations[key].get("logs", []) != logs:
            return _differ(f"the logs of '{key}'", invocations[key], logs)
    return None if len(seen) == len(finished) else f"a call stands for several fields: {seen}"


def _differ(what: str, found: object, expected: object) -> str:
    return f"{what} differ:\n    ours:     {found}\n    expected: {expected}"
