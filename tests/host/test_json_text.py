"""JSON text for weak parsers says the same as before, with fewer escapes."""

from __future__ import annotations

import json
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.host.json_text import plain

NEEDED = {*map(chr, range(0x20)), '"', "\\"}
_ESCAPES = re.compile(r'\\(u[0-9a-fA-F]{4}|["\\/bfnrt])')

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def spelled(value: str, chance: random.Random) -> str:
    """A JSON string, each character in one of the ways that JSON has for it."""
    short = {'"': '\\"', "\\": "\\\\", "/": "\\/", "\b": "\\b", "\f": "\\f", "\n": "\\n",
             "\r": "\\r", "\t": "\\t"}  # fmt: skip
    parts = []
    for character in value:
        units = character.encode("utf-16-be", "surrogatepass")
        hexes = ["".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))]
        hexes.append("\\u".join(part.upper() for part in hexes[0].split("\\u")))
        ways = [*hexes, short.get(character, hexes[0])]
        if character not in NEEDED and not 0xD800 <= ord(character) <= 0xDFFF:
            ways.append(character)
        parts.append(chance.choice(ways))
    return f'"{"".join(parts)}"'


def text_of(value: object, chance: random.Random) -> str:
    if isinstance(value, str):
        return spelled(value, chance)
    if isinstance(value, list):
        return f"[{chance.choice(['', ' '])}{', '.join(text_of(item, chance) for item in value)}]"
    if isinstance(value, dict):
        pairs = (f"{spelled(k, chance)}:{text_of(v, chance)}" for k, v in value.items())
        return f"{{{','.join(pairs)}\n}}"
    return json.dumps(value)


@given(values, st.randoms(use_true_random=False))
def test_any_json_says_the_same(value, chance):
    text = text_of(value, chance)
    assert json.loads(text) == value
    assert json.loads(plain(text)) == value


# Halves of pairs too, in any order: a text may end within a pair.
halves = st.text(st.sampled_from(["\ud83c", "\udf89", "a", "\\", "u", "d", "8", "/", "é", "\n"]))


@given(halves, st.randoms(use_true_random=False))
def test_halves_of_pairs_are_not_joined_wrongly(value, chance):
    text = spelled(value, chance)
    assert json.loads(plain(text)) == json.loads(text)


@given(values, st.randoms(use_true_random=False))
def test_no_escape_remains_that_need_not_be(value, chance):
    for escape in _ESCAPES.findall(plain(text_of(value, chance))):
        assert escape != "/"
        if escape.startswith("u"):
            character = chr(int(escape[1:], 16))
            assert character in NEEDED or 0xD800 <= ord(character) <= 0xDFFF


@given(values)
def test_plain_text_stays_as_it_is(value):
    text = json.dumps(value, ensure_ascii=False)
    assert plain(text) == text
    assert plain(plain(text)) == plain(text)


@given(st.text())
def test_text_that_is_no_json_does_no_harm(text):
    plain(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'"\u2728"', '"✨"'),
        (r'"\ud83c\udf89 \uD83C\uDF89"', '"🎉 🎉"'),
        (r'"\/\\/\\\/"', r'"/\\/\\/"'),
        (r'"\\u2728"', r'"\\u2728"'),
        (r'"\\\u2728"', r'"\\✨"'),
        (r'"\u0022\u005c\u000a\u001f"', r'"\u0022\u005c\u000a\u001f"'),
        (r'"\u007f\u0080\u2028"', '"\x7f\x80\u2028"'),
        (r'"\ud83c"', r'"\ud83c"'),
        (r'"\udf89\ud83c"', r'"\udf89\ud83c"'),
        (r'"\ud83c\ud83c\udf89"', '"\\ud83c🎉"'),
        (r'{"\u00e9":"\""}', r'{"é":"\""}'),
        ("\\", "\\"),
        (r"\u12", r"\u12"),
        ("", ""),
    ],
)
def test_examples(text, expected):
    assert plain(text) == expected
