from __future__ import annotations

import pytest

from atoll.recording import chunks
from atoll.recording.chunks import Chunks


def test_an_answer_is_kept_whole() -> None:
    taken = Chunks()
    taken.add("a", 1)
    taken.add("b", 1)
    assert taken.form(ended=True) == {"chunks": ["a", "b"]}
    assert taken.form(ended=False) == {"chunks": ["a", "b"], "partial": True}


def test_an_answer_without_an_end_is_kept_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "LONGEST", 10)
    taken = Chunks()
    for _ in range(1000):
        taken.add("four", 4)
    assert taken.form(ended=True) == {"chunks": ["four", "four"], "partial": True}
