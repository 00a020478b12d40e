"""What cannot be stored is refused, by name, before anything is asked of an embedder."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.collections import limits
from atoll.collections.errors import CollectionError


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
@pytest.mark.parametrize(
    "check",
    [
        limits.check_text,
        limits.check_key,
        limits.check_namespace,
        lambda text: limits.check_labels([text]),
        lambda text: limits.check_metadata({"a": text}),
        lambda text: limits.check_metadata({text: 1}),
        lambda text: limits.check_metadata({"a": [{"b": text}]}),
    ],
)
def test_characters_that_no_store_can_keep(check: Any, text: str):
    with pytest.raises(CollectionError, match=r"U\+0000|surrogate"):
        check(text)


def test_the_text_of_an_escape_is_no_such_character():
    limits.check_metadata({"a": "\\u0000"})


@pytest.mark.parametrize(
    ("check", "fits"),
    [
        (limits.check_text, "x" * limits.TEXT),
        (limits.check_key, "x" * limits.KEY),
        (limits.check_namespace, "x" * limits.NAMESPACE),
        (lambda text: limits.check_labels([text]), "x" * limits.LABEL),
    ],
)
def test_sizes(check: Any, fits: str):
    check(fits)
    with pytest.raises(CollectionError, match="at most"):
        check(fits + "x")


def test_a_key_is_not_empty():
    with pytest.raises(CollectionError, match="empty"):
        limits.check_key("")


def test_a_text_may_be_empty():
    limits.check_text("")


def test_labels_are_so_many_at_most():
    limits.check_labels(["x"] * limits.LABELS)
    with pytest.raises(CollectionError, match="at most"):
        limits.check_labels(["x"] * (limits.LABELS + 1))


@pytest.mark.parametrize(
    "metadata", [[], "text", {"a": float("nan")}, {"a": float("inf")}, {"a": {1, 2}}, {"a": b"x"}]
)
def test_metadata_is_a_json_object(metadata: Any):
    with pytest.raises(CollectionError, match="metadata must be"):
        limits.check_metadata(metadata)


def test_metadata_is_not_too_large():
    limits.check_metadata({"a": "x" * (limits.METADATA - 100)})
    with pytest.raises(CollectionError, match="bytes of JSON"):
        limits.check_metadata({"a": "x" * limits.METADATA})


def deep(levels: int) -> Any:
    found: Any = []
    for level in range(levels - 1):
        found = {"a": found, "b": 1} if level % 2 else [found]
    return {"a": found}


@pytest.mark.parametrize("levels", [limits.METADATA_DEPTH, 900, 100_000])
def test_metadata_is_not_too_deep(levels: int):
    with pytest.raises(CollectionError, match=r"deep|must be JSON"):
        limits.check_metadata(deep(levels))
    limits.check_metadata(deep(limits.METADATA_DEPTH - 1))


@given(st.integers())
def test_limits_of_searches(limit: int):
    if 0 <= limit <= limits.LIMIT:
        limits.check_limit(limit)
    else:
        with pytest.raises(CollectionError, match="limit"):
            limits.check_limit(limit)
