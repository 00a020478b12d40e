"""Apps for tests of the testing package."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

MakeApp = Callable[..., Path]
_numbers = count(1)
ENDPOINTS = {"default": {"type": "graphql", "path": "/graphql", "auth": "none"}}


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[MakeApp]:
    """Writes a Python app, whose module has a name of its own: this process has many of them."""
    made: list[str] = []
    path = list(sys.path)

    def make(source: str, **manifest: Any) -> Path:
        name = f"app_under_test_{next(_numbers)}"
        made.append(name)
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"{name}.py").write_text(textwrap.dedent(source), encoding="utf-8")
        (folder / "pyproject.toml").write_text(f'[tool.atoll]\nentry = "{name}.py"\n')
        text = json.dumps({"endpoints": ENDPOINTS, **manifest})
        (folder / "modus.json").write_text(text, encoding="utf-8")
        return folder

    yield make
    sys.path[:] = path
    for name in made:
        sys.modules.pop(name, None)


@pytest.fixture
def chat_model() -> Callable[..., dict[str, Any]]:
    """The manifest's sections for a chat model [writer] at a provider, and other connections."""

    def sections(
        url: str = "http://127.0.0.1:9/", connections: Any = None, **more: Any
    ) -> dict[str, Any]:
        writer = {"sourceModel": "gpt-4o-mini", "connection": "provider"}
        provider = {
            "type": "http",
            "baseUrl": url,
            "headers": {"Authorization": "Bearer {{API_KEY}}"},
        }
        return {
            "models": {"writer": {**writer, "path": "v1/chat/completions", **more}},
            "connections": {"provider": provider, **(connections or {})},
        }

    return sections
