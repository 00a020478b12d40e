"""Texts of literals, by the scalar in whose place they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

GOOD: Mapping[str, tuple[str, ...]] = {
    "String": (
        *('"x"', '"y z"', '"0"', '"-"', '"$x"', '"null"', '"{}"', '"\'"', '"a\tb"', '"\\u2028"'),
        *('""', '"abc"', '"a\\"b\\u00e9"', '"\\u{1F600}"', '"\\ud83d\\ude00"', '"é😀"', '"\\\\"'),
        *(
            '"# no comment { } $v 12"',
            '"\\n\\t\\/\\b\\f\\r"',
            '"12"',
            '"1e400"',
            '"true"',
            '"a, b"',
        ),
        *('"\\u0000"', '"{\\"a\\": 1}"'),
    ),
    "Int": ("0", "-0", "7", "-12", "2147483647", "-2147483648", "1.0", "-2e3"),
    "Float": ("0", "1.5", "2", "-3e2", "1E-3", "0.1e+2", "-0.0", "123456789012345678901234567890"),
    "Boolean": ("true", "false"),
    "Int64": ("0", '"5"', "-9223372036854775808", '"9223372036854775807"', "1e3"),
    "UInt": ("0", "4294967295", '"12"'),
    "UInt64": ("18446744073709551615", '"0"'),
    "Timestamp": ('"2025-01-31T12:30:00Z"', '"2025-01-31 12:30 +02:00"', '"2025-01-31"'),
    "Date": ('"2025-01-31"'),
    "Time": ('"12:30"', '"12:30:00.50+0230"'),
    "UUID": ('"6fa459ea-ee8a-3ca4-894e-db77e160355e"', '"6FA459EAEE8A3CA4894EDB77E160355E"'),
    "Decimal": ("12.50", '"12.50"', "-7", "1e400", '"1E5"', "0.10"),
    "JSON": (
        *("1", "1.50", '"x"', "true", "[]", "{}", '{a: [1, "x", null], b: {c: 0.5}}', "-1e2"),
        *('[[""]]', '{key: "v"}'),
    ),
    "Int8Array": ("[1, -2]", "[]", '"AQI="'),
    "Float32Array": ("[0.5, 2]", "[]", "[1e3]"),
    "Name": ('"Thing"', '"Query"', '"Int"', '"Nothing"'),
}

BLOCKS = (
    *('"""block"""', '"""\n    two\n      lines\n    """', '"""with \\""" quotes"""', '""""""'),
    *('"""a " b"""', '"""\\n # $x 5 "quoted" \\u00e9"""'),
)
"""Strings as well; rare, since with one of them the others' forms hardly matter."""

WRONG: tuple[str, ...] = (
    *("null", "5", "-1", "1.5", "true", '"zz"', '""', "RED", "none", "[]", "[1]", "{}", "{q: 1}"),
    *("2147483648", "-2147483649", "18446744073709551616", "1e400", "-1e999", '"2025-02-30"'),
    *("[[null]]", "{key: 1}", "9" * 401, '"5"', "$missing"),
)
"""GraphQL all the same, and right in some places."""

BROKEN: tuple[str, ...] = (
    *('"\\q"', '"\\ud800"', '"unfinished', '"""unfinished', "01", "1.", ".5", "1e", "--1", "'x'"),
    *("0x1F", "1_000", '"a\nb"', "1a", "+1", '"\\u{110000}"', '"\\u12"', "1.5.2", "-"),
)
"""Not GraphQL."""


_NUMBER = re.compile(r"-?[0-9]+(?P<float>[.eE].*)?")


def literal(rng: Random, scalar: str, *, wrong: float, instead_of: str | None = None) -> str:
    """Choose a literal for a scalar.

    Args:
        wrong: how likely it does not fit.
        instead_of: a text of which it has the form: another string for a string, and so on. What is
            neither a string nor a number stays as it is.
    """
    fits = rng.random() >= wrong
    if instead_of is None:
        if fits:
            if scalar == "String" and rng.random() < 0.06:
                return rng.choice(BLOCKS)
            return rng.choice(GOOD.get(scalar, ("{}",)))
        return rng.choice(BROKEN if rng.random() < 0.25 else WRONG)
    form = _form(instead_of)
    if form is None:
        return instead_of
    choices = (*GOOD.get(scalar, ()), *BLOCKS) if fits else (*WRONG, *BROKEN)
    return rng.choice([one for one in choices if _form(one) == form] or [instead_of])


def _form(text: str) -> str | None:
    if text.startswith('"'):
        return "block" if text.startswith('"""') else "string"
    number = _NUMBER.fullmatch(text)
    if number is None:
        return None
    return "float" if number["float"] else "integer"
