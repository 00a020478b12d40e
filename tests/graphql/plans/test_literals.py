"""Templates against graphql-core's own lexer."""

from __future__ import annotations

import pytest
from graphql import GraphQLError, Lexer, Source, TokenKind
from hypothesis import example, given
from hypothesis import strategies as st

from atoll.graphql.plans.literals import MAX_TEXT, Template, positions, template_of

LITERALS = (TokenKind.STRING, TokenKind.BLOCK_STRING, TokenKind.INT, TokenKind.FLOAT)
KINDS = {"s": TokenKind.STRING, "i": TokenKind.INT, "f": TokenKind.FLOAT}

numbers = st.from_regex(
    r"-?(0|[1-9][0-9]{0,3})(\.[0-9]{1,3})?([eE][+-]?[0-9]{1,2})?", fullmatch=True
)
strings = st.from_regex(
    r'"([^"\\\x00-\x1f]|\t|\\["\\/bfnrt]|\\u[0-9a-cA-C][0-9a-fA-F]{3})*"', fullmatch=True
)
literals = numbers | strings
odd = st.sampled_from(
    ['"', '""', '"""', "\\", '\\"', "-", "--1", "01", "1a", "a1", ".5", "1.", "1e", "$1", "_1",
     "1-2", "#", '# "x" 1\n',
     '"\n"', '"\\x"', '"\\ud83d\\ude00"', '"\\u{1F600}"', "\ud800", "é1", "1é"]
)  # fmt: skip
between = st.sampled_from(
    [" ", ",", "", ":", "(", "[", "{", "}", "]", ")", "name", "a: ", "\n", "$v "]
)
texts = st.lists(literals | between | odd, max_size=12).map("".join)


def tokens(text: str) -> list[tuple[TokenKind, int, int, str | None]] | None:
    """What graphql-core reads; None if it reads nothing."""
    lexer = Lexer(Source(text))
    found = []
    try:
        while (token := lexer.advance()).kind is not TokenKind.EOF:
            found.append((token.kind, token.start, token.end, token.value))
    except GraphQLError:
        return None
    return found


def put_together(template: Template) -> str:
    pairs = zip(template[0][1:], [*template[1], ""], strict=True)
    return "".join(piece + literal for piece, literal in pairs)


@given(texts)
@example('{ f(x: "a\\\\", y: "\\"") }')
@example('"""a"b"""')
@example('["a""b"]')
def test_a_literal_is_where_the_lexer_finds_one_or_is_in_no_token(text: str) -> None:
    template = template_of(text)
    read = tokens(text)
    if template is None or read is None:
        return
    assert put_together(template) == text
    spans = {start: (kind, end) for kind, start, end, _ in read}
    for start, index in positions(template).items():
        literal = template[1][index]
        if start in spans:
            assert spans[start] == (KINDS[template[0][0][index]], start + len(literal))
        else:  # in a comment
            line = text[:start].rpartition("\n")[2]
            assert "#" in line


@given(texts, st.lists(literals, min_size=12, max_size=12))
def test_other_literals_in_the_same_template_change_nothing_else(
    text: str, others: list[str]
) -> None:
    template, read = template_of(text), tokens(text)
    if template is None or read is None:
        return
    wanted = list(positions(template))
    if not {start for kind, start, *_ in read if kind in LITERALS} >= set(wanted):
        return  # those in comments: no plan is made from such a text
    changed = ""
    for piece, literal, other in zip(template[0][1:], template[1], others, strict=False):
        changed += piece + (other if (other[0] == '"') == (literal[0] == '"') else literal)
    changed += template[0][-1]
    again = template_of(changed)
    if again is None or again[0] != template[0]:
        return  # other kinds: another template
    reread = tokens(changed)
    assert reread is not None
    assert [kind for kind, *_ in reread] == [kind for kind, *_ in read]
    lifted = set(positions(again))
    for (kind, start, _, value), (_, start_again, _, value_again) in zip(read, reread, strict=True):
        if start_again in lifted:
            assert start in wanted
            assert kind in LITERALS
        else:
            assert value == value_again


@pytest.mark.parametrize(
    "text",
    ['"' + "a" * 16_000, '"' + '\\"' * 8_000, '"\\n' * 5_000, '"' * 16_000, '""' * 8_000 + "x",
     '"a' * 8_000, "1" * 16_000 + "x", "-" * 16_000, "1." * 8_000, "0" * 16_000, "1e" * 8_000,
     '"a\n' * 5_000, "-0" * 8_000, '"""' * 5_000, '"""' + '\\"""' * 4_000],
)  # fmt: skip
def test_hostile_texts_come_to_an_end(text: str) -> None:
    template = template_of(text)
    assert template is None or put_together(template) == text


def test_long_texts_and_texts_without_literals_have_none() -> None:
    assert template_of("{ a }") is None
    assert template_of('{ a(x: "' + "a" * MAX_TEXT + '") }') is None
