"""A build that ends at any of its steps leaves index and store as one."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest

from atoll.collections.index import building
from atoll.collections.types import Shape

from .clustered import clustered, nearest, recall
from .conftest import Opener
from .memory_source import MemorySource

QUERIES = clustered(20, 16, 99)


class Crash(BaseException):
    """As if the process had been killed."""


def crash(*arguments: Any, **named: Any) -> Any:
    raise Crash


def after(work: Any) -> Any:
    def crashing(*arguments: Any, **named: Any) -> Any:
        work(*arguments, **named)
        raise Crash

    return crashing


PLACES = ["build_graph", "build_flat", "publish", "remember", "replace_segments", "delete"]


@pytest.mark.parametrize("tidied", [True, False])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("grown", [False, True])
def test_what_was_stored_is_found_after_a_crash(
    grown: bool,
    place: str,
    exact: bool,
    when: str,
    tidied: bool,
    open_index: Opener,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = MemorySource(16)
    shape = Shape(16, exact=exact)
    ids = source.add(clustered(600, 16, 1))
    index = open_index(source, shape)
    if grown:
        index.build_step()
        source.remove(ids[:30])
        ids = ids[30:]
        source.add(clustered(400, 16, 2))
    with monkeypatch.context() as patch:
        target: Any = source if place == "replace_segments" else building
        # Objects with slots take no attributes.
        owner: Any = MemorySource if place == "replace_segments" else target
        work = getattr(owner, place)
        patch.setattr(owner, place, crash if when == "before" else after(work))
        if not tidied:
            patch.setattr(building, "delete", crash)
        with contextlib.suppress(Crash):
            index.build_step()
    index.refresh()
    source.remove(ids[:5])

    for each in (index, open_index(source, shape)):
        each.refresh()
        _check(each, source)
    assert {row.file for row in source.segments.values()} <= {p.name for p in tmp_path.iterdir()}

    last = open_index(source, shape)
    last.build_step(whole=True)
    last.build_step(whole=True)
    assert last.refresh().indexed >= len(source.rows)
    assert not last.refresh().tail.count
    _check(last, source)


def _check(index: Any, source: MemorySource) -> None:
    there = set(source.seqs)
    found = [index.search(vector, 10) for vector in QUERIES]
    assert {hit.id for hits in found for hit in hits} <= there
    truth = [nearest("dot", *source.all(), vector, 10) for vector in QUERIES]
    assert recall(found, truth) > 0.97


@pytest.mark.parametrize("exact", [False, True])
def test_a_file_is_of_no_use_if_another_process_was_faster(
    exact: bool, open_index: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = MemorySource(16)
    source.add(clustered(1000, 16, 1))
    index, other = (open_index(source, Shape(16, exact=exact)) for _ in range(2))
    publish = building.publish

    def late(path: Path, name: str) -> Path:
        monkeypatch.setattr(building, "publish", publish)
        assert other.build_step()
        return publish(path, name)

    monkeypatch.setattr(building, "publish", late)
    assert not index.build_step()

    [row] = source.segments.values()
    assert {path.name for path in tmp_path.iterdir()} == {row.file, f"{row.file}.ok"}
    assert index.refresh().indexed == 1000


def test_a_full_disk_is_told_and_does_no_harm(
    open_index: Opener,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    source = MemorySource(16)
    source.add(clustered(1000, 16, 1))
    index = open_index(source, Shape(16))

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("atoll.collections.index.builder.append_trailer", full)
        assert not index.build_step()

    assert list(tmp_path.iterdir()) == []
    assert "No space left" in str(caplog.records[-1].__dict__["fields"])
    assert index.search(QUERIES[0], 5) == nearest("dot", *source.all(), QUERIES[0], 5)
    assert index.build_step()


@pytest.mark.parametrize("grown", [False, True])
@pytest.mark.parametrize("exact", [False, True])
def test_texts_that_are_removed_while_they_are_indexed_are_not_found(
    exact: bool, grown: bool, open_index: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = MemorySource(16)
    shape = Shape(16, exact=exact)
    source.add(clustered(600, 16, 1))
    index = open_index(source, shape)
    if grown:
        index.build_step()
        source.add(clustered(400, 16, 2))
    gone = {hit.id for vector in QUERIES for hit in index.search(vector, 2)}
    publish = building.publish

    def late(path: Path, name: str) -> Path:
        source.remove(sorted(gone))
        return publish(path, name)

    with monkeypatch.context() as patch:
        patch.setattr(building, "publish", late)
        assert index.build_step()

    for each in (index, open_index(source, shape)):
        found = {hit.id for vector in QUERIES for hit in each.search(vector, 10)}
        assert not found & gone
    assert {each.text for each in source.removals} == gone
