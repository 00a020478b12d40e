"""The examples and tables of docs/manifest.md are true."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from atoll.manifest import GraphQLSettings, LimitSettings, Manifest, ProblemCode
from atoll.manifest.collection import (
    DISTANCES,
    EF_CONSTRUCTION,
    INDEX_TYPES,
    OPTIONS,
    QUANTIZATIONS,
    IndexSettings,
    SearchMethod,
)
from atoll.manifest.graphql import FIELD_COST, FUNCTION_COST, MOST_COST, SWITCHES
from atoll.manifest.graphql import RULES as QUERY_RULES
from atoll.manifest.limits import RULES
from atoll.secrets.dotenv import parse_dotenv

TEXT = (Path(__file__).parents[2] / "docs" / "manifest.md").read_text("utf-8")


def part(section: str) -> str:
    """What the page says of a key of the manifest."""
    return TEXT.split(f"\n## `{section}`\n")[1].split("\n## ")[0]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", blocks("json"))
def test_examples_have_no_problems(block: str, read: Callable[..., Manifest]) -> None:
    read(block, strict=True)


def test_there_are_examples() -> None:
    assert len(blocks("json")) >= 4


def test_the_complete_example_has_every_key(read: Callable[..., Manifest]) -> None:
    manifest = read(blocks("json")[0])
    empty = Manifest()
    keys = ("endpoints", "models", "connections", "limits", "cors", "graphql", "collections")
    for key in keys:
        assert getattr(manifest, key) != getattr(empty, key), key


def test_the_env_example_reads_as_described() -> None:
    (block,) = [block for block in blocks("sh") if "export" in block]
    assert parse_dotenv(block, file=".env") == {
        "MODUS_OPENAI_API_KEY": "sk-…",
        "MODUS_WEATHER_USER": "ann",
        "MODUS_WEATHER_PASSWORD": "pa$$word",
        "HOST": "example.com",
        "MODUS_WEATHER_KEY": "example.com-key",
    }


def test_limits_are_listed_with_their_defaults() -> None:
    for section, rules, defaults in (
        ("limits", RULES, LimitSettings()),
        ("graphql", QUERY_RULES, GraphQLSettings()),
        ("collections", (*OPTIONS, EF_CONSTRUCTION), IndexSettings()),
    ):
        rows = re.findall(
            r"^\| `(\w+)` \| ([\d.]+) \| ([\d.]+) \u2013 (\d+) \|", part(section), re.MULTILINE
        )
        assert rows == [
            (
                rule.key,
                f"{getattr(defaults, rule.attribute)}",
                f"{rule.minimum:g}",
                f"{rule.maximum:.0f}",
            )
            for rule in rules
        ]
    for rule in RULES:
        assert f"`{rule.variable}`" in TEXT


def test_the_other_settings_of_the_api_are_listed_with_their_defaults() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| `(\S+)` \|", part("graphql"), re.MULTILINE))
    switches = {
        key: str(getattr(GraphQLSettings(), name)).lower() for key, name in SWITCHES.items()
    }
    assert rows == {**switches, "costs": "{}"}
    costs = f"to {MOST_COST}. Any other function costs {FUNCTION_COST}"
    assert f"{costs}, and each field of a result {FIELD_COST}" in part("graphql")


def test_the_settings_of_search_methods_are_listed_with_their_defaults() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| `(\S+)` \|", part("collections"), re.MULTILINE))
    assert rows == {
        "distance": f'"{SearchMethod("m", "e").distance}"',
        "index": "{}",
        "type": f'"{IndexSettings().type}"',
        "quantization": f'"{IndexSettings().quantization}"',
        "options": "{}",
    }
    for word in (*DISTANCES, *INDEX_TYPES, *QUANTIZATIONS):
        assert f'`"{word}"`' in part("collections"), word


def test_every_code_is_explained() -> None:
    tables = "\n".join(line for line in TEXT.splitlines() if line.startswith("| `"))
    for code in ProblemCode:
        assert f"`{code}`" in tables, code
