from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from atoll.manifest import InferenceSettings, Manifest, Problem, Redaction, Retention

Check = Callable[..., tuple[Problem, ...]]
Read = Callable[..., Manifest]


def test_what_is_left_out_has_its_default(read: Read) -> None:
    assert read({}).inferences == read({"inferences": {}}).inferences == InferenceSettings()
    found = read({"inferences": {"retention": {"days": 7}}}).inferences
    assert found == InferenceSettings(retention=Retention(days=7))


def test_every_setting_has_a_key(read: Read) -> None:
    section = {
        "record": False,
        "maxKb": 8,
        "retention": {"days": 1, "rows": 2, "sizeMb": 3},
        "redact": {"fields": ["a", "b.*.c", "**.d"], "patterns": ["x+", r"\d{4}"]},
    }
    assert read({"inferences": section}, strict=True).inferences == InferenceSettings(
        False, 8, Retention(1, 2, 3), Redaction(("a", "b.*.c", "**.d"), ("x+", r"\d{4}"))
    )


@pytest.mark.parametrize(
    ("section", "code", "said"),
    [
        ({"recrod": True}, "UNKNOWN_KEY", 'Unknown key "recrod"'),
        ({"record": 1}, "WRONG_TYPE", "must be true or false, not 1"),
        ({"maxKb": 0}, "INVALID_LIMIT", "from 1 to 16384, not 0"),
        ({"retention": {"days": 0}}, "INVALID_LIMIT", '"days" of "retention" of "inferences"'),
        ({"retention": {"rows": 1.5}}, "INVALID_LIMIT", "a whole number"),
        ({"retention": []}, "WRONG_TYPE", "must be an object"),
        ({"redact": {"fields": "user"}}, "WRONG_TYPE", "must be an array of strings"),
        ({"redact": {"fields": [1]}}, "WRONG_TYPE", "must be a string, not 1"),
        ({"redact": {"fields": ["a..b"]}}, "INVALID_VALUE", '"a..b" in "fields"'),
        ({"redact": {"patterns": ["(a"]}}, "INVALID_PATTERN", "missing ): (a"),
        ({"redact": {"patterns": ["(?=a)"]}}, "INVALID_PATTERN", "invalid perl operator"),
        ({"redact": {"patterns": ["a*"]}}, "INVALID_PATTERN", "match everywhere"),
        ({"redact": {"patterns": ["x" * 1001]}}, "INVALID_VALUE", "more than 1000 characters"),
        ({"redact": {"fields": ["a"] * 101}}, "INVALID_VALUE", "at most 100"),
    ],
)
def test_what_is_wrong_is_an_error(check: Check, section: Any, code: str, said: str) -> None:
    (problem,) = check({"inferences": section})
    assert (problem.severity, problem.code) == ("error", code)
    assert said in problem.message


def test_an_error_names_its_place_and_says_what_to_do(check: Check) -> None:
    text = '{"inferences": {"redact": {\n  "patterns": ["fine",\n    "(?<=a)b"]}}}'
    (problem,) = check(text)
    assert problem.location is not None
    assert (problem.location.line, problem.location.column) == (3, 5)
    assert "RE2" in (problem.hint or "")
