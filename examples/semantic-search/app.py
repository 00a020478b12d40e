"""A dictionary that is read backwards: say what you mean, and find the word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from atoll.sdk import UserError, collections, models

glosses = collections.get("glosses")
embedder = models.get("embedder")

Part = Literal["noun", "verb", "adjective", "adverb"]


def embed(texts: list[str]) -> list[list[float]]:
    """Makes the vectors of the collection. The manifest names it, so it is no part of the API."""
    return embedder.embed(texts).vectors


@dataclass
class Sense:
    """One meaning of some words.

    Attributes:
        words: that have this meaning
        score: how near it is to what was asked for; 1 is the same
    """

    key: str
    words: list[str]
    part: str
    topic: str
    gloss: str
    score: float


def search(
    meaning: str,
    limit: int = 5,
    part: Part | None = None,
    topic: str | None = None,
    hybrid: bool = False,
) -> list[Sense]:
    """Words for a meaning, the best first.

    Args:
        meaning: in any words
        part: of speech; any, if not given
        topic: such as "food" or "animal"; any, if not given
        hybrid: whether glosses that have the very words count for more
    """
    if not meaning.strip():
        raise UserError("Say what the word means.")
    where: dict[str, Any] = {}
    if part is not None:
        where["$labels"] = {"contains": part}
    if topic is not None:
        where["topic"] = topic
    found = glosses.search(meaning, limit=limit, where=where, mode="hybrid" if hybrid else "vector")
    return [_sense(match) for match in found]


def similar(word: str, limit: int = 5) -> list[Sense]:
    """Other words whose meaning is near to that of a word."""
    known = glosses.search(word, limit=1, where={"words": {"contains": word}})
    vector = glosses.vector(known[0].key) if known else None
    if vector is None:  # it may just have been taken out
        raise UserError(f"The dictionary does not have the word {word}.")
    others = {"not": {"words": {"contains": word}}}
    return [_sense(match) for match in glosses.search_by_vector(vector, limit=limit, where=others)]


def classify(gloss: str) -> list[collections.LabelShare]:
    """Which part of speech a gloss is of, by the glosses that are near to it."""
    return [
        collections.LabelShare(share.label, round(share.confidence, 2))
        for share in glosses.classify(gloss).labels
    ]


def add_word(words: list[str], gloss: str, part: Part, topic: str = "all") -> str:
    """Put a meaning into the dictionary. Gives its key."""
    metadata = {"words": words, "topic": topic}
    return glosses.upsert(gloss, key=f"{words[0]}-{part}", labels=[part], metadata=metadata)


def remove_word(key: str) -> None:
    """Take a meaning out of the dictionary."""
    glosses.remove(key)


def _sense(match: collections.Match) -> Sense:
    about = match.metadata
    return Sense(
        match.key,
        about["words"],
        match.labels[0],
        about["topic"],
        match.text,
        round(match.score, 2),
    )
