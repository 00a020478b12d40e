"""Writes one file of the index."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
from usearch.index import Index as Graph

from atoll.collections.index.files import append_trailer, checksum, create, delete, read_trailer
from atoll.collections.index.quantisation import Encoding
from atoll.collections.index.source import Ids
from atoll.collections.types import Vectors


@dataclass(frozen=True, slots=True)
class Job:
    """A file that is to be written."""

    target: str
    """Its path; nothing is there yet."""
    encoding: Encoding
    connectivity: int
    ef_construction: int
    based_on: str | None = None
    """The path of an older one, whose vectors it has as well."""
    without: Ids | None = None
    """Texts that are left out of those."""
    removed: int = 0
    """The removals up to which texts are left out."""
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Built:
    """A file that is written, and is on the disk."""

    count: int
    bytes: int
    checksum: str


def new_graph(encoding: Encoding, connectivity: int, **settings: Any) -> Graph:
    return Graph(
        ndim=encoding.width,
        metric=encoding.measure,
        dtype=encoding.quantization,
        connectivity=connectivity,
        **settings,
    )


def build_graph(job: Job, batches: Iterable[tuple[Ids, Vectors]]) -> Built:
    """Write a graph of vectors. Leaves nothing behind if it fails."""
    left_out = 0
    lookups = job.based_on is not None  # to find what is to be left out
    graph = new_graph(
        job.encoding,
        job.connectivity,
        expansion_add=job.ef_construction,
        enable_key_lookups=lookups,
    )
    if job.based_on is not None:
        graph.load(job.based_on)
        graph.expansion_add = job.ef_construction  # type: ignore[misc]
        left_out = read_trailer(Path(job.based_on))["leftOut"]
        if job.without is not None and len(job.without):
            left_out += int(graph.remove(job.without))
    for ids, vectors in batches:
        graph.add(ids, job.encoding.vectors(vectors), threads=job.threads)
    target = Path(job.target)
    create(target)
    try:
        graph.save(target)
        return _finish(target, job, len(graph), left_out)
    except BaseException:
        delete(target)
        raise


def build_flat(job: Job, batches: Iterable[tuple[Ids, Vectors]]) -> Built:
    """Write vectors as they are, after their ids. Leaves nothing behind if it fails."""
    target = Path(job.target)
    create(target)
    try:
        every: list[Ids] = []
        with target.open("r+b") as file:
            for ids, vectors in batches:
                every.append(ids)
                file.write(numpy.ascontiguousarray(vectors, "<f4").tobytes())
            for ids in every:
                file.write(numpy.ascontiguousarray(ids, "<u8").tobytes())
        return _finish(target, job, sum(map(len, every)))
    except BaseException:
        delete(target)
        raise


def _finish(target: Path, job: Job, count: int, left_out: int = 0) -> Built:
    append_trailer(
        target,
        {
            "version": 1,
            "encoding": dataclasses.asdict(job.encoding),
            "connectivity": job.connectivity,
            "efConstruction": job.ef_construction,
            "removed": job.removed,
            "leftOut": left_out,
        },
    )
    return Built(count, target.stat().st_size, checksum(target))
