"""Fixtures of scripted providers, which ``tests/conftest.py`` registers for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # each test run loads this file, few need a server
    from atoll_providers.server import Providers


@pytest.fixture
def providers() -> Iterator[Providers]:
    """Providers of models that say what the test tells them to say."""
    from atoll_providers.server import Providers

    with Providers() as server:
        yield server
