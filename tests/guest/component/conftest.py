from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from atoll.engine import Engine, EngineConfig
from atoll.toolchain import PythonBuild, build_python

SOURCE = """\
import os
import random
import sys
import time
import uuid
from atoll.sdk import _host

count = 0
at_build = [time.time(), time.monotonic(), random.random()]


def greet(name: str) -> str:
    return f"Hello, {name}!"


def counted() -> int:
    global count
    count += 1
    return count


def drawn() -> list[str]:
    return [str(random.random()), str(uuid.uuid4()), os.urandom(5000).hex()]


def clocks() -> list[float]:
    return [time.time(), time.monotonic(), *at_build]


def variable(name: str) -> str | None:
    return os.environ.get(name)


def asked(question: str) -> str:
    return _host.call("test.ask", {"question": question})


def logged() -> int:
    print("to stdout")
    print("to stderr", file=sys.stderr)
    return 1


def failed() -> int:
    raise ValueError("on purpose")


def spins() -> int:
    while True:
        pass


def exits() -> int:
    os._exit(3)


def grows(megabytes: int) -> int:
    return len(bytearray(megabytes << 20))
"""


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    engine = Engine(EngineConfig(concurrency=100))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> PythonBuild:
    folder = tmp_path_factory.mktemp("app")
    (folder / "app.py").write_text(SOURCE)
    return asyncio.run(build_python(folder, engine=engine))
