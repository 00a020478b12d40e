"""Scores, fused searches, and what neighbours say."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.collections.ranking import fuse, label_shares, near, neighbours, rank_score, score
from atoll.collections.types import Hit, LabelShare


def test_a_score_is_larger_for_what_is_nearer():
    assert score(0.25, "dot") == 0.75
    assert score(0.25, "cosine") == 0.75
    assert score(3.0, "euclidean") == 0.25
    assert score(0.0, "euclidean") == 1


def test_what_is_first_in_both_searches_scores_one():
    assert fuse([Hit(7, 0.1), Hit(8, 0.2)], [Hit(7, 9.0)])[0] == (7, 1.0)


def test_agreement_counts_more_than_one_first_place():
    fused = fuse([Hit(1, 0.1), Hit(2, 0.2)], [Hit(3, 9.0), Hit(2, 8.0)])
    assert [id for id, _ in fused] == [2, 1, 3]


@given(st.permutations(range(20)), st.permutations(range(10, 30)))
def test_fusion_finds_all_and_orders_them(first: list[int], second: list[int]):
    fused = fuse([Hit(id, 0.0) for id in first], [Hit(id, 0.0) for id in second])
    assert {id for id, _ in fused} == set(range(30))
    scores = [value for _, value in fused]
    assert scores == sorted(scores, reverse=True)
    for id, value in fused:
        ranks = [each.index(id) for each in (first, second) if id in each]
        assert value == pytest.approx(sum(map(rank_score, ranks)) / 2)


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
