from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atoll.manifest.pattern import PatternError, compile_pattern


def test_all_matches_are_replaced():
    assert compile_pattern(r"\d+").replace("#", "a1b22c") == "a#b#c"
    assert compile_pattern("é+").replace("e", "éé漢é") == "e漢e"


def test_matches_of_nothing_hide_nothing():
    assert compile_pattern("x*").replace("#", "axxb") == "a#b"
    assert compile_pattern(r"\b").replace("#", "one two") == "one two"


def test_what_is_too_large_is_refused():
    with pytest.raises(PatternError):
        compile_pattern("((a{100}){100}){100}")


@given(st.text(st.characters(codec=None), max_size=30))
@settings(max_examples=500, deadline=None, database=None)
def test_any_text_is_a_pattern_or_an_error(text: str):
    with contextlib.suppress(PatternError):
        assert compile_pattern(text).replace("x", "") in ("", "x")
