"""Running Go apps in the engine, with a host made in the test."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from atoll.engine import Engine, EngineConfig

HERE = Path(__file__).parent

Operations = Mapping[str, Callable[..., Any]]


def echo(message: str | None) -> str:
    return f"echo: {message or ''}"


def echo_unless_null(message: str | None) -> str | None:
    return None if message is None else f"echo: {message}"


def encode_strings(items: list[str | None] | None) -> str | None:
    return None if items is None else json.dumps(items, separators=(",", ":"))


def maps(numbers: dict[str, list[int]]) -> list[dict[str, Any]]:
    """Its keys are structs, which are no keys here."""
    return [
        {"key": {"month": month, "day": day}, "value": [key]}
        for key, (month, day) in numbers.items()
    ]


def keys(found: list[dict[str, Any]]) -> list[Any]:
    assert all(len(pair["value"]) == 1 and len(pair["value"][0]["key"]) == 2 for pair in found)
    return [pair["key"] for pair in found]


def times(moments: list[str]) -> list[int]:
    """How many nanoseconds they are after the first one."""
    whole = [datetime.fromisoformat(f"{moment[:19]}+00:00") for moment in moments]
    parts = [int(moment[19:].strip(".Z").ljust(9, "0")) for moment in moments]
    return [
        int((w - whole[0]).total_seconds()) * 10**9 + p - parts[0]
        for w, p in zip(whole, parts, strict=True)
    ]


OPERATIONS: Operations = {
    "modus_test.add": lambda a, b: a + b,
    "modus_test.echo1": echo,
    "modus_test.echo2": echo,
    "modus_test.echo3": echo_unless_null,
    "modus_test.echo4": echo_unless_null,
    "modus_test.encodeStrings1": encode_strings,
    "modus_test.encodeStrings2": encode_strings,
    "modus_test.numbers": lambda a, b, c, d, e, f: a + b + c + d + e + f,
    "modus_test.tell": lambda text: None,
    "modus_test.everything": lambda value: value,
    "modus_test.nulls": lambda value: value,
    "modus_test.maps": maps,
    "modus_test.keys": keys,
    "modus_test.tree": lambda tree: tree,
    "modus_test.times": times,
    "modus_secrets.getSecretValue": lambda name: f"secret of {name}",
}


@pytest.fixture(scope="session")
def operations() -> Operations:
    return OPERATIONS


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    engine = Engine(EngineConfig(concurrency=4))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def run_app(
    engine: Engine, build_go: Callable[[Path], bytes], go_app: Callable[..., Any]
) -> Callable[..., Any]:
    """``run_app("app")``: the app in that folder, here or wherever."""
    running: dict[Path, Any] = {}

    def run(folder: str | Path, host: Operations = OPERATIONS) -> Any:
        path = HERE / folder
        if path not in running:
            running[path] = go_app(engine, build_go(path), host)
        return running[path]

    return run
