"""The server under fire, and what is thrown at it."""

from __future__ import annotations

import http.client
import importlib.util
import itertools
import json
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).parent
GOOD = {"query": "query ($text: String!) { echo(text: $text) negate(value: true) }"}


@pytest.fixture(scope="session")
def traffic() -> ModuleType:
    """The module ``traffic.py``."""
    name = "atoll_fuzz_traffic"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, HERE / "traffic.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


class Target:
    """The server, and a connection to it that is kept as long as the server keeps it."""

    def __init__(self, served: Any) -> None:
        self.served = served
        self._connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
        self._number = 0

    def send(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Send a request; gives the status, the headers and the body of the answer to it."""
        try:
            self._connection.request(method, target, body, dict(headers))
            with self._connection.getresponse() as response:
                return response.status, response.headers, response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise

    def post(self, content: object) -> tuple[int, Any]:
        """Send JSON to the endpoint; gives the status, and the JSON that comes back."""
        body = json.dumps(content).encode()
        status, _, answer = self.send("POST", "/graphql", JSON, body)
        return status, json.loads(answer)

    def assert_well(self) -> None:
        """Fail unless a good request is answered as it should be."""
        self._number += 1
        text = str(self._number)
        status, answer = self.post({**GOOD, "variables": {"text": text}})
        assert status == 200
        assert answer["data"] == {"echo": text, "negate": False}

    def close(self) -> None:
        self._connection.close()


JSON = {"content-type": "application/json", "accept": "application/graphql-response+json"}
OF_A_FUNCTION = {"Error while executing function.", "Message logged from function."}
"""What the log says of a function that failed. Any other error is one of the server."""


@pytest.fixture(scope="session")
def served(serve_app: Callable[[Path], Any]) -> Any:
    """``Served`` of ``served_app.py``."""
    return serve_app(HERE / "app")


@pytest.fixture(scope="session")
def target_of() -> Callable[[Any], Target]:
    """Makes a client of a server."""
    return Target


@pytest.fixture
def target(served: Any) -> Iterator[Target]:
    """The server; at the end of the test it must be the same process, and have logged no fault."""
    known = sum(1 for _ in served.lines())
    target = Target(served)
    yield target
    target.close()
    assert served.process.poll() is None, "the server is gone"
    for line in itertools.islice(served.lines(), known, None):
        assert line["level"] != "error" or line["message"] in OF_A_FUNCTION, line


@pytest.fixture(scope="session")
def exchange() -> Callable[[int, bytes], bytes]:
    """Sends bytes to a port, says that this was all, and reads until the server closes."""

    def exchange(port: int, sent: bytes) -> bytes:
        received = bytearray()
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            try:
                connection.sendall(sent)
                connection.shutdown(socket.SHUT_WR)
                while data := connection.recv(1 << 16):
                    received += data
            except TimeoutError:
                raise
            except OSError:
                pass  # it need not take all that nobody should send
        return bytes(received)

    return exchange
