from __future__ import annotations

import json

import pytest

from atoll.cli.runtime import Compiled
from atoll.cli.sources import Built
from atoll.graphql import GraphQLApi
from atoll.guest.metadata import METADATA_SECTION
from atoll.guest.wasm_encoding import custom_section
from atoll.manifest import Manifest, parse_manifest


def notes_of(warnings: str, capsys: pytest.CaptureFixture[str], api: GraphQLApi) -> str:
    """What is shown of a build whose metadata has these warnings."""
    described = f'{{"version":1,"warnings":{warnings}}}'
    wasm = b"\0asm\x01\x00\x00\x00" + custom_section(METADATA_SECTION, described.encode())
    manifest: Manifest = parse_manifest("{}", path=None)
    Built(Compiled("app", wasm, manifest, {}, "app"), api, ()).show_notes()
    return capsys.readouterr().err


@pytest.fixture
def api() -> GraphQLApi:
    from atoll.cli.info import Unloaded
    from atoll.guest.types import Function, Interface

    return GraphQLApi(Unloaded(Interface((Function("hello", "hello", (), None),))))


def test_warnings_of_a_build(capsys, api):
    text = notes_of(json.dumps([{"message": "mind", "file": "app.py", "line": 3}]), capsys, api)
    assert text.startswith("warning[NOT_EXPORTED]: mind\n --> app.py:3\n")


@pytest.mark.parametrize(
    "warnings",
    ["3", "[1]", "[{}]", '[{"message":1,"file":2,"line":"x"}]', "[" * 5000 + "]" * 5000],
)
def test_forged_warnings_are_left_out(capsys, api, warnings):
    assert notes_of(warnings, capsys, api) == ""
