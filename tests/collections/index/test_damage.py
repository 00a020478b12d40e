from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest

from atoll.collections.index import files
from atoll.collections.types import Shape

from .clustered import clustered, nearest, recall
from .conftest import Opener
from .memory_source import MemorySource

QUERIES = clustered(20, 16, 99)


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x40
    path.write_bytes(content)


def garble(path: Path) -> None:
    size = path.stat().st_size
    path.write_bytes(numpy.random.default_rng(1).bytes(size))


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES: list[Callable[[Path], None]] = [Path.unlink, truncate, empty, flip, garble, make_folder]


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_built_anew(
    damage: Callable[[Path], None],
    exact: bool,
    open_index: Opener,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    source = MemorySource(16)
    ids = source.add(clustered(1000, 16, 1))
    open_index(source, Shape(16, exact=exact)).build_step()
    source.remove(ids[:20])
    source.add(clustered(30, 16, 2))
    [row] = source.segments.values()
    damage(tmp_path / row.file)

    index = open_index(source, Shape(16, exact=exact))
    for vector in QUERIES:
        assert index.search(vector, 10) == nearest("dot", *source.all(), vector, 10)

    assert source.segments == {}
    [record] = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert record.__dict__["fields"]["code"] == "INDEX_REBUILT"
    assert record.__dict__["fields"]["file"] == row.file
    assert index.build_step()
    assert index.refresh().indexed == 1010
    truth = [nearest("dot", *source.all(), vector, 10) for vector in QUERIES]
    assert recall([index.search(vector, 10) for vector in QUERIES], truth) > 0.97


@pytest.mark.parametrize("place", range(12))
def test_a_file_that_was_written_wrong_is_not_followed(
    place: int, open_index: Opener, tmp_path: Path
) -> None:
    """The checksum is right, but the graph says that it is larger than it is."""
    source = MemorySource(16)
    source.add(clustered(1000, 16, 1))
    open_index(source, Shape(16)).build_step()
    [(id, row)] = source.segments.items()
    path = tmp_path / row.file
    content = bytearray(path.read_bytes())
    at = [0, 4, 8 + 1000 * 64 + 64][place % 3] + place // 3
    content[at : at + 4] = b"\xff\xff\xff\x7f"
    path.write_bytes(content)
    source.segments[id] = row._replace(checksum=files.checksum(path))

    index = open_index(source, Shape(16))

    assert index.search(QUERIES[0], 10) == nearest("dot", *source.all(), QUERIES[0], 10)
    assert source.segments == {}


def test_a_part_that_is_damaged_is_built_anew_alone(open_index: Opener, tmp_path: Path) -> None:
    source = MemorySource(16)
    shape = Shape(16, exact=True)
    index = open_index(source, shape)
    for count in (3000, 1000, 300):
        source.add(clustered(count, 16, count))
        index.build_step()
    rows = sorted(source.segments.values(), key=lambda row: row.low)
    assert len(rows) == 3
    flip(tmp_path / rows[1].file)

    index = open_index(source, shape)
    for vector in QUERIES:
        assert index.search(vector, 10) == nearest("dot", *source.all(), vector, 10)
    assert len(index.refresh().gaps) == 1
    assert index.build_step()

    new = sorted(source.segments.values(), key=lambda row: row.low)
    assert [new[0], new[2]] == [rows[0], rows[2]]
    assert new[1][2:5] == rows[1][2:5]
    assert not index.refresh().gaps
    for vector in QUERIES:
        assert index.search(vector, 10) == nearest("dot", *source.all(), vector, 10)


def test_a_gap_in_which_all_is_removed_is_closed_once(open_index: Opener, tmp_path: Path) -> None:
    source = MemorySource(16)
    shape = Shape(16, exact=True)
    index = open_index(source, shape)
    for count in (3000, 1000, 300):
        ids = source.add(clustered(count, 16, count))
        index.build_step()
        if count == 1000:
            source.remove(ids)
    [row] = [row for row in source.segments.values() if row.count == 1000]
    (tmp_path / row.file).unlink()

    index = open_index(source, shape)
    while index.build_step():
        pass

    assert index.refresh().indexed == 3300
    assert not index.refresh().gaps
    assert len(index.search(QUERIES[0], 4000)) == 3300


def test_a_file_that_cannot_be_opened_at_the_moment_is_kept(
    open_index: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(24, "Too many open files")

    source = MemorySource(16)
    source.add(clustered(1000, 16, 1))
    open_index(source, Shape(16)).build_step()
    [row] = source.segments.values()
    monkeypatch.setattr("atoll.collections.index.loading.open_segment", fail)

    index = open_index(source, Shape(16))
    found = index.search(QUERIES[0], 10)

    assert found == nearest("dot", *source.all(), QUERIES[0], 10)
    assert list(source.segments.values()) == [row]


def test_a_file_that_another_process_has_just_replaced_is_not_damaged(
    open_index: Opener,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = MemorySource(16)
    source.add(clustered(1000, 16, 1))
    other = open_index(source, Shape(16))
    other.build_step()
    source.add(clustered(300, 16, 2))
    asked = source.changes

    def asked_before_it_is_replaced(*arguments: Any, **options: Any) -> Any:
        found = asked(*arguments, **options)
        monkeypatch.undo()
        assert other.build_step()
        return found

    index = open_index(source, Shape(16))
    # For one time: the class has slots.
    monkeypatch.setattr(
        MemorySource,
        "changes",
        lambda _, *given, **more: asked_before_it_is_replaced(*given, **more),
    )
    assert len(index.search(QUERIES[0], 10)) == 10
    assert [row.count for row in source.segments.values()] == [1300]
    assert not [each for each in caplog.records if each.levelno >= logging.WARNING]
