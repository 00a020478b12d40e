"""docs/explorer-api.md has all of the API, and its examples have the form of the answers."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

import atoll.server.explorer
from atoll.server.explorer import events
from atoll.server.explorer.routes import Failure, all_routes
from atoll.server.explorer.session import Session

PAGE = (Path(__file__).parents[3] / "docs" / "explorer-api.md").read_text()
SECTION = re.compile(r"^### (GET|POST|DELETE) (\S+)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"^```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def sections() -> dict[tuple[str, str], str]:
    """The text of each route's section, by method and path without a query."""
    found = SECTION.findall(PAGE)
    return {(method, path.partition("?")[0]): text for method, path, text in found}


def answer_of(handler: Any) -> Any:
    """The type of what a handler gives."""
    module = sys.modules[handler.__module__]
    return eval(handler.__annotations__["return"], vars(module))


FORMS: dict[tuple[str, str], Any] = {
    (route.method, route.pattern): answer_of(route.handler) for route, _ in all_routes()
}


def test_each_route_has_a_section_and_each_section_a_route() -> None:
    assert sections().keys() == FORMS.keys() | {("GET", "session"), ("GET", "events")}


@pytest.mark.parametrize(
    "route", sorted(FORMS.keys() - {("DELETE", "calls")} | {("GET", "session")}), ids=" ".join
)
def test_an_example_is_an_answer(route: tuple[str, str]) -> None:
    (example,) = EXAMPLE.findall(sections()[route])
    form = FORMS.get(route, Session)

    read = msgspec.json.decode(example, type=form)

    assert json.loads(msgspec.json.encode(read)) == json.loads(example)


def test_the_form_of_a_failure() -> None:
    example = EXAMPLE.findall(PAGE)[0]
    error = msgspec.convert(json.loads(example)["error"], Failure)
    assert json.loads(msgspec.json.encode(error)) == json.loads(example)["error"]


def test_all_codes_are_listed() -> None:
    """Those that come from elsewhere, as the text says, are not named in the code."""
    table = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)*)`", PAGE))
    folder = Path(str(atoll.server.explorer.__file__)).parent
    raised = re.compile(r'ExplorerError\(\s*\d+,\s*"([A-Z_]+)"')
    codes = {code for file in folder.glob("*.py") for code in raised.findall(file.read_text())}
    assert len(codes) > 12
    assert codes <= table


def test_numbers() -> None:
    assert f"There may be {events.MOST_PAGES} at a time" in PAGE
    assert f"at most {events.MOST_AT_ONCE} at a time" in PAGE
    assert f"a comment every {events.HEARTBEAT:g} seconds" in PAGE
