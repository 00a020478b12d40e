"""What is asked in searches of words, as the full text search of SQLite takes it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

MOST: Final = 64
"""Different words of which any is looked for; those that follow are not."""


def words_of(text: str) -> list[str]:
    """The different words of a text, without regard to case."""
    return list(islice(dict.fromkeys(islice(_words(text), 16 * MOST)), MOST))


def any_of(words: Iterable[str]) -> str:
    """A query for rows with any of some words of `words_of`. There are no marks in them, so that
    nothing is an operator."""
    return " OR ".join(f'"{word}"' for word in words)


def _words(text: str) -> Iterator[str]:
    word: list[str] = []
    for character in text:
        if _is_of_words(character):
            word.append(character)
        elif word:
            yield "".join(word).casefold()
            word.clear()
    if word:
        yield "".join(word).casefold()


def _is_of_words(character: str) -> bool:
    # What the tokenizer of the tables takes: letters, numbers, marks on them, private characters.
    kind = unicodedata.category(character)
    return kind[0] in "LNM" or kind == "Co"
