"""Query texts: valid ones, valid ones after accidents, and odd literals."""

from __future__ import annotations

from itertools import islice
from random import Random
from types import ModuleType
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
TIMES = 4  # a text that comes again may be executed in another way than the first time


def answers(target: Any, query: Any) -> tuple[int, dict[str, Any]]:
    """Ask several times; the answers must be the same."""
    found = [target.post({"query": query.text, "variables": query.variables}) for _ in range(TIMES)]
    for _, answer in found:
        answer.pop("extensions", None)  # ids of calls
    assert all(other == found[0] for other in found[1:]), found
    status, answer = found[0]
    assert status in (200, 400), answer
    assert codes(answer).isdisjoint({"INTERNAL_ERROR", "INVALID_RESULT"}), answer
    assert ("data" in answer) == (status == 200), answer
    return status, answer


def codes(answer: dict[str, Any]) -> set[str]:
    return {error["extensions"]["code"] for error in answer.get("errors", ())}


def messages(answer: dict[str, Any]) -> list[str]:
    return [error["message"] for error in answer.get("errors", ())]


@SETTINGS
@given(random=st.randoms(use_true_random=False))
def test_valid_queries_get_the_same_answer_each_time(
    target: Any, traffic: ModuleType, random: Random
) -> None:
    _, answer = answers(target, traffic.good_query(random))
    assert "SYNTAX_ERROR" not in codes(answer), answer
    target.assert_well()


@SETTINGS
@given(random=st.randoms(use_true_random=False))
def test_values_in_the_text_count_as_variables_do(
    target: Any, traffic: ModuleType, random: Random
) -> None:
    for in_text, as_variables in islice(traffic.twins(random), TIMES):
        (_, one), (_, other) = answers(target, in_text), answers(target, as_variables)
        assert one.get("data", "none") == other.get("data", "none"), (in_text, one, other)
        if "data" in one:
            assert messages(one) == messages(other)
    target.assert_well()


@SETTINGS
@given(random=st.randoms(use_true_random=False))
def test_odd_literals_get_an_answer(target: Any, traffic: ModuleType, random: Random) -> None:
    answers(target, traffic.odd_query(random))
    target.assert_well()


@SETTINGS
@given(random=st.randoms(use_true_random=False))
def test_texts_after_accidents_get_an_answer(
    target: Any, traffic: ModuleType, random: Random
) -> None:
    answers(target, traffic.broken_query(random))
    target.assert_well()


@SETTINGS
@given(text=st.text())
def test_any_text_gets_an_answer(target: Any, traffic: ModuleType, text: str) -> None:
    answers(target, traffic.Query(text))
    target.assert_well()


def test_whole_documents_get_an_answer(target: Any, traffic: ModuleType) -> None:
    for text in traffic.WHOLE:
        answers(target, traffic.Query(text))
        target.assert_well()
