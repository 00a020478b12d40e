"""A PostgreSQL server of the tests' own, from Debian's package."""

from __future__ import annotations

import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import pytest
from atoll_servers.process import Folder, needs_linux, run, succeeds, unprivileged
from atoll_servers.server import Server
from atoll_servers.tls import certificate

_SETTINGS: dict[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "ssl": "on",
    "password_encryption": "scram-sha-256",
    # What is committed is written, so a killed server has it, but no disk is waited for.
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "timezone": "UTC",
}


@dataclass
class PostgreSQL(Server):
    """A server with one user, who may do everything, and encrypted connections for who asks."""

    database: str = "atoll"
    _databases: int = 0

    name = "PostgreSQL"
    run_as = unprivileged("postgres")
    ended_by = signal.SIGINT  # clients are not waited for
    settings: ClassVar[dict[str, str]] = _SETTINGS

    @property
    def url(self) -> str:
        """Of ``database``, without encryption."""
        return self.url_of(self.database)

    def url_of(self, database: str, sslmode: str = "disable") -> str:
        who = f"{quote(self.user)}:{quote(self.password)}"
        return f"postgresql://{who}@{self.host}:{self.port}/{database}?sslmode={sslmode}"

    @property
    def certificate(self) -> Path:
        """What clients trust who check whom they talk to."""
        return self.folder / "server.crt"

    def execute(self, sql: str, *, database: str | None = None) -> str:
        """What psql prints for these statements: columns with ``|`` between them, no headings."""
        return run(self._psql(database or self.database), what="psql", given=sql).rstrip("\n")

    def new_database(self) -> str:
        """The name of an empty database."""
        self._databases += 1
        name = f"{self.database}_{self._databases}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def _create(self, folder: Folder) -> None:
        password = folder.write("password", self.password)
        folder.write("server.crt", certificate().certificate)
        folder.write("server.key", certificate().key)
        command = [
            self.programs() / "initdb",
            "-D",
            self.folder / "data",
            f"--username={self.user}",
        ]
        options = ["--auth=scram-sha-256", "--no-locale", "--encoding=UTF8", "--no-sync"]
        run([*command, f"--pwfile={password}", *options], what="initdb", user=self.run_as)

    def _launch(self) -> None:
        settings = {**self.settings, "port": str(self.port)}
        if settings["ssl"] == "on":
            settings["ssl_cert_file"] = str(self.folder / "server.crt")
            settings["ssl_key_file"] = str(self.folder / "server.key")
        options = [f"--{name}={value}" for name, value in settings.items()]
        process = self._run(self.programs() / "postgres", "-D", self.folder / "data", *options)
        process.wait_until(lambda: succeeds(self._psql("postgres"), given="SELECT 1"))

    def _fill(self) -> None:
        self.execute(f"CREATE DATABASE {self.database}", database="postgres")

    @staticmethod
    def programs() -> Path:
        """The folder of its programs; the test is skipped if there is none."""
        return _programs()

    def _psql(self, database: str) -> list[str | Path]:
        command = [self.programs() / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        return [*command, "-f", "-", self.url_of(database)]


def _programs() -> Path:
    """Of the newest PostgreSQL that is installed."""
    needs_linux("PostgreSQL")
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: float(path.parent.name))
    on_path = shutil.which("initdb")
    if on_path is None or not os.access(Path(on_path).with_name("postgres"), os.X_OK):
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    return Path(on_path).parent
