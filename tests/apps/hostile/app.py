"""Functions that misbehave: each tries one thing that the sandbox must bear or refuse."""

import os
import random
import socket
import subprocess
import sys
import threading
import time
import uuid
from typing import Any

from atoll.sdk import UserError

counter = 0


def hello(name: str) -> str:
    return f"Hello, {name}!"


def spin() -> int:
    while True:
        pass


def spin_stubbornly() -> int:
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


def spin_in_c() -> int:
    return len(str(10 ** (10**8)))


def regex() -> bool:
    import re

    return re.match(r"(a+)+$", "a" * 60 + "b") is None


def recurse(depth: int) -> int:
    return recurse(depth + 1) + 1


def recurse_without_limit() -> int:
    sys.setrecursionlimit(10**8)
    return recurse(0)


def allocate(megabytes: int) -> int:
    return len(bytearray(megabytes << 20))


def allocate_in_steps() -> int:
    kept = []
    while True:
        kept.append(bytearray(1 << 20))


def flood_log() -> int:
    for number in range(200_000):
        print("x" * 100, number)
    return 1


def flood_errors() -> int:
    print("y" * (8 << 20))
    return 1


def leave() -> int:
    sys.exit(3)


def leave_at_once() -> int:
    os._exit(4)


def abort() -> int:
    os.abort()
    return 1


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def open_file(path: str) -> str:
    with open(path) as file:
        return file.read()


def os_open(path: str) -> int:
    return os.open(path, os.O_RDONLY)


def write_file() -> int:
    with open("/tmp/atoll-was-here", "w") as file:
        return file.write("x")


def list_files() -> list[str]:
    return os.listdir("/")


def connect(port: int) -> bool:
    socket.create_connection(("127.0.0.1", port), 1).close()
    return True


def resolve() -> str:
    return socket.gethostbyname("localhost")


def run_program() -> int:
    return subprocess.run(["/bin/true"], check=False).returncode


def shell() -> int:
    return os.system("true")


def start_thread() -> bool:
    threading.Thread(target=print).start()
    return True


def environment() -> dict[str, str]:
    return dict(os.environ)


def arguments() -> list[str]:
    return list(sys.argv)


def standard_input() -> str:
    return sys.stdin.read() if sys.stdin else ""


def count() -> int:
    global counter
    counter += 1
    return counter


def identity() -> str:
    return f"{uuid.uuid4()} {random.random()} {os.urandom(8).hex()}"


def big_result(megabytes: int) -> str:
    return "x" * (megabytes << 20)


def deep_result() -> Any:
    value: Any = 1
    for _ in range(900):
        value = [value]
    return value


def unknown_host_call() -> str:
    from wit_world.imports import host

    return host.call("files.read", '{"path": "/etc/passwd"}')


def malformed_host_call() -> str:
    from wit_world.imports import host

    return host.call("models.invoke", "[" * 100_000)


def many_host_calls() -> int:
    import json

    from wit_world.imports import host

    started = 0
    for _ in range(1000):
        payload = json.dumps({"name": "sys.sleep", "payload": json.dumps({"seconds": 60})})
        host.call("sys.start", payload)
        started += 1
    return started


def terminal_escape() -> str:
    print("\x1b]0;owned\x07\x1b[2Jcleared\nFAKE level=info msg=forged")
    return "ok"


def refuse(reason: str) -> str:
    raise UserError(reason)


def fail() -> str:
    secret_path = "internal detail"
    raise ValueError(secret_path)
