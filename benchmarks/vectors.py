"""How fast, how well and how small collections are, beside other indexes of vectors.

Run it with ``python benchmarks/vectors.py``; ``--quick`` takes a tenth of the vectors, and
``--only`` names parts. The first run embeds 117,659 glosses of WordNet, and keeps them in the cache
folder; the peers come with ``pip install 'atoll[benchmarks]'``, and those that are missing are left
out.

- *search*: 100,000 glosses in 384 dimensions, asked for by the vectors of others. Each contestant
  is in a process of its own, and they take turns, so that a slow phase hits all alike. *recall* is
  the part of the 10 nearest that is found. *effort* is how many candidates a search looks at: of
  the peers the least of some with which recall reaches 0.97, of Atoll what it takes by itself.
  usearch comes a second time, with Atoll's recall. *memory* is how much the process's RSS grows,
  *disk* the size of the folder, per vector; the numbers of a vector alone are 1,536 bytes.
  *stored* and *indexed* are vectors per second.
- *import*: vectors in a file of JSON lines, by `atoll collections import`.
- *million*: 1,000,000 vectors, made of the real ones by a small random step each, in indexes of f16
  and of i8; *start* is from the start of a process to its first answer.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

# Run as a script, this file's own directory would come first and shadow the graphql package.
sys.path.sort(key=lambda entry: Path(entry or ".").resolve() == Path(__file__).parent)

import glosses
import numpy
from vector_peers import Exact, Faiss, Hnswlib, LanceDb, SqliteVec, Usearch

ENOUGH = 0.97
LIMIT = 10
TURNS = 10


def graph_ql(language: str) -> Callable[[], Any]:
    def make() -> Any:
        from vector_apps import GraphQL

        return GraphQL(language)

    return make


def store(kept: str) -> Callable[[], Any]:
    def make() -> Any:
        from vector_stores import Store

        return Store(kept)  # type: ignore[arg-type]

    return make


def service() -> Any:
    from vector_stores import Service

    return Service()


CONTESTANTS: dict[str, tuple[Callable[[], Any], str, str]] = {
    "numpy, exact": (Exact, "", "numpy"),
    "usearch": (Usearch, "", "usearch.index"),
    "hnswlib": (Hnswlib, "", "hnswlib"),
    "FAISS, HNSW": (Faiss, "", "faiss"),
    "LanceDB, HNSW": (LanceDb, "", "lancedb"),
    "sqlite-vec, exact": (SqliteVec, "", "sqlite_vec"),
    "Atoll, store": (store("f32"), "", "atoll.collections.index.index"),
    "Atoll, service": (service, "Atoll, store", "atoll.collections.index.index"),
    "Atoll, GraphQL, AssemblyScript": (
        graph_ql("AssemblyScript"),
        "Atoll, store",
        "atoll.collections.index.index",
    ),
    "Atoll, GraphQL, Python": (graph_ql("Python"), "Atoll, store", "atoll.collections.index.index"),
}
"""How each is made, whose folder it opens, and the module that it needs."""
MILLION: dict[str, tuple[Callable[[], Any], str, str]] = {
    "Atoll, i8": (store("i8"), "", "atoll.collections.index.index"),
    "Atoll, f16": (store("f16"), "", "atoll.collections.index.index"),
}
"""One after the other, in one folder."""


class Worker:
    """A contestant in a process of its own."""

    def __init__(self, name: str, folder: Path, queries: Path) -> None:
        self.name = name
        self.efforts: list[int] = []
        self.effort: int | None = None
        self.times: list[float] = []
        self.recall = 0.0
        command = [sys.executable, __file__, "--serve", name, str(folder), str(queries)]
        self._started = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        ready = self._read()
        self.start = time.perf_counter() - self._started
        self.efforts = ready["efforts"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def ask(self, start: int, end: int, effort: int | None = None) -> list[list[int]]:
        """What is found for some of the queries; it notes how long each took."""
        effort = self.effort if effort is None else effort
        answer = self._do({"start": start, "end": end, "effort": effort})
        self.times += answer["seconds"]
        ids: list[list[int]] = answer["ids"]
        return ids

    def memory(self) -> float:
        grown: float = self._do({})["memory"]
        return grown

    def _do(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with {self._process.wait()}")
        found: dict[str, Any] = json.loads(line)
        return found


def serve(name: str, folder: Path, queries: Path) -> None:
    """What a worker does: it answers lines on its standard input."""
    make, _, module = (CONTESTANTS | MILLION)[name]
    contestant = make()
    importlib.import_module(module)  # its code is not counted
    asked = numpy.load(queries)
    before = memory()
    contestant.open(folder)
    contestant.search(asked[0], LIMIT)
    print(json.dumps({"efforts": list(contestant.efforts)}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if not request:
            print(json.dumps({"memory": memory() - before}), flush=True)
            continue
        if request["effort"] is not None:
            contestant.effort(request["effort"])
        ids, seconds = [], []
        for vector in asked[request["start"] : request["end"]]:
            started = time.perf_counter()
            found = contestant.search(vector, LIMIT)
            seconds.append(time.perf_counter() - started)
            ids.append([int(each) for each in found])
        print(json.dumps({"ids": ids, "seconds": seconds}), flush=True)


def memory() -> int:
    """Bytes of memory that this process uses, files that are mapped included."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) << 10
    raise AssertionError("no VmRSS in /proc/self/status")


