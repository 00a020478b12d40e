"""Scores, fused searches, and what neighbours say."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.collections.ranking import fuse, label_shares, near, neighbours, rank_score, score
from atoll.collections.types import LabelShare


def test_scores_of_ranks_fall():
    scores = [rank_score(rank) for rank in range(100)]
    assert scores[0] == 1
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0


def test_a_score_is_larger_for_what_is_nearer():
    assert score(0.25, "dot") == 0.75
    assert score(0.25, "cosine") == 0.75
    assert score(3.0, "euclidean") == 0.25
    assert score(0.0, "euclidean") == 1


def test_what_is_best_in_both_searches_scores_one():
    assert fuse({7: 0.1, 8: 0.2}, {7: 9.0}, 0.2)[0] == (7, 1.0)


def test_agreement_counts_more_than_being_the_best_of_one():
    fused = fuse({1: 0.1, 2: 0.11, 3: 0.3}, {3: 9.0, 2: 8.0}, 0.3)
    assert [id for id, _ in fused] == [2, 1, 3]


def test_a_rare_word_stands_out_where_all_mean_the_same():
    distances = {id: 0.2 + id / 1000 for id in range(100)}
    words = dict.fromkeys(range(100), 0.01) | {97: 5.0}
    assert fuse(distances, words, 0.3)[0][0] == 97


def test_meaning_decides_where_words_say_nothing():
    assert [id for id, _ in fuse({1: 0.5, 2: 0.2, 3: 0.4}, {}, 0.5)] == [2, 3, 1]
    assert fuse({}, {}, 0.0) == []
    assert fuse({5: 0.3}, {5: 2.0}, 0.3) == [(5, 1.0)]


@given(
    st.dictionaries(st.integers(0, 30), st.floats(0, 2), min_size=1),
    st.dictionaries(st.integers(0, 30), st.floats(0.001, 50)),
    st.floats(0, 2),
)
def test_fusion_orders_all_by_scores_from_0_to_1(
    distances: dict[int, float], words: dict[int, float], worst: float
):
    fused = fuse(distances, words, worst)
    assert {id for id, _ in fused} == set(distances)
    scores = [value for _, value in fused]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= value <= 1 for value in scores)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [(0, 1), (1, 1), (9, 1), (10, 1), (99, 1), (100, 4), (1000, 9), (100_000, 25)],
)
def test_neighbours_grow_with_the_logarithm(texts: int, expected: int):
    assert neighbours(texts) == expected


def test_what_is_far_from_the_others_does_not_count():
    assert near([0.1] * 9 + [5.0]) == [True] * 9 + [False]
    assert near([0.3, 0.3, 0.3]) == [True] * 3
    assert near([0.7]) == [True]
    assert near([]) == []


@given(st.lists(st.floats(0, 2), min_size=1, max_size=50))
def test_near_ones_are_within_two_deviations(distances: list[float]):
    mean = math.fsum(distances) / len(distances)
    deviation = math.sqrt(math.fsum((d - mean) ** 2 for d in distances) / len(distances))
    for distance, kept in zip(distances, near(distances), strict=True):
        if abs(distance - mean) < 2 * deviation - 1e-9:
            assert kept
        if abs(distance - mean) > 2 * deviation + 1e-9:
            assert not kept
    assert any(near(distances))


def test_labels_share_what_there_is():
    shares = label_shares([("spam",), ("spam", "ad"), ("ham",)])
    assert shares == (LabelShare("spam", 0.5), LabelShare("ad", 0.25), LabelShare("ham", 0.25))
    assert label_shares([(), ()]) == ()
