"""Whatever happens in whatever order, an index finds what comparing all vectors finds."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from pathlib import Path

import numpy
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from atoll.collections.index.index import Index
from atoll.collections.index.limits import Limits
from atoll.collections.types import Shape, Vector
from atoll.manifest.collection import Distance, Quantization

from .clustered import clustered, nearest
from .memory_source import GENERATION, NAMESPACE, MemorySource

TINY = Limits(
    smallest_graph=8,
    tail=6,
    step=16,
    segment_bytes=3000,
    tail_bytes=4 * 6 * 20,
    scan_share=1.0,
    threads=1,
)
DIMENSION = 6
seeds = st.integers(0, 1 << 30)


class Indexed(RuleBasedStateMachine):
    """Two processes with one store; one of them builds."""

    @initialize(
        distance=st.sampled_from(["dot", "cosine", "euclidean"]),
        quantization=st.sampled_from(["f32", "f16", "i8"]),
        exact=st.booleans(),
    )
    def begin(self, distance: Distance, quantization: Quantization, exact: bool) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.source = MemorySource(DIMENSION, batch=7)
        # So much effort that a graph of this size finds all.
        self.shape = Shape(DIMENSION, distance, quantization, exact, ef_search=400)
        self.builder = self._open()
        self.reader = self._open()

    def _open(self) -> Index:
        return Index(self.folder, self.shape, self.source, GENERATION, NAMESPACE, limits=TINY)

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @rule(count=st.integers(1, 30), seed=seeds, length=st.sampled_from([1.0, 1.0, 0.1, 40.0]))
    def add(self, count: int, seed: int, length: float) -> None:
        vectors = clustered(count, DIMENSION, seed, groups=5)
        self.source.add(numpy.float32(length) * vectors)

    @precondition(lambda self: self.source.seqs)
    @rule(share=st.floats(0, 1), seed=seeds)
    def remove(self, share: float, seed: int) -> None:
        ids = numpy.array(sorted(self.source.seqs))
        chosen = numpy.random.default_rng(seed).random(len(ids)) < share
        self.source.remove(ids[chosen].tolist())

    @rule(whole=st.booleans())
    def build(self, whole: bool) -> None:
        self.builder.build_step(whole=whole)

    @rule()
    def build_all(self) -> None:
        for _ in range(100):
            if not self.builder.build_step(whole=True):
                break
        else:
            pytest.fail("There is always something to build.")

    @rule()
    def restart(self) -> None:
        self.builder, self.reader = self._open(), self._open()

    @precondition(lambda self: self.source.segments)
    @rule(truncated=st.booleans(), which=st.integers(0, 5))
    def damage(self, truncated: bool, which: int) -> None:
        rows = list(self.source.segments.values())
        path = self.folder / rows[which % len(rows)].file
        if not path.is_file():
            return
        # Those that have it open keep it as it was; a file is never changed in its place.
        if truncated:
            content = path.read_bytes()
            path.unlink()
            path.write_bytes(content[: len(content) // 2])
        else:
            path.unlink()
        self.restart()

    @rule(seed=seeds, limit=st.integers(1, 12), divisor=st.sampled_from([1, 2, 5]))
    def search(self, seed: int, limit: int, divisor: int) -> None:
        vector = clustered(1, DIMENSION, seed, groups=5)[0]
        for index in (self.builder, self.reader):
            index.refresh()
            self._agrees(index, vector, limit, divisor)

    def _agrees(self, index: Index, vector: Vector, limit: int, divisor: int) -> None:
        ids, vectors = self.source.all()
        some = ids % numpy.uint64(divisor) == 0
        expected = nearest(self.shape.distance, ids[some], vectors[some], vector, limit)
        masked = None if divisor == 1 else lambda ids: ids % numpy.uint64(divisor) == 0
        found = index.search(vector, limit, masked)
        few = index.search(vector, limit, few=ids[some])
        assert few == expected
        assert len({hit.id for hit in found}) == len(found) == len(expected)
        known = dict(nearest(self.shape.distance, ids[some], vectors[some], vector, len(ids)))
        for hit, best in zip(found, expected, strict=True):
            assert hit.value == pytest.approx(known[hit.id], rel=1e-4, abs=1e-4)
            assert hit.value == pytest.approx(best.value, rel=1e-4, abs=1e-4)

    @invariant()
    def files_are_there(self) -> None:
        if hasattr(self, "folder"):
            names = [row.file for row in self.source.segments.values() if row.file]
            assert len(set(names)) == len(names)
            highs = sorted((row.low, row.high) for row in self.source.segments.values())
            assert all(a[1] <= b[0] for a, b in itertools.pairwise(highs))


TestIndexed = Indexed.TestCase
TestIndexed.settings = settings(
    max_examples=int(os.environ.get("INDEX_EXAMPLES", "40")),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
