"""Our execution against graphql-core's own, on random apps, documents, variables and results.

Blocks of executions, each decided by its seed. A difference is shown with a small reproduction,
and with the command that runs its block again:

    python -m tests.graphql.differential --seed 17 --blocks 1

The same command, in the repository's folder, makes long runs; it prints what they went through:

    python -m tests.graphql.differential --minutes 240
    python -m tests.graphql.differential --seed 5000000 --blocks 1000

``apps``, ``maker``, ``literals`` and ``values`` make what is random, ``served`` is the app,
``oracle`` says what graphql-core makes of a request, ``compare`` what is different about ours.
"""

from __future__ import annotations

from collections import Counter

import pytest

from .block import EXECUTIONS, Tally, run_block

BLOCKS = 40
ENOUGH = 4
"""Blocks that show what share of the executions is of which kind."""


@pytest.fixture(scope="module")
def total() -> Tally:
    return Counter()


@pytest.mark.parametrize("seed", range(BLOCKS))
def test_the_same_answers_and_the_same_calls(seed: int, total: Tally) -> None:
    total.update(run_block(seed))


@pytest.mark.parametrize(
    ("what", "percent"),
    [
        *[("ok", 60), ("syntax", 0.5), ("validation", 3), ("variables", 2), ("operation", 0.2)],
        ("mutation", 0.5),
        *[("known text", 40), ("other literals", 15), ("mutations", 10)],
        *[("with errors", 10), ("slow completions", 4), ("without data", 4)],
        *[("counted: plans", 25), ("counted: templates", 2)],
        *[("counted: fallbacks", 6), ("counted: core", 10)],
    ],
)
def test_what_the_executions_were(what: str, percent: float, total: Tally) -> None:
    """That nothing of importance was left out by the choices of the generators."""
    seed = 0
    while total["executions"] < ENOUGH * EXECUTIONS:  # asked for by itself
        total.update(run_block(seed))
        seed += 1
    assert 100 * total[what] / total["executions"] >= percent, dict(total)


def test_functions_are_called(total: Tally) -> None:
    assert total["functions called"] >= total["executions"]
