"""Builds a file of the index in a process of its own.

Loading and saving a large graph holds Python's lock for seconds, in which no search and no request
would go on. And what building a graph needs of memory is given back as a whole afterwards.

The job comes as a line of JSON on stdin; then the vectors, in frames, the last of which is empty.
A line of JSON on stdout says what was built.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import IO, Any, Final

import numpy

from atoll.collections.index.builder import Built, Job, build_graph
from atoll.collections.index.quantisation import Encoding
from atoll.collections.index.source import Ids
from atoll.collections.types import Vectors

_FRAME: Final = struct.Struct("<I")
NICENESS: Final = 10
_PATIENCE: Final = 0.2
"""Seconds until it is seen that the work is to be given up."""


class Stopped(Exception):
    """Building was given up, since the store is being closed."""


class WorkerFailed(Exception):
    """The process ended without a file; the message is what it said at the end."""


def build_elsewhere(
    job: Job, batches: Iterable[tuple[Ids, Vectors]], stop: threading.Event
) -> Built:
    """As `build_graph`, in another process.

    Raises:
        Stopped: ``stop`` was set.
        WorkerFailed: it could not, or was killed.
    """
    command = [sys.executable, "-P", "-m", __name__]
    process = subprocess.Popen(  # noqa: S603 - our own program, no shell
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        process_group=0,  # ^C at the terminal is for the server, which then stops this
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with suppress(BrokenPipeError):  # why is told below
            _send(process.stdin, job, batches)
        said, complaint = _ended(process, stop)
    except BaseException:
        process.kill()
        process.communicate()
        raise
    if process.returncode != 0 or not said:
        last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
        raise WorkerFailed(last[-500:] or f"it ended with {process.returncode}")
    return Built(**json.loads(said))


def _ended(process: subprocess.Popen[bytes], stop: threading.Event) -> tuple[bytes, bytes]:
    while True:
        try:
            return process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            if stop.is_set():
                raise Stopped from None


def _send(pipe: IO[bytes], job: Job, batches: Iterable[tuple[Ids, Vectors]]) -> None:
    pipe.write(_job_line(job))
    for ids, vectors in batches:
        pipe.write(_FRAME.pack(len(ids)))
        pipe.write(numpy.ascontiguousarray(ids, "<u8").tobytes())
        pipe.write(numpy.ascontiguousarray(vectors, "<f4").data.cast("B"))
    pipe.write(_FRAME.pack(0))
    pipe.flush()


def _job_line(job: Job) -> bytes:
    told = dataclasses.asdict(job)
    if job.without is not None:
        told["without"] = base64.b64encode(job.without.astype("<u8").tobytes()).decode()
    return json.dumps(told).encode() + b"\n"


def _read_job(line: bytes) -> Job:
    told: dict[str, Any] = json.loads(line)
    told["encoding"] = Encoding(**told["encoding"])
    if told["without"] is not None:
        told["without"] = numpy.frombuffer(base64.b64decode(told["without"]), "<u8")
    return Job(**told)


def _receive(pipe: IO[bytes], dimension: int) -> Iterator[tuple[Ids, Vectors]]:
    while count := _FRAME.unpack(_exactly(pipe, _FRAME.size))[0]:
        ids = numpy.frombuffer(_exactly(pipe, 8 * count), "<u8")
        vectors = numpy.frombuffer(_exactly(pipe, 4 * count * dimension), "<f4")
        yield ids, vectors.reshape(count, dimension)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    content = pipe.read(size)
    if len(content) < size:
        raise EOFError("The process that asked for it has ended.")
    return content


def _main() -> None:
    os.nice(NICENESS)
    job = _read_job(sys.stdin.buffer.readline())
    built = build_graph(job, _receive(sys.stdin.buffer, job.encoding.dimension))
    print(json.dumps(dataclasses.asdict(built)))


if __name__ == "__main__":
    _main()
