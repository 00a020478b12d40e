from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy
import pytest

from atoll.collections.index.builder import Job, build_graph
from atoll.collections.index.quantisation import Encoding
from atoll.collections.index.source import Ids
from atoll.collections.index.worker import (
    Stopped,
    WorkerFailed,
    _job_line,
    build_elsewhere,
)
from atoll.collections.types import Shape, Vectors

from .clustered import clustered

VECTORS = clustered(3000, 16, 1)
ENCODING = Encoding.of(Shape(16), VECTORS)


def batches(first: int = 0, last: int = 3000) -> Iterator[tuple[Ids, Vectors]]:
    for start in range(first, last, 500):
        yield numpy.arange(start, start + 500, dtype=numpy.uint64), VECTORS[start : start + 500]


def job(target: Path) -> Job:
    return Job(os.fspath(target), ENCODING, 16, 64)


def test_another_process_writes_the_same_file(tmp_path: Path) -> None:
    elsewhere, here = tmp_path / "elsewhere", tmp_path / "here"

    built = build_elsewhere(job(elsewhere), batches(), threading.Event())

    assert built == build_graph(job(here), batches())
    assert elsewhere.read_bytes() == here.read_bytes()
    assert elsewhere.stat().st_mode & 0o777 == 0o600


def test_a_file_is_grown_and_some_are_left_out(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    build_elsewhere(job(first), batches(0, 1000), threading.Event())
    without = numpy.arange(100, 150, dtype=numpy.uint64)
    more = Job(os.fspath(second), ENCODING, 16, 64, os.fspath(first), without, 5)

    built = build_elsewhere(more, batches(1000, 1500), threading.Event())

    assert built.count == 1450


def test_why_it_failed_is_told(tmp_path: Path) -> None:
    missing = Job(os.fspath(tmp_path / "new"), ENCODING, 16, 64, os.fspath(tmp_path / "old"))

    with pytest.raises(WorkerFailed, match="not found"):
        build_elsewhere(missing, batches(), threading.Event())

    assert list(tmp_path.iterdir()) == []


def test_it_ends_when_the_vectors_cannot_be_read(tmp_path: Path) -> None:
    def failing() -> Iterator[tuple[Ids, Vectors]]:
        yield from batches(0, 500)
        raise Stopped

    with pytest.raises(Stopped):
        build_elsewhere(job(tmp_path / "file"), failing(), threading.Event())

    assert list(tmp_path.iterdir()) == []


def test_it_ends_with_the_process_that_asked_for_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "atoll.collections.index.worker"],
        input=_job_line(job(tmp_path / "file")) + b"\x10\x00\x00\x00too little",
        capture_output=True,
        timeout=60,
    )

    assert done.returncode != 0
    assert b"has ended" in done.stderr
    assert list(tmp_path.iterdir()) == []