def size(folder: Path) -> int:
    return sum(file.stat().st_blocks * 512 for file in folder.rglob("*") if file.is_file())


def nearest(vectors: Any, queries: Any) -> list[set[int]]:
    """The rows that are to be found, of vectors that may be mapped."""
    best = [(numpy.empty(0, numpy.float32), numpy.empty(0, numpy.int64)) for _ in queries]
    for start in range(0, len(vectors), 100_000):
        part = numpy.asarray(vectors[start : start + 100_000], numpy.float32)
        for number, scores in enumerate(queries @ part.T):
            rows = numpy.argpartition(-scores, LIMIT)[:LIMIT]
            values, known = best[number]
            values = numpy.concatenate([values, scores[rows]])
            known = numpy.concatenate([known, rows + start])
            order = numpy.argsort(-values)[:LIMIT]
            best[number] = (values[order], known[order])
    return [set(rows.tolist()) for _, rows in best]


def recall(found: Sequence[Sequence[int]], truth: Sequence[set[int]]) -> float:
    hits = sum(len(wanted.intersection(rows)) for rows, wanted in zip(found, truth, strict=True))
    return hits / (LIMIT * len(truth))


def build(name: str, folder: Path, vectors: Path) -> dict[str, float] | None:
    """Have a process build an index; None if it cannot."""
    command = [sys.executable, __file__, "--build", name, str(folder), str(vectors)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:] or [f"exit {done.returncode}"]
        print(f"{name} cannot be measured here: {reason[0]}")
        return None
    seconds: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return seconds


def settle(worker: Worker, truth: Sequence[set[int]], wanted: float) -> None:
    """Take the least effort that finds enough."""
    efforts: list[int | None] = list(worker.efforts) or [None]
    for effort in efforts:
        worker.effort = effort
        worker.recall = recall(worker.ask(0, len(truth)), truth)
        if worker.recall >= wanted:
            break
    worker.times.clear()


