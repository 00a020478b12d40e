"""Searches of words: what is asked, as the full text search of SQLite takes it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import Final

MOST: Final = 128
"""Different words of which any is looked for; those that follow are not."""


def any_word(words: str) -> str | None:
    """A query for rows with any of the words; None if there is none. Marks are never operators."""
    found = list(islice(_words(words), MOST))
    return " OR ".join(f'"{word}"' for word in found) or None


def _words(text: str) -> Iterator[str]:
    known: set[str] = set()
    word: list[str] = []
    for character in (*text, " "):
        if _is_of_words(character):
            word.append(character)
            continue
        found = "".join(word).casefold()
        word.clear()
        if found and found not in known:
            known.add(found)
            yield "".join(found)


def _is_of_words(character: str) -> bool:
    # What the tokenizer of the tables takes: letters, numbers, marks on them, private characters.
    kind = unicodedata.category(character)
    return kind[0] in "LNM" or kind == "Co"
