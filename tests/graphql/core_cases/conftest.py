"""The scenarios of graphql-core's execution tests; README.md says how they are told here."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


def _beside(name: str) -> ModuleType:
    """A module of this folder, where tests cannot import from."""
    full = f"core_cases_{name}"
    if full not in sys.modules:
        spec = spec_from_file_location(full, Path(__file__).with_name(f"{name}.py"))
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[full] = module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[full]


declared, exchange, cases = map(_beside, ("declared", "exchange", "cases"))


@pytest.fixture(scope="session")
def api() -> Callable[..., Any]:
    """``Cases`` of ``cases.py``: ``api("type Query { ... }", field=value or function)``."""
    made: Callable[..., Any] = cases.Cases
    return made


@pytest.fixture(scope="session")
def fails() -> Callable[..., Any]:
    """What a function gives that fails: ``fails("no such person")``."""
    failure: Callable[..., Any] = cases.fails
    return failure
