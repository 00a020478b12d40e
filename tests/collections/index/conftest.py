from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from atoll.collections.index.index import Index
from atoll.collections.index.limits import Limits
from atoll.collections.types import Shape

from .memory_source import GENERATION, NAMESPACE, MemorySource

SMALL = Limits(smallest_graph=500, tail=200, step=100_000, threads=1)
"""So that few vectors have files."""

Opener = Callable[..., Index]


@pytest.fixture
def open_index(tmp_path: Path) -> Iterator[Opener]:
    """Opens an index of a source, as each process does."""
    opened = []

    def open(source: MemorySource, shape: Shape, limits: Limits = SMALL) -> Index:
        index = Index(tmp_path, shape, source, GENERATION, NAMESPACE, limits=limits)
        opened.append(index)
        return index

    yield open
    for index in opened:
        index.close()
