"""Threads and processes use one store at the same time."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy

from atoll.collections.errors import GenerationsChanged
from atoll.collections.types import Shape, Text

VECTOR = numpy.ones((1, 3), numpy.float32)


def together(*work: Callable[[], Any]) -> None:
    """Do all at once. Raises what the first of them raised."""
    failures: list[BaseException] = []

    def run(one: Callable[[], Any]) -> None:
        try:
            one()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(each,)) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_threads_that_store_one_key_leave_one_text(docs):
    def store(thread: int) -> None:
        for number in range(25):
            docs.put([Text("k", f"{thread} {number}")], VECTOR * thread)

    together(*(lambda thread=thread: store(thread) for thread in range(6)))
    (found,) = docs.backend.texts("docs", None)
    thread, number = found.text.split()
    assert number == "24"
    assert docs.backend.namespaces("docs") == {"": 1}
    (hit,) = docs.hits([1, 0, 0])
    assert hit.id == found.id
    assert hit.value == 1 - float(thread)
    assert len(docs.backend.matching("docs", [""], " ".join(map(str, range(25))), 100)) == 1


def test_one_that_fails_does_not_make_others_fail(docs):
    backend = docs.backend

    def fail() -> None:
        for _ in range(20):
            try:
                backend.upsert("docs", "", [Text("bad", "bad")], {})
            except GenerationsChanged:
                continue
            raise AssertionError("it was stored")

    def store(thread: int) -> None:
        for number in range(20):
            docs.put([Text(f"{thread} {number}", "good")], VECTOR)

    together(fail, *(lambda thread=thread: store(thread) for thread in range(4)), fail)
    assert docs.backend.namespaces("docs") == {"": 80}
    assert docs.backend.find("docs", "", ["bad"]) == []


def test_searches_go_on_while_texts_are_replaced(docs, open_backend):
    """Each search finds all keys: a text is never gone between the old one and the new one."""
    keys = [f"k{number}" for number in range(20)]
    docs.put(keys, numpy.ones((20, 3)))
    over = threading.Event()

    def replace() -> None:
        try:
            for _ in range(30):
                docs.put(keys, numpy.ones((20, 3)))
        finally:
            over.set()

    def search(backend: Any) -> None:
        while not over.is_set():
            assert len(backend.nearest(docs.generation, [""], VECTOR[0], 100)) == 20
            assert len(backend.matching("docs", [""], "k1", 100)) == 1
            assert len(backend.find("docs", "", keys)) == 20

    other = open_backend()
    together(replace, lambda: search(docs.backend), lambda: search(other))


def test_generations_change_while_texts_are_stored(docs):
    """Whoever stores has the vectors of the generations there are, or is told."""
    backend = docs.backend
    stored = []

    def store() -> None:
        for number in range(60):
            while True:
                known = {each.id: VECTOR for each in backend.generations("docs")}
                try:
                    backend.upsert("docs", "", [Text(f"k{number}", "t")], known)
                    stored.append(number)
                    break
                except GenerationsChanged:
                    continue

    def change() -> None:
        for number in range(10):
            found = backend.start_generation(
                "docs", "meaning", Shape(3), embedder="e", probe=b"%d" % number, build=""
            )
            while not backend.finish_generation(found.id):
                missing = [each.id for each in backend.missing(found.id)]
                backend.add_vectors(found.id, missing, numpy.ones((len(missing), 3), "f4"))

    together(store, change)
    (generation,) = backend.generations("docs")
    assert len(stored) == 60
    assert len(backend.nearest(generation, [""], VECTOR[0], 100)) == 60
    assert backend.missing(generation.id) == []


PROGRAM = """
    import sys
    sys.path.insert(0, {folder!r})
    from conftest import open_at
    from atoll.collections.types import Text
    import numpy

    address, name = sys.argv[1:]
    backend = open_at(address)
    (generation,) = backend.generations("docs")
    vector = numpy.ones((1, 3), numpy.float32)
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(40):
        for key in ("shared", f"{{name}} {{number}}"):
            text = Text(key, f"{{name}} {{number}}")
            backend.upsert("docs", "", [text], {{generation.id: vector}})
    backend.close()
"""


def test_processes_that_store_one_key_leave_one_text(docs, address: str):
    program = textwrap.dedent(PROGRAM.format(folder=str(Path(__file__).parent)))
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, address, f"p{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(3)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert docs.backend.namespaces("docs") == {"": 121}
    texts = docs.backend.texts("docs", None)
    assert len([each for each in texts if each.key == "shared"]) == 1
    assert len(docs.hits([1, 0, 0], 1000)) == 121
    (stats,) = docs.backend.stats()
    assert stats.generations[0].vectors == 121


def test_several_begin_with_an_empty_store_at_once(open_backend):
    backends = [open_backend() for _ in range(4)]

    def store(backend: Any, number: int) -> None:
        backend.upsert(f"bare{number % 2}", "", [Text(f"k{number}", "t")], {})

    together(
        *(lambda one=one, number=number: store(one, number) for number, one in enumerate(backends))
    )
    assert backends[0].namespaces("bare0") == {"": 2}
    assert backends[3].namespaces("bare1") == {"": 2}
