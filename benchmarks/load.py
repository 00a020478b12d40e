"""The clients of the serving benchmark: wrk, and one that sends at a given rate."""

from __future__ import annotations

import json
import os
import random
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from dataclasses import dataclass

from queries import NUMBER, Query

SCRIPT = """
local before, after, number = %(before)s, %(after)s, %(start)d
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = before .. after
%(request)s
function done(summary, latency, requests)
  local errors = summary.errors
  print(string.format("RESULT %%d %%d %%d %%d %%d", summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""
NEW_EACH_TIME = """
function request()
  number = number + 1
  return wrk.format(nil, nil, nil, before .. number .. after)
end
"""


@dataclass(frozen=True)
class Load:
    """What one round of requests came to."""

    requests: int
    seconds: float
    p50: float
    """Milliseconds, as `p99`."""
    p99: float


def saturate(query: Query, port: int, seconds: int, connections: int, core: int | None) -> Load:
    """Send as fast as answers come, by wrk with one thread on ``core``."""
    before, found, after = query.body.partition(NUMBER)
    text = SCRIPT % {
        "before": json.dumps(before),
        "after": json.dumps(after),
        "start": time.time_ns() // 1_000 % 10**12,
        "request": NEW_EACH_TIME if found else "",
    }
    command = [wrk(), "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s"]
    if core is not None:
        command = ["taskset", "-c", str(core), *command]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(text)
        script.flush()
        command += ["-s", script.name, f"http://127.0.0.1:{port}/graphql"]
        done = subprocess.run(command, capture_output=True, text=True)
    results = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if not results:
        sys.exit(f"wrk failed: {done.stdout}{done.stderr}")
    requests, took, errors, p50, p99 = map(int, results[0].split()[1:])
    if errors:
        sys.exit(f"{errors} requests failed ({query.name}): {done.stdout}")
    return Load(requests, took / 1e6, p50 / 1e3, p99 / 1e3)


def wrk() -> str:
    found = shutil.which("wrk")
    if found is None:
        sys.exit("wrk is not on PATH. On Debian and Ubuntu: apt-get install wrk")
    return found


def at_rate(query: Query, port: int, rate: float, seconds: float, core: int | None) -> Load:
    """Send ``rate`` requests per second, whatever the answers do.

    wrk has no rate: each of its connections waits for an answer before it asks again, so it asks
    less just when the server is slow. Here requests are due at random moments (a Poisson process,
    as of many clients that know nothing of each other), and the time that one takes counts from the
    moment when it was due. It never sleeps, so that its own waking up is not measured; it has a
    core to itself.
    """
    affinity = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        return _Rate(query, port, rate, seconds).run()
    finally:
        os.sched_setaffinity(0, affinity)


class _Rate:
    CONNECTIONS = 64
    DRAIN = 10.0
    """Seconds after the last request in which answers must have come."""

    def __init__(self, query: Query, port: int, rate: float, seconds: float) -> None:
        self._query = query
        self._number = time.time_ns() // 1_000 % 10**12
        self._selector = selectors.EpollSelector()
        self._idle: list[_Connection] = []
        for _ in range(self.CONNECTIONS):
            connection = _Connection(port)
            self._selector.register(connection.socket, selectors.EVENT_READ, connection)
            self._idle.append(connection)
        chance, moment = random.Random(1), 0.0
        self._due: deque[float] = deque()
        while (moment := moment + chance.expovariate(rate)) < seconds:
            self._due.append(moment)
        self._waits: list[float] = []

    def run(self) -> Load:
        due, idle, wanted = self._due, self._idle, len(self._due)
        started = time.perf_counter()
        last = due[-1] + self.DRAIN
        while len(self._waits) < wanted:
            now = time.perf_counter() - started
            if now > last:
                sys.exit(f"{wanted - len(self._waits)} answers did not come ({self._query.name})")
            while idle and due and due[0] <= now:
                idle.pop().send(self._request(), due.popleft())
            for key, _ in self._selector.select(0):
                connection: _Connection = key.data
                if connection.answered():
                    self._waits.append(time.perf_counter() - started - connection.due)
                    idle.append(connection)
        took = time.perf_counter() - started
        for connection in idle:
            connection.socket.close()
        self._selector.close()
        waits = sorted(self._waits)
        return Load(wanted, took, _percentile(waits, 50), _percentile(waits, 99))

    def _request(self) -> bytes:
        self._number += 1
        body = self._query.sent(self._number)
        return (
            b"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
            b"content-length: %d\r\n\r\n" % len(body)
        ) + body


class _Connection:
    """Carries one request at a time."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.due = 0.0
        self._received = b""

    def send(self, request: bytes, due: float) -> None:
        self.due = due
        self._received = b""
        self.socket.sendall(request)

    def answered(self) -> bool:
        """Read what is there; whether it completes the answer."""
        data = self.socket.recv(1 << 18)
        if not data:
            sys.exit("the server closed a connection")
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return False
        if not head.startswith(b"HTTP/1.1 200 "):
            sys.exit(f"the server answered: {head[:200]!r}")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        return len(body) >= int(length)


def _percentile(waits: list[float], percent: int) -> float:
    return waits[min(len(waits) - 1, len(waits) * percent // 100)] * 1e3
