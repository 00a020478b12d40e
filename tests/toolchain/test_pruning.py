from __future__ import annotations

import os
from pathlib import Path

from atoll.toolchain.pruning import prune, used


def test_the_most_recently_used_stay(tmp_path: Path) -> None:
    for number in range(6):
        entry = tmp_path / f"e{number}"
        if number % 2:
            (entry / "inner").mkdir(parents=True)
        else:
            entry.write_text("")
        os.utime(entry, (number, number))
    (tmp_path / "other").write_text("")
    used(tmp_path / "e1")
    prune(tmp_path, "e*", 3)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["e1", "e4", "e5", "other"]


def test_what_is_gone_is_no_matter(tmp_path: Path) -> None:
    used(tmp_path / "gone")
    prune(tmp_path / "gone", "*", 1)
