from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("get_person_by_id", "getPersonById"),
        ("name", "name"),
        ("from_", "from"),
        ("a__b", "aB"),
        ("item_1", "item1"),
        ("URL", "URL"),
        ("Name", "name"),
        ("MAX_SIZE", "maxSize"),
        ("already_camelCase", "alreadyCamelCase"),
        ("x", "x"),
        ("_", "_"),
    ],
)
def test_camel_case(name: str, expected: str) -> None:
    import atoll_names

    assert atoll_names.camel_case(name) == expected


@given(st.from_regex(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", fullmatch=True))
def test_camel_case_of_snake_case(name: str) -> None:
    import atoll_names

    camel = atoll_names.camel_case(name)
    assert atoll_names.is_valid(camel)
    assert camel.lower() == name.replace("_", "")
    assert atoll_names.camel_case(camel) == camel


@pytest.mark.parametrize("name", ["", "1a", "__x", "größe", "a-b", "a b", "a\n"])
def test_invalid_names(name: str) -> None:
    import atoll_names

    assert not atoll_names.is_valid(name)
    assert not atoll_names.is_valid_value(name)


@pytest.mark.parametrize("name", ["true", "false", "null"])
def test_words_that_no_enum_value_may_have(name: str) -> None:
    import atoll_names

    assert atoll_names.is_valid(name)
    assert not atoll_names.is_valid_value(name)
