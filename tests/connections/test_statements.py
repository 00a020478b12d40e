"""Literals and placeholders are found as servers find them, and no literal is ever shown."""

from __future__ import annotations

import string
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.connections.statements import (
    SHAPE_LENGTH,
    Dialect,
    UnsureStatement,
    placeholders,
    shape,
    tokens,
)

MYSQL, POSTGRESQL, CYPHER, DQL = (
    Dialect.MYSQL,
    Dialect.POSTGRESQL,
    Dialect.CYPHER,
    Dialect.DQL,
)


@pytest.mark.parametrize(
    ("dialect", "statement", "expected"),
    [
        (POSTGRESQL, "select 'x' from t where a = 1", "select ? from t where a = ?"),
        (POSTGRESQL, "select  a,\n\t b\nfrom t", "select a, b from t"),
        (POSTGRESQL, "select a -- b\n, c /* d /* e */ f */ , g", "select a , c , g"),
        (POSTGRESQL, r"select e'it\'s', E'a''b' from t", "select ?, ? from t"),
        (POSTGRESQL, "select $$it's$$, $a$ $b$ $a$, $1 from t", "select ?, ?, $1 from t"),
        (POSTGRESQL, 'select "a""b", a$b$ from "T 1"', 'select "a""b", a$b$ from "T 1"'),
        (POSTGRESQL, "select 1.5, .5e-3, 0xff, -7, t1.c2", "select ?, ?, ?, -?, t1.c2"),
        (POSTGRESQL, r"select 'a\', b, 'c'", "select ?…"),
        (POSTGRESQL, "select a::text from t where b ? 'k'", "select a::text from t where b ? ?"),
        (MYSQL, "select \"a\", 'b' 'c', `d``e` from t # f", "select ?, ? ?, `d``e` from t"),
        (MYSQL, "select 5--3 -- 4\n- 3", "select ?--? - ?"),
        (MYSQL, "select ? from t limit ?", "select ? from t limit ?"),
        (MYSQL, r"select 'a\\', b", "select ?, b"),
        (MYSQL, r"select 'it\'s', b", "select ?…"),
        (MYSQL, "select x'41', 0b1 from t", "select x?, ? from t"),
        (MYSQL, "select a /*! , 'b' */ from t", "select a …"),
        (MYSQL, "select /*+ NO_INDEX(t) */ a from t", "select a from t"),
        (CYPHER, r"match (n:P {a: 'it\'s'}) return n.x", "match (n:P {a: ?}) return n.x"),
        (CYPHER, 'return $p, "a", `b c` // d', "return $p, ?, `b c`"),
        (CYPHER, r"return 'a\u0027 + b", "return ?…"),
        (CYPHER, r"return \u0027a\u0027", "return …"),
        (DQL, '{ q(func: eq(name, "a\\"b")) { uid } } # c', "{ q(func: eq(name, ?)) { uid } }"),
        (DQL, '{ q(func: regexp(n, /^"a\\/b/i)) { n@en } }', "{ q(func: regexp(n, ?)) { n@en } }"),
        (DQL, "{ q(func: uid(0x1)) { math(a / b) <a:b> } }",
         "{ q(func: uid(?)) { math(a / b) <a:b> } }"),
    ],
)  # fmt: skip
def test_a_shape_has_no_literals(dialect: Dialect, statement: str, expected: str) -> None:
    assert shape(statement, dialect) == expected


OPENINGS = {
    MYSQL: ["'", '"', "`", "/*", "-- ", "#", "'\\", "x'", "/*!"],
    POSTGRESQL: ["'", '"', "$$", "$a$", "E'", "e'\\", "/*", "--", "/* /* */"],
    CYPHER: ["'", '"', "`", "/*", "//", "'\\"],
    DQL: ['"', "#", ", /", '"\\'],
}


@pytest.mark.parametrize(
    ("dialect", "opening"), [(one, text) for one, texts in OPENINGS.items() for text in texts]
)
def test_what_is_not_closed_is_not_shown(dialect: Dialect, opening: str) -> None:
    assert "SECRET" not in shape(f"select {opening}SECRET", dialect)
    assert "SECRET" not in shape(f"select {opening} SECRET", dialect)


def test_a_shape_is_short() -> None:
    text = shape("select " + ", ".join(f"column_{i}" for i in range(10_000)), MYSQL)
    assert len(text) == SHAPE_LENGTH
    assert text.endswith("…")


@pytest.mark.parametrize("dialect", Dialect)
def test_dialects_are_those_of_connections(dialect: Dialect) -> None:
    assert shape("a 1", Dialect(str(dialect))) == "a ?"


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize(
    "piece", ["'", "\\", "'\\", "$a$", "$1$a", "/*", "*/", '"', "-- ", "1e", "`", "<a", ",/", ", "]
)
def test_long_statements_are_read_once(dialect: Dialect, piece: str) -> None:
    # With a pattern that tries again from every place, this would take minutes.
    statement = piece * 20_000
    assert "".join(token.text for token in tokens(statement, dialect)) == statement


@pytest.mark.parametrize(
    ("statement", "count"),
    [
        ("select ?", 1),
        ("select ?,? from t where a in (?)", 3),
        ("select '?', \"?\", `?`, ? -- ?\n, ? # ?\n, ? /* ? */", 3),
        ("select '''?', '\\'?', ?", 1),
        ("select 5--?", 1),
        ("select 5--\u00a0?", 1),
        ("select ? /*", 1),
        ("select '?", 0),
    ],
)
def test_placeholders_stand_in_code(statement: str, count: int) -> None:
    assert len(placeholders(statement)) == count