def measure_search(count: int, queries: int) -> None:
    data = glosses.prepare(count, queries)
    truth = nearest(data.vectors, data.queries)
    threads = os.cpu_count() or 1
    with tempfile.TemporaryDirectory(dir=glosses.FOLDER) as name, ExitStack() as running:
        folder = Path(name)
        numpy.save(folder / "vectors.npy", data.vectors)
        numpy.save(folder / "queries.npy", data.queries)
        built: dict[str, dict[str, float] | None] = {}
        workers: dict[str, Worker] = {}
        for each, (_, shared, module) in CONTESTANTS.items():
            if importlib.util.find_spec(module.partition(".")[0]) is None:
                print(f"{each} cannot be measured here: it is not installed")
                continue
            own = folder / (shared or each)
            own.mkdir(exist_ok=True)
            if not shared:
                built[each] = build(each, own, folder / "vectors.npy")
            if built[shared or each] is not None:
                workers[each] = running.enter_context(Worker(each, own, folder / "queries.npy"))
                settle(workers[each], truth, ENOUGH)
        again = Worker("usearch", folder / "usearch", folder / "queries.npy")
        workers["usearch, at Atoll's recall"] = running.enter_context(again)
        settle(again, truth, workers["Atoll, store"].recall)
        step = queries // TURNS
        for turn in range(TURNS):
            for worker in workers.values():
                worker.ask(turn * step, (turn + 1) * step)
        print(f"\n{count:,} x {glosses.DIMENSION} f32, {LIMIT} nearest, {threads} threads to build")
        print(
            f"{'':31} {'effort':>6} {'recall':>7} {'median':>9} {'p95':>9} {'memory':>8}"
            f" {'disk':>8} {'stored':>9} {'indexed':>9}"
        )
        for each, worker in workers.items():
            seconds = built.get(each) or {}
            shared = CONTESTANTS[each][1] if each in CONTESTANTS else "usearch"
            print(
                f"{each:31} {worker.effort or '':>6} {worker.recall:7.4f}"
                f" {milliseconds(statistics.median(worker.times))}"
                f" {milliseconds(statistics.quantiles(worker.times, n=20)[-1])}"
                f" {worker.memory() / count:6.0f} B"
                + (f" {size(folder / each) / count:6.0f} B" if not shared else f" {'':8}")
                + rate(seconds.get("import"), count)
                + rate(seconds.get("index"), count)
            )
        compare(workers, built, count)


def measure_million(count: int, queries: int) -> None:
    data, questions = glosses.prepare_many()[:count], glosses.prepare_questions(queries)
    truth = nearest(data, questions)
    with tempfile.TemporaryDirectory(dir=glosses.FOLDER) as name:
        folder = Path(name)
        numpy.save(folder / "vectors.npy", data)
        numpy.save(folder / "queries.npy", questions)
        own = folder / "store"
        own.mkdir()
        print(f"\n{count:,} x {glosses.DIMENSION}, {LIMIT} nearest")
        print(
            f"{'':12} {'recall':>7} {'median':>9} {'p95':>9} {'start':>9} {'memory':>8} {'disk':>8}"
            f" {'stored':>9} {'indexed':>9}"
        )
        for each in MILLION:
            seconds = build(each, own, folder / "vectors.npy")
            if seconds is None:
                return
            with Worker(each, own, folder / "queries.npy") as worker:
                # What is asked for the first time may have to be read from the disk.
                worker.recall = recall(worker.ask(0, queries), truth)
                worker.times.clear()
                worker.ask(0, queries)
                print(
                    f"{each:12} {worker.recall:7.4f}"
                    f" {milliseconds(statistics.median(worker.times))}"
                    f" {milliseconds(statistics.quantiles(worker.times, n=20)[-1])}"
                    f" {worker.start:7.2f} s {worker.memory() / count:6.0f} B"
                    f" {size(own) / count:6.0f} B"
                    + rate(seconds.get("import"), count)
                    + rate(seconds.get("index"), count),
                    flush=True,
                )
        print(f"atoll serve answers {served(own, questions[0]):.2f} s after it is started")


