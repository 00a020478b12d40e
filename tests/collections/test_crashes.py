"""Whenever the process is killed, what it had said to be stored is found, and nothing else."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy
import psycopg
import pytest

from atoll.collections.backend import Backend
from atoll.collections.index.files import checked
from atoll.collections.index.source import SegmentRow

from .conftest import begin
from .crashing import DIMENSION, vector_of

KILLS = 200
LOOKED_AT = 20
"""Kills between looking at all texts."""
LONGEST = 0.1
"""Seconds from the first change until a kill."""

Texts = dict[str, str]
"""By key."""


@pytest.fixture
def killed(address: str, tmp_path: Path) -> Iterator[Callable[[int, float], Path]]:
    """Has a process change the store for some seconds, and kills it. Gives its log. A negative time
    is one from its beginning."""
    program = [sys.executable, str(Path(__file__).with_name("crashing.py"))]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdin is not None
        assert starter.stdout is not None

        def kill(seed: int, seconds: float) -> Path:
            log = tmp_path / f"{seed}.log"
            named = f"{address}&application_name=killed" if "://" in address else address
            starter.stdin.write(json.dumps([named, seed, str(log)]) + "\n")
            starter.stdin.flush()
            process = int(starter.stdout.readline())
            end = time.monotonic() + 30
            while seconds >= 0 and not _size(log) and time.monotonic() < end:
                time.sleep(0.001)
            time.sleep(abs(seconds))
            os.kill(process, signal.SIGKILL)
            assert int(starter.stdout.readline()) == -signal.SIGKILL, "it had ended by itself"
            if "://" in address:
                wait_for_server(address)
            return log

        yield kill
        starter.stdin.close()


def wait_for_server(url: str) -> None:
    """Until it has noticed that a client is dead: it may have been committing for it."""
    left = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'killed'"
    with psycopg.connect(url, autocommit=True) as connection:
        end = time.monotonic() + 30
        while connection.execute(left).fetchone() != (0,):
            assert time.monotonic() < end
            time.sleep(0.005)


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def replay(log: Path, texts: Texts) -> list[Texts]:
    """All that may be stored by now: with, and without, each change that was not acknowledged."""
    pending: dict[int, dict[str, str | None]] = {}
    lines = log.read_text().splitlines() if log.exists() else []
    for line in lines:
        told = json.loads(line)
        if "changes" in told:
            pending[told["thread"]] = told["changes"]
        else:
            texts = changed(texts, pending.pop(told["thread"]))
    possible = [texts]
    for changes in pending.values():
        possible += [changed(each, changes) for each in possible]
    return possible


def changed(texts: Texts, changes: dict[str, str | None]) -> Texts:
    merged = {**texts, **changes}
    return {key: text for key, text in merged.items() if text is not None}


def stored(backend: Backend) -> Texts:
    return {each.key: each.text for each in backend.texts("docs", "", limit=10_000)}


def check(backend: Backend, texts: Texts) -> int:
    """All of them are found by all means; how many were found by the exact comparison alone."""
    (generation,) = backend.generations("docs")
    keys = {each.id: each.key for each in backend.texts("docs", "", limit=10_000)}
    assert backend.namespaces("docs").get("", 0) == len(texts)
    everything = backend.nearest(generation, [""], numpy.zeros(DIMENSION, numpy.float32), 10_000)
    assert sorted(keys[hit.id] for hit in everything) == sorted(texts)
    missed = 0
    for key, text in texts.items():
        hits = backend.nearest(generation, [""], vector_of(text), 5)
        missed += not hits or keys[hits[0].id] != key
        word = text.split()[0]
        named = backend.matching("docs", [""], word, 1000)
        assert {keys[hit.id] for hit in named} == {
            other for other, told in texts.items() if told.split()[0] == word
        }
    assert {each.key for each in backend.find("docs", "", list(texts))} == set(texts)
    ids, vectors = backend.vectors(generation.id, list(keys))
    for id, vector in zip(ids, vectors, strict=True):
        assert vector.tolist() == vector_of(texts[keys[id]]).tolist()
    assert len(ids) == len(texts)
    return missed


def test_nothing_that_was_acknowledged_is_lost_and_nothing_else_is_there(
    address: str, open_backend: Callable[..., Backend], killed: Any
):
    seed = int(os.environ.get("ATOLL_TEST_SEED") or random.randrange(10**6))
    print(f"ATOLL_TEST_SEED={seed}")
    chosen = random.Random(seed)
    # A process that has to connect first gets to its changes later.
    longest = 4 * LONGEST if "://" in address else LONGEST
    backend = open_backend(eager=True)
    begin(backend, dimension=DIMENSION, distance="euclidean")
    texts: Texts = {}
    acknowledged = looked_at = missed = indexed = 0
    for number in range(1, KILLS + 1):
        log = killed(seed * 1000 + number, chosen.uniform(-longest / 5, longest))
        possible = replay(log, texts)
        texts = stored(backend)
        assert texts in possible, f"kill {number}"
        acknowledged += log.exists() and log.read_text().count("done")
        if number % LOOKED_AT == 0:
            missed += check(backend, texts)
            looked_at += len(texts)
            if "://" not in address:
                indexed += check_files(Path(address))
    assert acknowledged > KILLS  # it did something between the kills
    if "://" not in address:
        assert indexed
    assert missed <= looked_at // 50  # which a graph may do
    (stats,) = backend.stats()
    assert stats.generations[0].missing == 0
    assert stats.generations[0].vectors == len(texts)


def check_files(folder: Path) -> int:
    """The index's files are those that the rows of the store name, as they were written. Gives the
    number of vectors in them."""
    with closing(sqlite3.connect(folder / "store.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = connection.execute(
            "SELECT id, file, low, high, count, bytes, checksum FROM segments WHERE file != ''"
        ).fetchall()
    segments = [SegmentRow(*row) for row in rows]
    for segment in segments:
        checked(folder / "segments", segment)
    return sum(segment.count for segment in segments)
