"""What statements are made of, as far as one must know it to find literals in them.

Sources: the chapters on lexical structure of MySQL's, MariaDB's and PostgreSQL's manuals, the
openCypher grammar, and DQL's documentation. Patterns are possessive throughout, so that reading a
statement takes time in proportion to its length, whatever stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

SHAPE_LENGTH = 500
"""Characters of a shape, at most."""


class Dialect(StrEnum):
    """The language of a kind of connection."""

    MYSQL = "mysql"
    POSTGRESQL = "postgresql"
    CYPHER = "neo4j"
    DQL = "dgraph"


class Token(NamedTuple):
    """``kind`` is one of the names of groups below; ``start`` is a place in the statement."""

    kind: str
    text: str
    start: int


class UnsureStatement(ValueError):
    """A statement has what some servers run and others skip, such as ``/*!50110 ... */``."""


def _quoted(quote: str, *, backslash: bool) -> str:
    """A quoted text, where the quote is doubled to stand for itself; its end may be missing."""
    escape = r"|\\.?" if backslash else ""
    plain = rf"[^{quote}\\]" if backslash else rf"[^{quote}]"
    return rf"{quote}(?:{plain}++{escape}|{quote}{quote})*+{quote}?+"


_SPACE = r"\s++"
_COMMENT = r"/\*(?:[^*]++|\*(?!/))*+(?:\*/)?+"
_NUMBER = r"(?:\d|\.\d)(?:[eE][+-]\d|[\w.])*+"
_WORD = r"[^\W\d][\w$]*+"


def _pattern(**groups: str) -> re.Pattern[str]:
    """Of one token; what no group matches is a sign."""
    named = [f"(?P<{name}>{pattern})" for name, pattern in groups.items()]
    return re.compile("|".join([*named, "(?P<sign>.)"]), re.DOTALL)


@lru_cache
def _mysql(*, backslash: bool, ansi_quotes: bool) -> re.Pattern[str]:
    single = _quoted("'", backslash=backslash)
    # Within names, backslashes stand for themselves.
    double = _quoted('"', backslash=backslash and not ansi_quotes)
    name = _quoted("`", backslash=False)
    return _pattern(
        # Executable comments, and literals as in $a$...$a$, which only newer servers have.
        unsure=r"/\*M?!|\$\w*+\$",
        space=rf"{_SPACE}|{_COMMENT}|#[^\n]*+|--(?=[\x00-\x20\x7f]|\Z)[^\n]*+",
        string=single if ansi_quotes else f"{single}|{double}",
        name=f"{name}|{double}" if ansi_quotes else name,
        number=_NUMBER,
        word=r"[\w$]++",
        variable="@",
        placeholder=r"\?",
    )


_PATTERNS = {
    Dialect.MYSQL: _mysql(backslash=True, ansi_quotes=False),
    Dialect.POSTGRESQL: _pattern(
        nested=r"/\*",
        space=rf"{_SPACE}|--[^\n\r]*+",
        escaped="[eE]" + _quoted("'", backslash=True),
        string=_quoted("'", backslash=False),
        dollar=r"\$(?:[^\W\d]\w*+)?+\$",
        name=_quoted('"', backslash=False),
        number=_NUMBER,
        word=rf"{_WORD}|\$\d++",
    ),
    Dialect.CYPHER: _pattern(
        space=rf"{_SPACE}|{_COMMENT}|//[^\n\r]*+",
        string=r"'(?:[^'\\]++|\\.?)*+'?+|" + r'"(?:[^"\\]++|\\.?)*+"?+',
        name=_quoted("`", backslash=False),
        number=_NUMBER,
        word=rf"\$?{_WORD}|\$\d++",
        # Some versions take \u0027 for a quote wherever it stands.
        unsure=r"\\",
    ),
    Dialect.DQL: _pattern(
        space=rf"{_SPACE}|#[^\n\r]*+",
        string=r'"(?:[^"\\]++|\\.?)*+"?+',
        # Regular expressions are arguments; elsewhere a slash divides.
        expression=r",\s*+/(?:[^/\\\n]++|\\.?)*+/?+\w*+",
        name=r"<[^<>\s]*+>",
        number=_NUMBER,
        word=rf"\$?{_WORD}",
    ),
}

_NESTED = re.compile(r"/\*|\*/")
_ODD_ESCAPE = re.compile(r"""(?<!\\)(?:\\\\)*+\\['"]""")
_UNICODE_QUOTE = re.compile(r"\\u+00(?:22|27|5c|60)", re.IGNORECASE)


def tokens(
    statement: str, dialect: Dialect, *, backslash: bool = True, ansi_quotes: bool = False
) -> Iterator[Token]:
    """All of a statement, in order. Never fails: what is left open goes to the end.

    Args:
        backslash: of MySQL, whether a backslash escapes (not so in mode NO_BACKSLASH_ESCAPES).
        ansi_quotes: of MySQL, whether "x" is a name, as in mode ANSI_QUOTES.
    """
    if dialect == Dialect.MYSQL:
        match_at = _mysql(backslash=backslash, ansi_quotes=ansi_quotes).match
    else:
        match_at = _PATTERNS[dialect].match
    place, length = 0, len(statement)
    while place < length:
        match = match_at(statement, place)
        assert match is not None
        assert match.lastgroup is not None
        kind, end = match.lastgroup, match.end()
        if kind == "nested":
            kind, end = "space", _end_of_nested(statement, end)
        elif kind == "dollar":
            closing = statement.find(match[0], end)
            kind, end = "escaped", length if closing < 0 else closing + len(match[0])
        yield Token(kind, statement[place:end], place)
        place = end


def placeholders(statement: str, *, backslash: bool = True, ansi_quotes: bool = False) -> list[int]:
    """Where the ``?`` placeholders of a MySQL statement stand.

    Args:
        backslash, ansi_quotes: as of ``tokens``; they must be those of the session, or else values
            that are put there might be read as code.

    Raises:
        UnsureStatement: nobody knows but the server that runs it.
    """
    found = []
    for kind, _, start in tokens(
        statement, Dialect.MYSQL, backslash=backslash, ansi_quotes=ansi_quotes
    ):
        if kind == "placeholder":
            found.append(start)
        elif kind == "unsure":
            raise UnsureStatement
    return found


def shape(statement: str, dialect: Dialect) -> str:
    """A statement for logs: no comments, its space collapsed, its literals replaced by "?".

    Where it depends on a server's settings what is a literal, the rest is left out: "…". At most
    ``SHAPE_LENGTH`` characters long.
    """
    parts: list[str] = []
    length, space = 0, False
    for token in tokens(statement, dialect):
        if token.kind == "space":
            space = bool(parts)
            continue
        shown = _shown(token, dialect)
        if space:
            shown = " " + shown
        space = False
        parts.append(shown)
        length += len(shown)
        if length > SHAPE_LENGTH or shown.endswith("…"):
            break
    text = "".join(parts)
    return text if len(text) <= SHAPE_LENGTH else text[: SHAPE_LENGTH - 1] + "…"


def _shown(token: Token, dialect: Dialect) -> str:
    kind, text, _ = token
    if kind == "unsure":
        return "…"
    if kind == "string":
        return "?…" if _is_unsure(text, dialect) else "?"
    if kind == "expression":
        return ", ?"
    if kind in ("escaped", "number"):
        return "?"
    if kind == "name" and (len(text) < 2 or not _is_closed(text)):
        return "?"
    return text


def _is_unsure(text: str, dialect: Dialect) -> bool:
    """Whether there are servers for which this literal ends elsewhere."""
    if dialect == Dialect.CYPHER:
        return _UNICODE_QUOTE.search(text) is not None
    return dialect != Dialect.DQL and _ODD_ESCAPE.search(text) is not None


def _is_closed(name: str) -> bool:
    """Whether a quoted name has its end: quotes within it are doubled."""
    quote = name[0]
    if quote == "<":
        return True
    inner = name[1:]
    return (len(inner) - len(inner.rstrip(quote))) % 2 == 1


def _end_of_nested(statement: str, place: int) -> int:
    depth = 1
    for match in _NESTED.finditer(statement, place):
        depth += 1 if match[0] == "/*" else -1
        if not depth:
            return match.end()
    return len(statement)
