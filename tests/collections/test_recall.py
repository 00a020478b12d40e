"""How many of the nearest texts an index finds, of real texts; of many, `benchmarks/vectors.py`."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path
from typing import Any, get_args

import numpy
import pytest

from atoll.collections.index.limits import Limits
from atoll.collections.sqlite import SqliteBackend
from atoll.collections.types import Shape, Text
from atoll.manifest.collection import Quantization
from atoll.models.local import LocalModels
from atoll.models.local.install import install

GLOSSES = Path(__file__).parents[2] / "examples/semantic-search/glosses/excerpt.jsonl"
MODEL = "all-minilm-l6-v2"
ASKED = 100
LIMIT = 10


@pytest.fixture(scope="module")
def vectors() -> Any:
    """Of a thousand glosses; the last ones are asked for, in the place of questions."""
    pytest.importorskip("onnxruntime")
    install(MODEL)
    lines = GLOSSES.read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    body = json.dumps({"input": texts, "encoding_format": "base64"}).encode()
    answer = json.loads(asyncio.run(LocalModels().invoke(MODEL, "embedder", body)))
    found = b"".join(base64.b64decode(each["embedding"]) for each in answer["data"])
    rows = numpy.frombuffer(found, "<f4").reshape(len(texts), -1)
    return rows[numpy.random.default_rng(8).permutation(len(rows))]


@pytest.mark.parametrize("quantization", get_args(Quantization))
def test_hardly_any_of_the_nearest_are_missed(
    quantization: Quantization, vectors: Any, tmp_path: Path
) -> None:
    stored, asked = vectors[:-ASKED], vectors[-ASKED:]
    # Few texts have no graph by default, and a search of a small one compares with all.
    backend = SqliteBackend(tmp_path, Limits(smallest_graph=100, scan_share=1))
    generation = backend.start_generation(
        "glosses", "meaning", Shape(stored.shape[1], quantization=quantization, ef_search=32),
        embedder="embed", probe=b"", build="",
    )  # fmt: skip
    texts = [Text(str(row), "a gloss") for row in range(len(stored))]
    backend.upsert("glosses", "", texts, {generation.id: numpy.ascontiguousarray(stored)})
    while backend.maintain(whole=True):
        pass
    [stats] = backend.stats("glosses")
    assert [each.indexed for each in stats.generations] == [len(stored)]
    [first] = backend.texts("glosses", "", limit=1)
    found = 0
    for query in asked:
        nearest = numpy.argsort(-(stored @ query))[:LIMIT]
        hits = backend.nearest(generation, [""], query, LIMIT)
        assert [hit.value for hit in hits] == sorted(hit.value for hit in hits)
        found += len({hit.id - first.id for hit in hits} & set(nearest.tolist()))
    backend.close()
    assert found / (LIMIT * ASKED) >= 0.97
