from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from atoll.graphql.bounded import Bounded


def test_what_was_not_used_for_longest_goes_first() -> None:
    gone: list[str] = []
    cache: Bounded[str, str] = Bounded(2, 100, forget=gone.append)
    cache.put("a", "A", 1)
    cache.put("b", "B", 1)
    assert cache.get("a") == "A"
    cache.put("c", "C", 1)
    assert gone == ["B"]
    assert (cache.get("b"), cache.get("a"), cache.get("c")) == (None, "A", "C")


def test_a_large_entry_takes_the_place_of_many() -> None:
    cache: Bounded[int, int] = Bounded(10, 100)
    for number in range(5):
        cache.put(number, number, 20)
    cache.put(5, 5, 99)
    assert [number for number in range(6) if cache.get(number) is not None] == [5]


def test_what_is_larger_than_the_bound_is_not_kept() -> None:
    gone: list[str] = []
    cache: Bounded[str, str] = Bounded(10, 100, forget=gone.append)
    cache.put("a", "A", 101)
    assert (len(cache), gone) == (0, ["A"])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40)), max_size=40))
def test_the_bounds_hold(puts: list[tuple[int, int]]) -> None:
    cache: Bounded[int, int] = Bounded(4, 100)
    for key, size in puts:
        if cache.get(key) is None:
            cache.put(key, size, size)
        kept = [value for other in range(10) if (value := cache.get(other)) is not None]
        assert len(kept) == len(cache) <= 4
        assert sum(kept) <= 100
