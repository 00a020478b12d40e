"""Indexes of others, each as its own documentation has it, behind one face.

All graphs have the settings of Atoll's: 16 neighbours, and 128 candidates when a vector is added.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy

NEIGHBOURS, CANDIDATES = 16, 128
EFFORTS = (16, 24, 32, 48, 64, 96, 128, 192, 256, 384)
"""Candidates that a search looks at; the benchmark takes the least that finds enough."""


class Contestant(Protocol):
    name: str
    efforts: Sequence[int]
    """None where a search is exact, or its effort is not to be chosen."""

    def build(self, vectors: Any, folder: Path, threads: int) -> dict[str, float]:
        """Make the index of vectors, whose ids are their rows; gives seconds by what they were
        spent on."""

    def open(self, folder: Path) -> None: ...
    def effort(self, effort: int) -> None: ...
    def search(self, vector: Any, limit: int) -> Sequence[int]: ...


class Exact:
    """All of them multiplied by numpy: what there is to find."""

    name = "numpy, exact"
    efforts = ()

    def build(self, vectors: Any, folder: Path, threads: int) -> dict[str, float]:
        numpy.save(folder / "vectors.npy", vectors)
        return {}

    def open(self, folder: Path) -> None:
        self._vectors = numpy.load(folder / "vectors.npy")

    def search(self, vector: Any, limit: int) -> Sequence[int]:
        scores = self._vectors @ vector
        best = numpy.argpartition(-scores, limit)[:limit]
        return [int(row) for row in best[numpy.argsort(-scores[best], kind="stable")]]


class Usearch:
    efforts = EFFORTS

    def __init__(self, kept: str = "f32") -> None:
        self.name = "usearch" if kept == "f32" else f"usearch, {kept}"
        self._kept = kept

    def _index(self, dimension: int) -> Any:
        from usearch.index import Index

        return Index(
            ndim=dimension,
            metric="ip",
            dtype=self._kept,
            connectivity=NEIGHBOURS,
            expansion_add=CANDIDATES,
        )

    def build(self, vectors: Any, folder: Path, threads: int) -> dict[str, float]:
        index = self._index(vectors.shape[1])
        started = time.perf_counter()
        for start in range(0, len(vectors), 50_000):
            part = numpy.asarray(vectors[start : start + 50_000], numpy.float32)
            index.add(numpy.arange(start, start + len(part)), part, threads=threads)
        built = time.perf_counter() - started
        index.save(folder / "index.usearch")
        return {"index": built}

    def open(self, folder: Path) -> None:
        from usearch.index import Index

        found = Index.restore(folder / "index.usearch", view=True)
        assert found is not None
        self._found = found

    def effort(self, effort: int) -> None:
        self._found.expansion_search = effort

    def search(self, vector: Any, limit: int) -> Sequence[int]:
        return self._found.search(vector, limit, threads=1).keys.tolist()  # type: ignore[no-any-return]


class Hnswlib:
    name = "hnswlib"
    efforts = EFFORTS

    def build(self, vectors: Any, folder: Path, threads: int) -> dict[str, float]:
        import hnswlib

        index = hnswlib.Index(space="ip", dim=vectors.shape[1])
        started = time.perf_counter()
        index.init_index(len(vectors), M=NEIGHBOURS, ef_construction=CANDIDATES)
        index.add_items(vectors, num_threads=threads)
        built = time.perf_counter() - started
        index.save_index(str(folder / "index.hnsw"))
        (folder / "dimension").write_text(str(vectors.shape[1]))
        return {"index": built}

    def open(self, folder: Path) -> None:
        import hnswlib

        self._found = hnswlib.Index(space="ip", dim=int((folder / "dimension").read_text()))
        self._found.load_index(str(folder / "index.hnsw"))
        self._found.set_num_threads(1)

    def effort(self, effort: int) -> None:
        self._found.set_ef(effort)

    def search(self, vector: Any, limit: int) -> Sequence[int]:
        return self._found.knn_query(vector, k=limit)[0][0].tolist()  # type: ignore[no-any-return]


class Faiss:
    name = "FAISS, HNSW"
    efforts = EFFORTS

    def build(self, vectors: Any, folder: Path, threads: int) -> dict[str, float]:
        import faiss

        faiss.omp_set_num_threads(threads)
        index = faiss.IndexHNSWFlat(vectors.shape[1], NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = CANDIDATES
        started = time.perf_counter()
        index.add(vectors)
        built = time.perf_counter() - started
        faiss.write_index(index, str(folder / "index.faiss"))
        return {"index": built}

    def open(self, folder: Path) -> None:
        import faiss

        faiss.omp_set_num_threads(1)
        self._found = faiss.read_index(str(folder / "index.faiss"))

    def effort(self, effort: int) -> None:
        self._found.hnsw.efSearch = effort

    def search(self, vector: Any, limit: int) -> Sequence[int]:
        return self._found.search(vector[None], limit)[1][0].tolist()  # type: ignore[no-any-return]


class SqliteVec:
    """It has no graph: each search compares with all of them."""

    name = "sqlite-vec, exact"
    efforts = ()

    def _connect(self, folder: Path) -> Any:
        import apsw  # the sqlite3 of many a Python loads no extensions
        import sqlite_vec

        connection = apsw.Connection(str(folder / "vectors.db"))
        connection.enable_load_extension(True)
        connection.load_extension(sqlite_vec.loadable_path())
        return connection

    def build(self, vectors: Any, folder: Path, threads: int) -> dict[str, float]:
        connection = self._connect(folder)
        started = time.perf_counter()
        connection.execute("pragma journal_mode = wal")
        connection.execute(
            f"create virtual table texts using vec0(vector float[{vectors.shape[1]}])"
        )
        for start in range(0, len(vectors), 10_000):
            with connection:
                connection.executemany(
                    "insert into texts (rowid, vector) values (?, ?)",
                    (
                        (start + row, vector.tobytes())
                        for row, vector in enumerate(vectors[start : start + 10_000])
                    ),
                )
        connection.close()
        return {"import": time.perf_counter() - started}

    def open(self, folder: Path) -> None:
        self._connection = self._connect(folder)

    def search(self, vector: Any, limit: int) -> Sequence[int]:
        rows = self._connection.execute(
            "select rowid from texts where vector match ? and k = ? order by distance",
            (vector.tobytes(), limit),
        )
        return [row[0] for row in rows]


class LanceDb:
    name = "LanceDB, HNSW"
    efforts = EFFORTS

    def build(self, vectors: Any, folder: Path, threads: int) -> dict[str, float]:
        import lancedb
        import pyarrow

        column = pyarrow.FixedSizeListArray.from_arrays(
            pyarrow.array(vectors.reshape(-1)), vectors.shape[1]
        )
        rows = pyarrow.table({"id": numpy.arange(len(vectors)), "vector": column})
        started = time.perf_counter()
        table = lancedb.connect(folder).create_table("texts", rows)
        stored = time.perf_counter() - started
        # One part: with several, a search walks a graph in each, and finds less.
        table.create_index(
            metric="dot",
            index_type="IVF_HNSW_FLAT",
            num_partitions=1,
            m=NEIGHBOURS,
            ef_construction=CANDIDATES,
        )
        return {"import": stored, "index": time.perf_counter() - started - stored}

    def open(self, folder: Path) -> None:
        import lancedb

        self._table = lancedb.connect(folder).open_table("texts")
        self._effort = EFFORTS[0]

    def effort(self, effort: int) -> None:
        self._effort = effort

    def search(self, vector: Any, limit: int) -> Sequence[int]:
        query = (
            self._table.search(vector).distance_type("dot").select(["id", "_distance"]).limit(limit)
        )
        return query.nprobes(1).ef(self._effort).to_arrow()["id"].to_pylist()  # type: ignore[no-any-return]
