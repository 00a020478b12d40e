from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.secrets.dotenv import EnvironmentFileError, parse_dotenv

# What joho/godotenv 1.5.1 made of each text (null: it refused), recorded by running it; "atoll"
# where we differ on purpose.
CASES = json.loads(Path(__file__).with_name("dotenv_cases.json").read_text("utf-8"))

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.]{0,8}", fullmatch=True).filter(
    lambda n: n != "export"
)


@pytest.mark.parametrize("case", CASES, ids=[ascii(case["text"]) for case in CASES])
def test_reads_as_godotenv_does(case: dict[str, Any]) -> None:
    expected = case.get("atoll", case["godotenv"])
    try:
        found = parse_dotenv(case["text"], file=".env")
    except EnvironmentFileError:
        found = None
    assert found == expected


def test_the_listed_differences_are_differences() -> None:
    differences = [case for case in CASES if "atoll" in case]
    assert len(differences) == 13
    assert all(case["atoll"] != case["godotenv"] for case in differences)


@given(st.dictionaries(NAMES, st.text().filter(lambda text: "\r" not in text)))
def test_any_value_survives_in_double_quotes(values: dict[str, str]) -> None:
    def quote(value: str) -> str:
        return '"' + re.sub(r'([\\"$])', r"\\\1", value) + '"'

    # A dollar sign behind a backslash cannot be written: \\$ is read as \$ and that as $.
    values = {name: value.replace("\\$", "$") for name, value in values.items()}
    text = "".join(f"{name}={quote(value)} # x\n" for name, value in values.items())
    assert parse_dotenv(text, file=".env") == values


@given(
    st.dictionaries(
        NAMES, st.text(alphabet=st.characters(exclude_characters="'\r", exclude_categories=["Cs"]))
    )
)
def test_single_quotes_change_nothing(values: dict[str, str]) -> None:
    values = {name: value.rstrip("\\") for name, value in values.items()}
    text = "".join(f"export {name} = '{value}'\n" for name, value in values.items())
    assert parse_dotenv(text, file=".env") == values


@given(st.text(alphabet="A=: '\"\\#$\n\r\t{}x") | st.text())
def test_hostile_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        values = parse_dotenv(text, file=".env")
    except EnvironmentFileError as error:
        place = error.location
    else:
        assert all(values)
        return
    assert place is not None
    assert place.file == ".env"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("A=1\n\nsk-secret", ".env:3:1", "Expected NAME=value."),
        ("A=1\r\n  sk-secret: x\r\n", ".env:2:3", "Expected NAME=value."),
        ("A-B=sk-secret", ".env:1:1", "Expected NAME=value."),
        (
            'A=1\nKEY="sk-secret\nsk-secret',
            ".env:2:5",
            "The value of KEY begins with a quote that is never closed.",
        ),
        ("KEY='x'sk-secret", ".env:1:8", "Expected NAME=value."),
    ],
)
def test_errors_say_where_and_never_what(text: str, place: str, message: str) -> None:
    with pytest.raises(EnvironmentFileError) as caught:
        parse_dotenv(text, file=".env")
    error = caught.value
    assert (str(error.location), error.message, str(error)) == (place, message, message)
    assert error.code == "MALFORMED_ENV_FILE"
    assert "secret" not in f"{error!r}{error.hint}"


def test_a_dollar_sign_that_names_nothing_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "atoll.secrets"):
        assert parse_dotenv("B=1\nPASSWORD=x$SECRET", file=".env") == {"B": "1", "PASSWORD": "x"}
    (record,) = caplog.records
    assert record.getMessage().startswith(".env:2:1: the value of PASSWORD refers with $")
    assert "SECRET" not in record.getMessage()


def test_a_byte_order_mark_is_no_part_of_the_first_name() -> None:
    assert parse_dotenv("\ufeffA=1", file=".env") == {"A": "1"}


def test_process_variables_are_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATOLL_TEST_B", "outside")
    assert parse_dotenv("A=${ATOLL_TEST_B}", file=".env") == {"A": ""}
