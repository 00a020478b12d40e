"""Stores and removes texts until it is killed, once for each line on stdin.

A line names a store, a number to begin random choices with, and a file for what is done: a line of
JSON before each change, and one after it. Each run is a process of its own, whose id is printed;
once it has ended, a line says so. (They are forked of this one, since importing takes longer than
the runs.)
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
import zlib
from pathlib import Path
from typing import Any

import numpy
import psycopg  # noqa: F401 - which the runs would have to import

sys.path.insert(0, str(Path(__file__).parent))
from atoll.collections.backend import Backend
from atoll.collections.types import Generation, Text
from conftest import open_at

THREADS = 2
KEYS = 80
"""Of each thread."""
DIMENSION = 8


def vector_of(text: str) -> numpy.ndarray[Any, numpy.dtype[numpy.float32]]:
    """The same for the same text."""
    generator = numpy.random.default_rng(zlib.crc32(text.encode()))
    return generator.standard_normal(DIMENSION, dtype=numpy.float32)


def change(backend: Backend, generation: Generation, thread: int, seed: int, log: int) -> None:
    chosen = random.Random(f"{seed} {thread}")

    def tell(told: dict[str, Any]) -> None:
        os.write(log, json.dumps({"thread": thread, **told}).encode() + b"\n")

    for step in range(10**9):
        count = chosen.choice([1, 1, 2, 5, 30])
        keys = [f"{thread}/{number}" for number in chosen.sample(range(KEYS), count)]
        if chosen.random() < 0.3:
            tell({"changes": dict.fromkeys(keys)})
            backend.remove("docs", "", keys)
        else:
            texts = {key: f"word{seed}x{step} {key}" for key in keys}
            tell({"changes": texts})
            vectors = numpy.stack([vector_of(text) for text in texts.values()])
            stored = [Text(key, text) for key, text in texts.items()]
            backend.upsert("docs", "", stored, {generation.id: vectors})
        tell({"done": True})


def run(address: str, seed: int, log: int) -> None:
    backend = open_at(address, eager=True)
    (generation,) = backend.generations("docs")
    for thread in range(THREADS):
        threading.Thread(
            target=change, args=(backend, generation, thread, seed, log), daemon=True
        ).start()
    while True:
        if not backend.maintain():
            time.sleep(0.002)


def main() -> None:
    for line in sys.stdin:
        address, seed, log = json.loads(line)
        process = os.fork()
        if not process:
            try:
                run(address, seed, os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT))
            finally:
                os._exit(1)
        print(process, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
