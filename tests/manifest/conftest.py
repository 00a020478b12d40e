from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from atoll.manifest import Manifest, ManifestError, Problem, parse_manifest

Check = Callable[..., tuple[Problem, ...]]


def _text(source: Any) -> str:
    return source if isinstance(source, str) else json.dumps(source)


@pytest.fixture
def read() -> Callable[..., Manifest]:
    """Parse a manifest given as text or as plain data."""

    def parse(source: Any, *, strict: bool = False) -> Manifest:
        return parse_manifest(_text(source), strict=strict)

    return parse


@pytest.fixture
def check() -> Check:
    """Everything that the loader says about a manifest, whether or not it loads."""

    def problems(source: Any) -> tuple[Problem, ...]:
        try:
            return parse_manifest(_text(source)).warnings
        except ManifestError as error:
            return error.problems

    return problems