@pytest.mark.parametrize(
    "piece", ["/*! ' */", "/*!50110 a */", "/*M! a */", "/*M!100100 a */", "$$ ' $$", "$a$"]
)
def test_placeholders_are_not_looked_for_beside_what_servers_read_differently(piece: str) -> None:
    with pytest.raises(UnsureStatement):
        placeholders(f"select ? {piece}")
    assert placeholders(f"select ?, '{piece.replace(chr(39), '')}'") == [7]


def code_of_mysql(text: str, *, backslash: bool, ansi_quotes: bool) -> Iterator[tuple[int, str]]:
    """Each character's place and state (code, literal, name or comment), one after the other."""
    place = 0
    while place < len(text):
        character = text[place]
        end = place + 1
        state = "code"
        if character in "'\"`":
            is_name = character == "`" or (character == '"' and ansi_quotes)
            state = "name" if is_name else "literal"
            while end < len(text):
                if text[end] == "\\" and backslash and not is_name:
                    end += 2
                elif text[end] != character:
                    end += 1
                elif text[end : end + 2] == character * 2:
                    end += 2
                else:
                    end += 1
                    break
        elif text.startswith("/*", place):
            state = "comment"
            closing = text.find("*/", place + 2)
            end = len(text) if closing < 0 else closing + 2
        elif character == "#" or (
            text.startswith("--", place) and (text[place + 2 : place + 3] or " ") in " \n\t"
        ):
            state = "comment"
            closing = text.find("\n", place)
            end = len(text) if closing < 0 else closing
        end = min(end, len(text))
        for each in range(place, end):
            yield each, state
        place = end


def code_of_postgresql(text: str, *, backslash: bool) -> Iterator[tuple[int, str]]:
    place, previous = 0, " "
    while place < len(text):
        character = text[place]
        end = place + 1
        state = "code"
        escaped = character in "eE" and text[end : end + 1] == "'"
        escaped = escaped and not (previous.isalnum() or previous in "_$")
        if character in "'\"" or escaped:
            quote = '"' if character == '"' else "'"
            state = "name" if quote == '"' else "literal"
            end += escaped
            while end < len(text):
                if text[end] == "\\" and (backslash or escaped) and quote == "'":
                    end += 2
                elif text[end] != quote:
                    end += 1
                elif text[end : end + 2] == quote * 2:
                    end += 2
                else:
                    end += 1
                    break
        elif text.startswith("/*", place):
            state, depth, end = "comment", 1, place + 2
            while end < len(text) and depth:
                step = {"/*": 1, "*/": -1}.get(text[end : end + 2], 0)
                depth += step
                end += 2 if step else 1
        elif text.startswith("--", place):
            state = "comment"
            closing = text.find("\n", place)
            end = len(text) if closing < 0 else closing
        elif text.startswith("$$", place) and not (previous.isalnum() or previous in "_$"):
            state = "literal"
            closing = text.find("$$", place + 2)
            end = len(text) if closing < 0 else closing + 2
        end = min(end, len(text))
        for each in range(place, end):
            yield each, state
        previous = text[end - 1]
        place = end


PIECES = ["'", "''", '"', "`", "\\", "/*", "*/", "--", "-- ", "#", "\n", " ", "?", "a", "e", ",",
          "$$", "$", "E'", "\\'", "\u00a0"]  # fmt: skip


@st.composite
def marked(draw: st.DrawFn) -> str:
    """Pieces of statements with different capital letters between them."""
    letters = iter(string.ascii_uppercase.replace("E", ""))
    pieces = draw(st.lists(st.sampled_from([*PIECES, "MARK"]), max_size=40))
    return "".join(next(letters, "a") if piece == "MARK" else piece for piece in pieces)


@given(marked())
def test_shapes_of_mysql_show_what_is_code_in_every_mode(statement: str) -> None:
    shown = set(shape(statement, MYSQL)) & set(string.ascii_uppercase) - {"E"}
    for backslash in (True, False):
        for ansi_quotes in (True, False):
            states = dict(code_of_mysql(statement, backslash=backslash, ansi_quotes=ansi_quotes))
            for letter in shown:
                assert states[statement.index(letter)] in ("code", "name")


@given(marked())
def test_shapes_of_postgresql_show_what_is_code_in_every_mode(statement: str) -> None:
    shown = set(shape(statement, POSTGRESQL)) & set(string.ascii_uppercase) - {"E"}
    for backslash in (True, False):
        states = dict(code_of_postgresql(statement, backslash=backslash))
        for letter in shown:
            assert states[statement.index(letter)] in ("code", "name")


@given(marked(), st.booleans(), st.booleans())
def test_placeholders_are_those_in_code(statement: str, backslash: bool, ansi_quotes: bool) -> None:
    states = code_of_mysql(statement, backslash=backslash, ansi_quotes=ansi_quotes)
    expected = [place for place, state in states if state == "code" and statement[place] == "?"]
    try:
        found = placeholders(statement, backslash=backslash, ansi_quotes=ansi_quotes)
    except UnsureStatement:
        assert "$" in statement
    else:
        assert found == expected


@given(st.text(), st.sampled_from(Dialect))
def test_any_text_has_a_shape(statement: str, dialect: Dialect) -> None:
    text = shape(statement, dialect)
    assert len(text) <= SHAPE_LENGTH
    assert "".join(token.text for token in tokens(statement, dialect)) == statement
