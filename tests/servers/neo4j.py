"""A Neo4j server of the tests' own, fetched by Maven, run by Java."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import neo4j
import pytest
from atoll_servers.cache import cached
from atoll_servers.process import Folder, answers, needs_linux, run
from atoll_servers.server import Server
from atoll_servers.tls import certificate

PROJECT = Path(__file__).with_name("neo4j") / "pom.xml"
_FETCH_LIMIT = 900
_JAVA = [
    *("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
    *("--add-opens=java.base/java.nio=ALL-UNNAMED", "--add-opens=java.base/java.io=ALL-UNNAMED"),
    *("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "-Dlog4j2.disable.jmx=true"),
]
_SETTINGS = {
    "server.default_listen_address": "127.0.0.1",
    "server.http.enabled": "false",
    "server.https.enabled": "false",
    "server.memory.pagecache.size": "32m",
    "dbms.security.auth_enabled": "true",
    "dbms.security.auth_minimum_password_length": "1",
    "dbms.usage_report.enabled": "false",
    "server.bolt.tls_level": "OPTIONAL",
    "dbms.ssl.policy.bolt.enabled": "true",
    "dbms.ssl.policy.bolt.client_auth": "NONE",
    "dbms.ssl.policy.bolt.private_key": "server.key",
    "dbms.ssl.policy.bolt.public_certificate": "server.crt",
    "db.tx_log.preallocate": "false",
    "db.tx_log.rotation.size": "1m",
}


@dataclass
class Neo4j(Server):
    """A server with one user and, as all of its edition, one database."""

    user: str = "neo4j"
    database: str = "neo4j"

    name = "Neo4j"

    @property
    def url(self) -> str:
        """Without the user and the password."""
        return f"bolt://{self.host}:{self.port}"

    @property
    def certificate(self) -> Path:
        """What clients trust who check whom they talk to."""
        return self.folder / "server.crt"

    def execute(self, cypher: str, **parameters: object) -> list[dict[str, object]]:
        """The rows that a statement gives."""
        with self._driver(self.password) as driver:
            rows, _, _ = driver.execute_query(cypher, parameters, database_=self.database)
            return [row.data() for row in rows]

    def _create(self, folder: Folder) -> None:
        folder.write("server.crt", certificate().certificate)
        folder.write("server.key", certificate().key)
        settings = {
            **_SETTINGS,
            "server.bolt.listen_address": f"{self.host}:{self.port}",
            "server.bolt.advertised_address": f"{self.host}:{self.port}",
            "dbms.ssl.policy.bolt.base_directory": str(self.folder),
        }
        lines = [f"{name}={value}\n" for name, value in settings.items()]
        folder.write("neo4j.conf", "".join(lines))

    def _launch(self) -> None:
        java = _program("java")
        places = [f"--home-dir={self.folder}", f"--config-dir={self.folder}"]
        main = "org.neo4j.server.CommunityEntryPoint"
        process = self._run(java, *_JAVA, "-cp", f"{libraries()}/*", main, *places)
        process.wait_until(lambda: answers(self.port) and self._ready())

    def _ready(self) -> bool:
        with self._driver(self.password) as driver:
            try:
                driver.verify_connectivity()
            except neo4j.exceptions.ServiceUnavailable:
                return False
            except neo4j.exceptions.AuthError:
                return self._set_password()
        return True

    def _set_password(self) -> bool:
        """The first one is known to all, and is good for nothing but to be changed."""
        change = "ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $password"
        with self._driver("neo4j") as driver:
            driver.execute_query(change, password=self.password, database_="system")
        return True

    def _driver(self, password: str) -> neo4j.Driver:
        return neo4j.GraphDatabase.driver(self.url, auth=(self.user, password))


def libraries() -> Path:
    """The folder of Neo4j's archives; the test is skipped where they cannot be fetched."""
    needs_linux("Neo4j")
    maven = _program("mvn")

    def fetch(folder: Path) -> None:
        what = "dependency:copy-dependencies"
        options = ["-B", "-q", "-ntp", "-DincludeScope=runtime", f"-DoutputDirectory={folder}"]
        run([maven, *options, "-f", PROJECT, what], what="mvn", limit=_FETCH_LIMIT)

    return cached("neo4j", [PROJECT], "Fetching Neo4j for the tests", fetch)


def _program(name: str) -> Path:
    found = shutil.which(name)
    if found is None:
        pytest.skip(
            "Neo4j needs Java and Maven, which are not installed: "
            "apt-get install default-jre-headless maven"
        )
    return Path(found)
