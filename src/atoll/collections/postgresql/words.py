"""Words of texts, for searches by words.

PostgreSQL's own parser finds addresses, numbers and the like in a text, and letters depend on the
database's locale; here words are runs of letters, digits and marks, whatever the database.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

MOST_WORDS: Final = 64
"""Of those that are searched for."""

_LONGEST = 200
"""Characters of a word; what follows is left out."""
_VECTOR_BYTES = 900_000
"""Of a tsvector, which can have 1 MiB."""
_PART = 20_000
"""Characters of a text that are looked through at once."""
_TIMES = 16
"""That a word is counted in a text."""
_PLACES = [",".join(str(place) for place in range(1, times + 1)) for times in range(_TIMES + 1)]
_ASCII_WORD = re.compile("[a-z0-9]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")


def words_of(text: str) -> list[str]:
    """The words, without regard to case, accents and other forms of the same letters."""
    return [word[:_LONGEST] for part in _parts(text) for word in _words_of(part)]


def _parts(text: str) -> Iterator[str]:
    """A text, cut between words. To look through a large one as a whole would keep all other
    threads waiting: some letters become 18 others."""
    start = 0
    while len(text) - start > _PART:
        most = start + _PART
        end = max(text.rfind(" ", start, most), text.rfind("\n", start, most)) + 1 or most
        yield text[start:end]
        start = end
    yield text[start:]


def _words_of(text: str) -> list[str]:
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    folded = _ACCENTS.sub("", unicodedata.normalize("NFKD", text).casefold())
    return _word().findall(unicodedata.normalize("NFC", folded))


def to_tsvector(text: str) -> str:
    """What PostgreSQL keeps of a text's words."""
    parts = []
    size = 0
    for word, times in Counter(words_of(text)).items():
        places = times if times < _TIMES else _TIMES
        size += 4 * len(word) + 2 * places + 8
        if size > _VECTOR_BYTES:
            break
        parts.append(f"'{word}':{_PLACES[places]}")
    return " ".join(parts)


def to_tsquery(words: Iterable[str]) -> str:
    """A search for any of them. Each is of `words_of`, so none has quotes."""
    return "|".join(f"'{word}'" for word in words)


def weights_of(words: Iterable[str], shares: Mapping[str, float]) -> dict[str, float]:
    """How much each word says: the less, the more texts have it.

    Args:
        shares: of texts that have a word, for the common ones, as ANALYZE estimated them.
    """
    rare = min(shares.values(), default=0.01) / 2
    found = {word: min(max(shares.get(word, rare), 1e-6), 0.95) for word in words}
    return {word: -math.log(share) for word, share in found.items()}


@functools.cache
def _word() -> re.Pattern[str]:
    """Runs of letters, digits and marks. (Marks are parts of words in many scripts.)"""
    marks = [code for code in range(0x300, 0x1F000) if unicodedata.category(chr(code))[0] == "M"]
    ranges: list[list[int]] = []
    for code in marks:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    of_marks = "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)
    return re.compile(f"[^\\W_](?:[^\\W_]+|[{of_marks}]+)*")
