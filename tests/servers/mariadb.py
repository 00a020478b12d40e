"""A MariaDB server of the tests' own, from Debian's package."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from atoll_servers.process import Folder, needs_linux, run, succeeds, unprivileged
from atoll_servers.server import Server
from atoll_servers.tls import certificate

_SETTINGS = {
    "bind-address": "127.0.0.1",
    "skip-name-resolve": "1",
    "character-set-server": "utf8mb4",
    "default-time-zone": "+00:00",
    "max-connections": "200",
    "performance-schema": "0",
    "innodb-buffer-pool-size": "32M",
    "innodb-log-file-size": "16M",
    # What is committed is written, so a killed server has it, but no disk is waited for.
    "innodb-flush-log-at-trx-commit": "2",
    "innodb-flush-method": "nosync",
}


@dataclass
class MariaDB(Server):
    """A server with one user, who may do everything, and encrypted connections for who asks."""

    database: str = "atoll"
    _databases: int = 0

    name = "MariaDB"
    run_as = unprivileged("mysql")

    @property
    def url(self) -> str:
        """Of ``database``, without encryption."""
        return self.url_of(self.database)

    def url_of(self, database: str) -> str:
        who = f"{quote(self.user)}:{quote(self.password)}"
        return f"mysql://{who}@{self.host}:{self.port}/{database}"

    @property
    def certificate(self) -> Path:
        """What clients trust who check whom they talk to."""
        return self.folder / "server.crt"

    def execute(self, sql: str, *, database: str | None = None) -> str:
        """What the client prints for these statements: columns with tabs between, no headings."""
        command = self._client(database or self.database)
        return run(command, what="mariadb", env=self._environ, given=sql).rstrip("\n")

    def new_database(self) -> str:
        """The name of an empty database."""
        self._databases += 1
        name = f"{self.database}_{self._databases}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def _create(self, folder: Folder) -> None:
        folder.write("server.crt", certificate().certificate)
        folder.write("server.key", certificate().key)
        folder.write(
            "each-start.sql",
            f"CREATE DATABASE IF NOT EXISTS `{self.database}`;\n"
            f"CREATE USER IF NOT EXISTS '{self.user}'@'%' IDENTIFIED BY '{self.password}';\n"
            f"GRANT ALL ON *.* TO '{self.user}'@'%' WITH GRANT OPTION;\n",
        )
        options = ["--auth-root-authentication-method=socket", "--skip-test-db"]
        command = [_program("mariadb-install-db"), "--no-defaults", *options]
        data = f"--datadir={self.folder / 'data'}"
        run(
            [*command, data, f"--tmpdir={self.folder}"], what="mariadb-install-db", user=self.run_as
        )

    def _launch(self) -> None:
        settings = {
            **_SETTINGS,
            "port": str(self.port),
            "datadir": str(self.folder / "data"),
            "socket": str(self.folder / "socket"),
            "pid-file": str(self.folder / "pid"),
            "init-file": str(self.folder / "each-start.sql"),
            "ssl-cert": str(self.folder / "server.crt"),
            "ssl-key": str(self.folder / "server.key"),
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        process = self._run(_program("mariadbd"), "--no-defaults", *options)
        asking = self._client(self.database)
        process.wait_until(lambda: succeeds(asking, env=self._environ, given="SELECT 1"))

    @property
    def _environ(self) -> dict[str, str]:
        return {**os.environ, "MYSQL_PWD": self.password}

    def _client(self, database: str) -> list[str | Path]:
        where = [f"--host={self.host}", f"--port={self.port}", f"--user={self.user}"]
        how = ["--no-defaults", "--protocol=tcp", "--batch", "--skip-column-names"]
        return [_program("mariadb"), *how, *where, "--default-character-set=utf8mb4", database]


def _program(name: str) -> Path:
    """The test is skipped where it is not installed."""
    needs_linux("MariaDB")
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin")
    if found is None:
        pytest.skip("MariaDB is not installed: apt-get install mariadb-server")
    return Path(found)
