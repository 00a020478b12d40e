"""Requests over HTTP: Atoll's apps beside servers of the same functions without any sandbox.

Run it with ``python benchmarks/serving.py``. It needs ``wrk`` (Debian's package of that name), the
packages of the extra ``benchmarks`` (``pip install -e '.[benchmarks]'``), two cores that nothing
else keeps busy, and some ten minutes. ``--queries hello`` and ``--servers AssemblyScript`` take the
rows whose names hold these words, ``--memory`` sends a million requests to an app instead and says
what memory it had on the way, ``--layers`` says what the parts of a request take: servers that each
leave out less of what ``atoll serve`` does.

The peers serve one file of plain Python, ``served/functions.py``: FastAPI and Strawberry, as they
come and with Strawberry's parser and validation caches, Ariadne, and graphql-core with nothing
around it. Atoll serves the same functions in AssemblyScript, Go and Python (the same file),
by ``atoll serve``, each call in a fresh sandbox. All are one process, on uvicorn, on one core; the
client has the other one. Every server's answers are compared with what they must be, before and
after.

The main figure is the CPU time per request: what the server's processes used, in user and kernel,
by the requests that wrk counted. A busy machine makes a request wait, which this leaves out; but it
empties caches too, so figures compare within one run only. Rounds are short and go from server to
server, so that a slow phase hits all; shown are medians of rounds. ``per core-s`` are requests per
second of CPU. ``p50`` and ``p99`` are those of wrk with all connections busy; ``p99 at 70 %`` is
that of requests that come at 70 % of the rate just reached, at random moments, which a client of
our own sends (`load.at_rate`). The last columns say how many times the requests of a peer a second
of CPU does. Behind the table come the same queries without HTTP (``graphql.py``).

Peers have their access log off, and Atoll its line for each call; ``log`` is Atoll as it comes,
with that line. All that servers write goes to /dev/null.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from load import Load, at_rate, saturate, wrk
from queries import HELLO, NEW_LITERAL, QUERIES, TEN, Query

from servers import (
    ARIADNE,
    ASSEMBLYSCRIPT,
    CORE,
    OUR_KINDS,
    PEER_KINDS,
    STRAWBERRY,
    STRAWBERRY_CACHED,
    Kind,
    Server,
    layered,
    started,
)

SHARE = 0.7
"""Of the rate at saturation."""

RATIOS = {
    STRAWBERRY.name: "Strawb.",
    STRAWBERRY_CACHED.name: "Str.cach",
    ARIADNE.name: "Ariadne",
    CORE.name: "core",
}


class Samples:
    """The rounds of one query on one server."""

    def __init__(self) -> None:
        self.cpu: list[float] = []
        """Microseconds per request."""
        self.loads: list[Load] = []
        self.calm: list[Load] = []
        """Those at a part of the rate."""

    @property
    def cpu_median(self) -> float:
        return median(self.cpu)

    @property
    def rate(self) -> float:
        return median(load.requests / load.seconds for load in self.loads)


def cores() -> tuple[int | None, int | None]:
    """A core for the server and one for the client, when there are two."""
    found = sorted(os.sched_getaffinity(0))
    if len(found) < 2:
        print("There is one core only: the client takes its time from the server.")
        return None, None
    return found[0], found[1]


def measure(query: Query, servers: list[Server], options: argparse.Namespace) -> dict[str, Samples]:
    _, core = cores()
    samples = {server.name: Samples() for server in servers}
    for number in range(options.rounds + 1):
        for server in servers:
            found = samples[server.name]
            if number == 0:
                server.check(query, 1)
                saturate(query, server.port, 1, options.connections, core)  # fills caches
                continue
            before = server.cpu_seconds()
            load = saturate(query, server.port, options.seconds, options.connections, core)
            if not load.requests:
                print(f"({server.name} answered nothing in a round: something else kept its core.)")
                continue
            found.cpu.append((server.cpu_seconds() - before) / load.requests * 1e6)
            found.loads.append(load)
    for _ in range(options.calm_rounds):
        for server in servers:
            found = samples[server.name]
            rate = found.rate * SHARE
            found.calm.append(at_rate(query, server.port, rate, options.seconds, core))
    for server in servers:
        server.check(query, 2)
    return samples


def report(query: Query, samples: dict[str, Samples]) -> None:
    peers = [name for name in RATIOS if name in samples]
    head = f"{query.name:<28}{'CPU µs':>9}{'min':>8}{'per core-s':>12}{'req/s':>9}"
    head += f"{'p50 ms':>8}{'p99 ms':>8}{'p99 at 70 %':>13}"
    print(head + "".join(f"{RATIOS[name]:>10}" for name in peers))
    for name, found in samples.items():
        cpu = found.cpu_median
        line = f"  {name:<26}{cpu:9.1f}{min(found.cpu):8.1f}{1e6 / cpu:12.0f}{found.rate:9.0f}"
        line += f"{median(load.p50 for load in found.loads):8.2f}"
        line += f"{median(load.p99 for load in found.loads):8.2f}"
        line += f"{median(load.p99 for load in found.calm):13.2f}" if found.calm else f"{'-':>13}"
        print(line + "".join(f"{samples[peer].cpu_median / cpu:9.1f}x" for peer in peers))
    print(flush=True)


def report_targets(all_samples: dict[str, dict[str, Samples]]) -> None:
    samples = all_samples.get(HELLO.name, {})
    ours = samples.get(ASSEMBLYSCRIPT.name)
    if ours is None:
        return
    print(f"{ASSEMBLYSCRIPT.name}, {HELLO.name}:")
    cpu = ours.cpu_median
    print(f"  CPU per request: {cpu:.1f} µs (target: at most 100)")
    print(f"  requests per core-second: {1e6 / cpu:.0f} (target: at least 10,000)")
    for peer, wanted in ((STRAWBERRY, 15), (STRAWBERRY_CACHED, 4)):
        if peer.name in samples:
            times = samples[peer.name].cpu_median / cpu
            print(f"  times {peer.name}: {times:.1f} (target: at least {wanted})")
    if ours.calm:
        calm = median(load.p99 for load in ours.calm)
        print(f"  p99 at 70 % of saturation: {calm:.2f} ms (target: under 10)")
    print(flush=True)


def measure_memory(kind: Kind, requests: int, options: argparse.Namespace) -> None:
    """Memory of a server over many requests, a third by each of three queries."""
    server_core, core = cores()
    with started(kind, server_core) as server:
        print(f"{server.name}: resident memory, MB")
        print(f"{'requests':>12}{'MB':>9}", flush=True)
        step = requests // 10
        sent, shown = 0, 0
        memory = []
        for query in itertools.cycle((HELLO, NEW_LITERAL, TEN)):
            server.check(query, 1)
            sent += saturate(
                query, server.port, options.seconds, options.connections, core
            ).requests
            if sent >= min(shown + step, requests):
                shown = sent
                memory.append(server.resident_bytes() / 1e6)
                print(f"{sent:12,}{memory[-1]:9.1f}", flush=True)
            if sent >= requests:
                break
        print(f"from the first to the last: {memory[-1] - memory[0]:+.1f} MB\n", flush=True)


LAYERS = {
    "uvicorn": "uvicorn, and ASGI as such",
    "endpoint": "HTTP: reading, checking, answering",
    "graphql": "GraphQL",
    "call": "App.call, without a guest",
    "guest": "the guest: codec, engine, function",
    "log": "the log, a line for each call",
}
"""What each adds to those before it."""


def measure_layers(options: argparse.Namespace) -> None:
    """Where the time of a request goes: servers that each do more than the one before."""
    server_core, _ = cores()
    with ExitStack() as stack:
        servers = [stack.enter_context(started(layered(name), server_core)) for name in LAYERS]
        samples = measure(HELLO, servers, options)
    print(f"{ASSEMBLYSCRIPT.name}, {HELLO.name}: CPU µs per request, medians and minima")
    before = least = 0.0
    for name, title in LAYERS.items():
        cpu, best = samples[name].cpu_median, min(samples[name].cpu)
        print(f"  {title:<38}{cpu - before:8.1f}{best - least:8.1f}  in all{cpu:8.1f}{best:8.1f}")
        before, least = cpu, best
    print(flush=True)


def lacking(kind: Kind) -> list[str]:
    return [name for name in kind.packages if importlib.util.find_spec(name) is None]


def chosen(options: argparse.Namespace) -> list[Kind]:
    kinds = []
    for kind in (*PEER_KINDS, *OUR_KINDS):
        if options.servers.lower() not in kind.name.lower():
            continue
        if lacking(kind):
            print(f"{kind.name} is left out: pip install {' '.join(lacking(kind))}")
            continue
        kinds.append(kind)
    return kinds or sys.exit(f"No server's name holds {options.servers!r}.")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="of each query on each server")
    parser.add_argument("--calm-rounds", type=int, default=3, help="of them at 70 %% of saturation")
    parser.add_argument("--seconds", type=int, default=2, help="of each round")
    parser.add_argument("--connections", type=int, default=16, help="of wrk")
    parser.add_argument("--queries", default="", help="only those whose names hold this")
    parser.add_argument("--servers", default="", help="only those whose names hold this")
    parser.add_argument("--memory", action="store_true", help="measure memory instead")
    parser.add_argument("--layers", action="store_true", help="measure the parts of a request")
    parser.add_argument("--requests", type=int, default=1_000_000, help="for --memory")
    options = parser.parse_args()
    wrk()
    if options.layers:
        options.calm_rounds = 0
        measure_layers(options)
        return
    kinds = chosen(options)
    if options.memory:
        for kind in kinds:
            if kind in OUR_KINDS:
                measure_memory(kind, options.requests, options)
        return
    server_core, _ = cores()
    with ExitStack() as stack:
        servers = [stack.enter_context(started(kind, server_core)) for kind in kinds]
        all_samples = {}
        for query in QUERIES:
            if options.queries.lower() in query.name.lower():
                all_samples[query.name] = measure(query, servers, options)
                report(query, all_samples[query.name])
        report_targets(all_samples)
    subprocess.run([sys.executable, os.fspath(Path(__file__).with_name("graphql.py"))], check=True)


if __name__ == "__main__":
    main()