def served(store: Path, vector: Any) -> float:
    """Seconds from the start of a server to its first answer about what is in a store."""
    from vector_apps import QUERY, manifest_text, write

    with tempfile.TemporaryDirectory() as name:
        app = Path(name) / "bench"
        app.mkdir()
        write("AssemblyScript", app)
        (app / "modus.json").write_text(manifest_text("f16"))  # as it was indexed last
        command = Path(sys.executable).with_name("atoll")
        subprocess.run([command, "build"], cwd=app, check=True, capture_output=True)
        body = json.dumps({"query": QUERY, "variables": {"vector": vector.tolist(), "limit": 10}})
        times = []
        for _ in range(2):  # code is compiled and put into the cache with the first
            port = free_port()
            started = time.perf_counter()
            server = subprocess.Popen(
                [command, "serve", "--port", str(port)],
                cwd=app,
                env={**os.environ, "ATOLL_COLLECTIONS_DIR": str(store)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                while len(answer(port, body)) != LIMIT:
                    time.sleep(0.01)
                times.append(time.perf_counter() - started)
            finally:
                server.terminate()
                server.wait()
        return times[-1]


def answer(port: int, body: str) -> list[Any]:
    """What a server finds; nothing as long as it does not answer."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        body.encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request) as response:
            data = json.load(response)["data"] or {}
            return data.get("nearest") or []
    except OSError:
        return []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def measure_import(count: int) -> None:
    from vector_apps import manifest_text, write

    data = glosses.prepare(count, 1)
    with tempfile.TemporaryDirectory() as name:
        app = Path(name) / "bench"
        app.mkdir()
        write("AssemblyScript", app)
        (app / "modus.json").write_text(manifest_text())
        command = Path(sys.executable).with_name("atoll")
        subprocess.run([command, "build"], cwd=app, check=True, capture_output=True)
        with (app / "texts.jsonl").open("w", encoding="utf-8") as file:
            for number, text in enumerate(data.texts):
                vector = data.vectors[number].tolist()
                line = {"key": str(number), "text": text, "vector": vector}
                file.write(json.dumps(line) + "\n")
        started = time.perf_counter()
        subprocess.run(
            [command, "collections", "import", "texts.jsonl", "--collection", "glosses"],
            cwd=app,
            check=True,
            capture_output=True,
        )
        seconds = time.perf_counter() - started
    print(
        f"\natoll collections import: {count:,} vectors in JSON lines in {seconds:.1f} s,"
        f" {count / seconds:,.0f} a second"
    )


def compare(workers: dict[str, Worker], built: dict[str, Any], count: int) -> None:
    """Atoll beside bare usearch, whose index it uses."""
    ours, theirs = workers["Atoll, store"], workers["usearch, at Atoll's recall"]
    times = statistics.median(ours.times) / statistics.median(theirs.times)
    print(f"\nAtoll's search takes {times:.2f} times what usearch does at recall {ours.recall:.4f}")
    share = built["usearch"]["index"] / built["Atoll, store"]["index"]
    print(f"Atoll indexes at {share:.2f} of usearch's rate")


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:6.2f} ms"


def rate(seconds: float | None, count: int) -> str:
    return f" {count / seconds:7,.0f}/s" if seconds else f" {'':9}"


PARTS = ("search", "import", "million")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the vectors")
    parser.add_argument("--only", action="append", choices=PARTS, help="this part alone")
    for hidden in ("--serve", "--build"):
        parser.add_argument(hidden, nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        name, folder, queries = options.serve
        serve(name, Path(folder), Path(queries))
    elif options.build:
        name, folder, vectors = options.build
        loaded = numpy.load(vectors, mmap_mode="r" if name in MILLION else None)
        contestant = (CONTESTANTS | MILLION)[name][0]()
        print(json.dumps(contestant.build(loaded, Path(folder), os.cpu_count() or 1)))
    else:
        glosses.FOLDER.mkdir(parents=True, exist_ok=True)
        share = 10 if options.quick else 1
        parts = options.only or list(PARTS)
        if "search" in parts:
            measure_search(100_000 // share, 1000 // share)
        if "import" in parts:
            measure_import(50_000 // share)
        if "million" in parts:
            measure_million(glosses.MANY // share, 500 // share)


if __name__ == "__main__":
    main()
