from __future__ import annotations

from pathlib import Path

import pytest

from atoll.history import HistoryError, find_database

URL = "postgresql://u:s3cret@h:5433/d"


def place(folder: Path, **environ: str) -> str | None:
    found = find_database(folder, lambda: environ)
    return None if found is None else found.place


def test_a_file_in_the_apps_folder(tmp_path):
    expected = str(tmp_path / ".atoll" / "history.db")
    assert place(tmp_path) == expected
    assert place(tmp_path / "build") == expected
    assert place(tmp_path, ATOLL_INFERENCES="on") == expected


def test_postgresql_by_one_variable(tmp_path):
    assert place(tmp_path, MODUS_DB=URL) == "PostgreSQL at h:5433"
    assert place(tmp_path, MODUS_DB=URL, MODUS_USE_MODUSDB="false") == "PostgreSQL at h:5433"
    assert place(tmp_path, MODUS_DB="nonsense") == "PostgreSQL, by MODUS_DB"


def test_the_file_in_spite_of_it(tmp_path):
    found = place(tmp_path, MODUS_DB=URL, MODUS_USE_MODUSDB="true")
    assert found == str(tmp_path / ".atoll" / "history.db")


def test_another_file(tmp_path):
    assert place(tmp_path, ATOLL_INFERENCES_FILE="/data/h.db") == "/data/h.db"


@pytest.mark.parametrize("value", ["off", "0", "FALSE", "no"])
def test_none(tmp_path, value: str):
    assert place(tmp_path, ATOLL_INFERENCES=value, MODUS_DB=URL) is None


def test_a_switch_that_is_neither(tmp_path):
    with pytest.raises(HistoryError, match="ATOLL_INFERENCES must be on or off, not 'of'"):
        place(tmp_path, ATOLL_INFERENCES="of")
