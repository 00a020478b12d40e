"""How many stacks the pool has."""

from __future__ import annotations

import pytest

from atoll.engine import native


@pytest.mark.parametrize("slots", [1, 100, 1000, 6000])
def test_each_execution_may_keep_one_for_calls_back_into_its_guest(
    slots: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "_max_map_count", lambda: 65530)
    assert native._nested_stacks(slots) >= slots


def test_there_are_fewer_where_the_host_allows_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "_max_map_count", lambda: 65530)
    nested = native._nested_stacks(10_000)
    assert 1000 <= nested < 10_000
    native._check_host_limits(10_000)  # as before, it can be had
    monkeypatch.setattr(native, "_max_map_count", lambda: None)
    assert native._nested_stacks(10_000) == 10_000
