"""A Dgraph server of the tests' own, built from its Go module."""

from __future__ import annotations

import json
import signal
import ssl
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from atoll_servers.go_program import built
from atoll_servers.process import START_LIMIT, STOP_LIMIT, Folder, free_port
from atoll_servers.server import Server
from atoll_servers.tls import certificate

PROJECT = Path(__file__).with_name("dgraph")
PACKAGE = "github.com/hypermodeinc/dgraph/v24/dgraph"
_CHANGED = {"ee/keys.go": PROJECT / "ee_keys.go"}
_STORED = b"adminCloser closed"
_ZERO_GRPC, _ZERO_HTTP, _INTERNAL, _HTTP, _GRPC = 5080, 6080, 7080, 8080, 9080


def _free_offset() -> int:
    """What is added to each of Dgraph's ports, which have no settings of their own."""
    ports = (_ZERO_HTTP, _INTERNAL, _HTTP, _GRPC)
    return free_port(20000, 28000, beside=[port - _ZERO_GRPC for port in ports]) - _ZERO_GRPC


@dataclass
class Dgraph(Server):
    """A cluster of one, without users: whoever reaches it may do everything."""

    port: int = 0
    """Where gRPC is served."""
    token: str = ""
    """What a change of the schema is to bring along as ``auth-token``, if it is to."""
    tls: bool = False
    """Whether gRPC and HTTP are encrypted."""
    _offset: int = field(default_factory=_free_offset, repr=False)

    name = "Dgraph"

    def __post_init__(self) -> None:
        self.port = _GRPC + self._offset

    @property
    def target(self) -> str:
        """Of gRPC: host and port."""
        return f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        return f"dgraph://{self.target}?sslmode={'verify-ca' if self.tls else 'disable'}"

    @property
    def http_port(self) -> int:
        return _HTTP + self._offset

    @property
    def certificate(self) -> Path:
        """What clients trust who check whom they talk to."""
        return self.folder / "server.crt"

    def stop(self) -> None:
        if self.running:
            # What was told to end has stored all that it has, but waits for ever after that.
            alpha, began = self._processes[-1], self.log.stat().st_size
            alpha.send(signal.SIGTERM)
            alpha.wait_until(lambda: _STORED in self.log.read_bytes()[began:], STOP_LIMIT)
            alpha.kill()
        super().stop()

    def alter(self, schema: str) -> None:
        """Add to the schema."""
        self._post("/alter", schema, "text/plain")

    def drop_all(self) -> None:
        """Forget the schema and all data."""
        self._post("/alter", '{"drop_all": true}', "text/plain")

    def mutate(self, *triples: str) -> dict[str, str]:
        """Store N-Quads, such as ``_:a <name> "Ann" .``; gives the uids of the blank nodes."""
        lines = "\n".join(triples)
        uids: dict[str, str] = self._post(
            "/mutate?commitNow=true", f"{{ set {{\n{lines}\n}} }}", "application/rdf"
        )["uids"]
        return uids

    def query(self, dql: str) -> dict[str, Any]:
        return self._post("/query", dql, "application/dql")

    def _create(self, folder: Folder) -> None:
        folder.write("server.crt", certificate().certificate)
        folder.write("server.key", certificate().key)

    def _launch(self) -> None:
        program = built("Dgraph", PROJECT, PACKAGE, tags="oss", changed=_CHANGED) / "dgraph"
        zero = f"{self.host}:{_ZERO_GRPC + self._offset}"
        common = ["--bindall=false", f"--port_offset={self._offset}", "--telemetry=reports=false"]
        self._run(
            *(program, "zero", *common, f"--my={zero}", "--wal", self.folder / "zero"),
        ).wait_until(lambda: _found(f"http://{self.host}:{_ZERO_HTTP + self._offset}/health"))
        keys = f"server-cert={self.certificate}; server-key={self.folder / 'server.key'}"
        tls = [f"--tls=ca-cert={self.certificate}; {keys}"] if self.tls else []
        token = [f"--security=token={self.token}"] if self.token else []
        folders = {"postings": "p", "wal": "w", "tmp": "t"}
        places = [f"--{name}={self.folder / folder}" for name, folder in folders.items()]
        internal = f"--my={self.host}:{_INTERNAL + self._offset}"
        self._run(
            *(program, "alpha", *common, internal, f"--zero={zero}", *places, *tls, *token),
            *("--cache=size-mb=64", "--badger=compression=none"),
        ).wait_until(self._ready)

    def _ready(self) -> bool:
        # It answers before it knows its group, with errors.
        try:
            return "errors" not in self.query("{ q(func: uid(1)) { uid } }")
        except (OSError, AssertionError):
            return False

    def _post(self, path: str, body: str, kind: str) -> dict[str, Any]:
        scheme = "https" if self.tls else "http"
        request = urllib.request.Request(
            f"{scheme}://{self.host}:{self.http_port}{path}",
            body.encode(),
            {"Content-Type": kind, "X-Dgraph-AuthToken": self.token},
        )
        trusting = ssl.create_default_context(cafile=self.certificate) if self.tls else None
        with urllib.request.urlopen(request, timeout=START_LIMIT, context=trusting) as response:
            said = json.load(response)
        assert "errors" not in said, f"Dgraph answered {said['errors']}"
        data: dict[str, Any] = said["data"]
        return data


def _found(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except OSError:
        return False
    return True
