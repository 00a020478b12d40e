"""Real texts with real vectors, for benchmarks of searches: the glosses of WordNet by MiniLM.

Vectors that are drawn at random say nothing of an index: all of them are equally far from each
other. These are prepared once, which takes half an hour, and kept in the cache folder.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy

FOLDER = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "atoll" / "benchmarks"
MODEL = "all-minilm-l6-v2"
SCRIPT = Path(__file__).parents[1] / "examples/semantic-search/glosses/get_glosses.py"
DIMENSION = 384
SEED = 8
MANY = 1_000_000
NUDGE = 0.3
"""How far made vectors are from the real ones they are made of, whose length is 1."""


@dataclass(frozen=True)
class Glosses:
    """Texts and vectors in an order of their own, and other ones to ask for."""

    texts: list[str]
    vectors: Any
    """Of shape (texts, 384), each of length 1."""
    queries: Any


def prepare(count: int, queries: int) -> Glosses:
    """``count`` glosses, and the vectors of others."""
    texts, vectors = _texts(), _vectors()
    order = numpy.random.default_rng(SEED).permutation(len(texts))
    chosen = order[:count]
    return Glosses(
        [texts[number] for number in chosen],
        vectors[chosen],
        vectors[order[len(order) - queries :]],
    )


def prepare_many() -> Any:
    """A million vectors (f16, mapped): the real ones several times, each nudged a little, so that
    they lie as unevenly as real ones do."""
    file = FOLDER / f"wordnet-{MODEL}-{MANY}.npy"
    if not file.exists():
        print(f"making {MANY:,} vectors", file=sys.stderr)
        real, random = _vectors(), numpy.random.default_rng(SEED)
        temporary = file.with_suffix(".part")
        made = numpy.lib.format.open_memmap(temporary, "w+", numpy.float16, (MANY, DIMENSION))
        for start in range(0, MANY, 50_000):
            chosen = real[numpy.arange(start, start + 50_000) % len(real)]
            nudges = random.standard_normal(chosen.shape, numpy.float32)
            nudges *= NUDGE / numpy.linalg.norm(nudges, axis=1, keepdims=True)
            nudged = chosen + nudges
            made[start : start + 50_000] = nudged / numpy.linalg.norm(nudged, axis=1, keepdims=True)
        made.flush()
        temporary.rename(file)
    return numpy.load(file, mmap_mode="r")


def prepare_questions(count: int) -> Any:
    """Vectors that were made in the same way, to be asked for among those."""
    return _nudged(_vectors()[:count], numpy.random.default_rng(SEED + 1))


def texts(count: int) -> list[str]:
    """Any number of them; from the 117,660th on they are the same again."""
    known = _texts()
    return [known[number % len(known)] for number in range(count)]


def embed(texts: list[str]) -> Any:
    """By the local model, as functions of an app have it."""
    from atoll.models.local import LocalModels
    from atoll.models.local.install import install

    install(MODEL)
    # Texts of about one length go together, so that little is computed for nothing.
    order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
    vectors = numpy.zeros((len(texts), DIMENSION), numpy.float32)

    async def run() -> None:
        models = LocalModels()
        started = time.monotonic()
        for start in range(0, len(order), 512):
            part = order[start : start + 512]
            body = {"input": [texts[number] for number in part], "encoding_format": "base64"}
            answer = json.loads(await models.invoke(MODEL, "embedder", json.dumps(body).encode()))
            for number, each in zip(part, answer["data"], strict=True):
                vectors[number] = numpy.frombuffer(base64.b64decode(each["embedding"]), "<f4")
            if len(order) > 1000:
                done, seconds = start + len(part), time.monotonic() - started
                print(
                    f"\rembedding: {done:,} of {len(order):,}, {seconds:.0f} s",
                    end="",
                    file=sys.stderr,
                )
        print(file=sys.stderr)

    asyncio.run(run())
    return vectors


def _nudged(vectors: Any, random: numpy.random.Generator) -> Any:
    nudges = random.standard_normal(vectors.shape, numpy.float32)
    nudges *= NUDGE / numpy.linalg.norm(nudges, axis=1, keepdims=True)
    nudged = vectors + nudges
    return nudged / numpy.linalg.norm(nudged, axis=1, keepdims=True)


def _texts() -> list[str]:
    file = FOLDER / "wordnet.jsonl"
    if not file.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([sys.executable, SCRIPT], capture_output=True, check=False)
        if done.returncode:
            sys.exit(done.stderr.decode())
        file.write_bytes(done.stdout)
    return [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]


def _vectors() -> Any:
    file = FOLDER / f"wordnet-{MODEL}.npy"
    if not file.exists():
        vectors = embed(_texts())
        with file.with_suffix(".part").open("wb") as part:
            numpy.save(part, vectors)
        file.with_suffix(".part").rename(file)
    return numpy.load(file)
