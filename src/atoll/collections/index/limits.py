"""When vectors are put into files, and how much is held in memory."""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        return os.cpu_count() or 1


def _open_files() -> int:
    """That a process may have."""
    try:
        most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    except (OSError, ValueError):
        return 1024
    return min(most, 1 << 20) if most >= 0 else 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers of vectors, unless it is said otherwise."""

    smallest_graph: int = 5000
    """Fewer are compared one by one, which is about as fast."""
    tail: int = 4096
    """Added ones that are not indexed yet, at which indexing begins."""
    tail_share: float = 0.02
    """The same, as a part of those that are indexed; the larger one counts."""
    removed_share: float = 0.2
    """Of those in files, at which the files are built anew."""
    left_out_share: float = 0.5
    """Of those in a graph, that were left out of it while it grew, at which it is built anew: each
    makes it a little worse."""
    step: int = 100_000
    """Indexed at once, at most; or half as many as are indexed already, if these are more."""
    segment_bytes: int = 4 << 30
    """Of a file, from which on it does not grow any more."""
    tail_bytes: int = 256 << 20
    """Of those that are not indexed yet, held in memory; others are read for each search."""
    memory: int = 2 << 30
    """Bytes that the indexes of all namespaces hold; those not used lately are dropped beyond."""
    files: int = _open_files() // 2
    """Of all namespaces that are mapped at the same time. Connections need the others."""
    inside: int = 32 << 20
    """Bytes of a file, up to which no other process is begun to write it."""
    scan_share: float = 0.125
    """Of a graph's vectors, as candidates of one search, from which on all are compared instead."""
    threads: int = _processors()
    """That build a graph."""


DEFAULTS = Limits()
