"""The index in one process with other libraries of C++."""

from __future__ import annotations

import subprocess
import sys

import pytest

EXCHANGE = """
import numpy
from atoll.collections.index.builder import Graph
graph = Graph(ndim=2)
graph.add(numpy.arange(9), numpy.eye(9, 2, dtype="f4"))
assert graph.search(numpy.eye(1, 2, dtype="f4")[0], 1).keys.tolist() == [0]
"""


@pytest.mark.parametrize("other", ["onnxruntime", "re2", "wasmtime"])
def test_libraries_that_are_loaded_later_work(other: str) -> None:
    pytest.importorskip(other)
    done = subprocess.run(
        [sys.executable, "-c", EXCHANGE + f"\nimport {other}"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("other", ["onnxruntime", "re2", "wasmtime"])
def test_it_works_with_libraries_that_were_loaded_before(other: str) -> None:
    pytest.importorskip(other)
    done = subprocess.run(
        [sys.executable, "-c", f"import {other}\n" + EXCHANGE], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
