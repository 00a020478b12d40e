from __future__ import annotations

import itertools
import os
import re

from atoll.app.identity import execution_id


def test_form():
    assert re.fullmatch(r"[0-9a-v]{20}", execution_id())


def test_ids_are_unique_and_sort_by_making():
    ids = [execution_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    # The counter may wrap once among them; apart from that they ascend.
    assert sum(a > b for a, b in itertools.pairwise(ids)) <= 1


def test_time_is_the_prefix(monkeypatch):
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert execution_id().startswith("000000")
    monkeypatch.setattr("time.time", lambda: float(0xFFFFFFFF))
    assert execution_id().startswith("vvvvvv")


def test_a_fork_makes_other_ids():
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, execution_id().encode())
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reader, 20).decode()
    # Characters 7 to 14 hold nothing but process identity.
    assert theirs[7:14] != execution_id()[7:14]
    os.close(reader)
    os.close(writer)
