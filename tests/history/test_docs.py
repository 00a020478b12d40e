"""The examples of docs/inferences.md work."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from atoll.history.choice import EMBEDDED, FILE_VARIABLE, SWITCH
from atoll.history.history import CLOSING_SECONDS
from atoll.history.postgresql import VARIABLE
from atoll.history.tables import NAMES, PLUGIN_NAMES
from atoll.history.writer import Pace
from atoll.manifest import InferenceSettings, parse_manifest

TEXT = (Path(__file__).parents[2] / "docs" / "inferences.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_statements_run_in_both_databases(record, invocation, query, database):
    asked = json.dumps({"messages": [{"content": "How is the weather?"}]})
    record(invocation(input=asked, cost=0.5, currency="EUR"), invocation(failure="TIMEOUT"))
    general = blocks("sql")
    assert len(general) == 3
    found = [query(statement.rstrip(";\n")) for statement in general]
    assert [(row[0], row[1], row[2]) for row in found[0]] == [
        ("chat", "failed", 1),
        ("chat", "ok", 1),
    ]
    assert found[1] == [("ask", "EUR", 0.5)]
    assert found[2] == [("b1", "python", 2)]
    own = "postgresql" if "PostgreSQL" in database.place else "sqlite"
    (statement,) = blocks(own)
    assert [row[1] for row in query(statement.rstrip(";\n"))] == ["Hello"]


@pytest.mark.parametrize("block", blocks("json"))
def test_manifests_have_no_problems(block: str):
    found = parse_manifest(block, strict=True)
    assert found.inferences.redaction.fields


def test_columns_are_those_of_the_tables():
    for table, names in (("inferences", NAMES), ("plugins", PLUGIN_NAMES)):
        rows = TEXT.split(f"| `{table}` | |\n")[1].split("\n\n")[0].splitlines()[1:]
        told = [name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])]
        assert sorted(told) == sorted(names)


def test_figures_are_those_of_the_code():
    settings, pace = InferenceSettings(), Pace()
    for figure in (
        f"`maxKb` ({settings.max_kb} KiB)",
        f"`days` ({settings.retention.days})",
        f"`rows` ({settings.retention.rows:,})",
        f"({settings.retention.size_mb:,} MiB)",
        f"at most {pace.most:,}, or {pace.most_bytes >> 20} MiB",
        f"up to {CLOSING_SECONDS:g} seconds",
    ):
        assert figure in TEXT, figure
    assert pace.interval == 0.5
    assert pace.telling == 60
    for variable in (SWITCH, FILE_VARIABLE, EMBEDDED, VARIABLE):
        assert f"| `{variable}` |" in TEXT
