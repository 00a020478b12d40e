"""Connection strings are read as Go programs read them, and never shown."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.connections.errors import ConnectionFailed
from atoll.connections.mysql.address import Address, parse_address


def parsed(conn_string: str) -> Address:
    return parse_address("db", conn_string)


def test_takes_all_parts() -> None:
    address = parsed("mysql://me:pw@db.example.com:3307/shop?tls=true")
    assert address == Address(
        host="db.example.com", port=3307, user="me", password="pw", database="shop", tls="true"
    )
    assert address.where == "db.example.com:3307"


@pytest.mark.parametrize(
    ("conn_string", "expected"),
    [
        ("mysql://h", ("h", 3306, "", "", "")),
        ("mysql://h:1/", ("h", 1, "", "", "")),
        ("mariadb://u@h/d", ("h", 3306, "u", "", "d")),
        ("mysql://u:@h/d", ("h", 3306, "u", "", "d")),
        ("mysql://[::1]:5/d", ("::1", 5, "", "", "d")),
        ("mysql:///d", ("localhost", 3306, "", "", "d")),
        ("mysql://u:p@/d", ("localhost", 3306, "u", "p", "d")),
        ("mysql://u:a@b:c/d?e#f@h:5/d", ("h", 5, "u", "a@b:c/d?e#f", "d")),
        ("mysql://u:100%@h/d", ("h", 3306, "u", "100%", "d")),
        ("mysql://u%40x:%2F%40+%20@h/d%2Fe", ("h", 3306, "u@x", "/@+ ", "d/e")),
        ("mysql://u:p@h/d?collation='a@b'", ("h", 3306, "u", "p", "d")),
        (" mysql://u:p@h/d\n", ("h", 3306, "u", "p", "d")),
    ],
)
def test_finds_where_each_part_ends(conn_string: str, expected: tuple[object, ...]) -> None:
    address = parsed(conn_string)
    found = (address.host, address.port, address.user, address.password, address.database)
    assert found == expected


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8")))
def test_any_password_can_be_encoded(password: str) -> None:
    address = parsed(f"mysql://me:{quote(password, safe='')}@h:3307/d?timeout=1s")
    assert (address.password, address.host, address.port) == (password, "h", 3307)


def test_takes_parameters_of_the_go_driver() -> None:
    address = parsed(
        "mysql://h/d?TLS=skip-verify&timeout=1m30s&readTimeout=500ms&clientFoundRows=false"
        "&multiStatements=true&allowCleartextPasswords=1&collation=utf8mb4_bin"
        "&parseTime=true&loc=Local&charset=latin1&interpolateParams=true&allowAllFiles=true"
        "&maxAllowedPacket=4&writeTimeout=1s&time_zone=%27SYSTEM%27&autocommit=0"
    )
    assert address == Address(
        host="h",
        database="d",
        tls="skip-verify",
        connect_seconds=90,
        statement_seconds=0.5,
        found_rows=False,
        several_statements=True,
        clear_passwords=True,
        collation="utf8mb4_bin",
    )


def test_other_parameters_are_variables_of_the_session() -> None:
    address = parsed("mysql://h/d?sql_mode=%27ANSI%27&max_statement_time=5&tx_isolation=DEFAULT")
    assert address.variables == {
        "sql_mode": "'ANSI'",
        "max_statement_time": "5",
        "tx_isolation": "DEFAULT",
    }


@pytest.mark.parametrize(
    ("conn_string", "problem"),
    [
        ("", "is empty"),
        ("postgres://u:SECRET@h/d", "does not begin with mysql://"),
        ("mysql://u:SECRET@h:x/d", "a port that is no number"),
        ("mysql://u:SECRET@h:70000/d", "1 to 65535"),
        ("mysql://u:SECRET@h:0/d", "1 to 65535"),
        ("mysql://u:SECRET%ff@h/d", "not UTF-8"),
        ("mysql://u:SECRET%00@h/d", "NUL"),
        ("mysql://u:SECRET@h/d?tls=custom", "as tls"),
        ("mysql://u:SECRET@h/d?timeout=5", "duration"),
        ("mysql://u:SECRET@h/d?multiStatements=yes", "true or false"),
        ("mysql://u:SECRET@h/d?a,b=1", "no name of a variable"),
        ("mysql://u:SECRET@h/d?a=1,b%3D2", "as a"),
        ("mysql://u:SECRET@h/d?a='x\\'", "as a"),
        ("mysql://u:SECRET@h/d?a=(select+1)", "as a"),
    ],
)
def test_says_what_is_wrong_without_the_password(conn_string: str, problem: str) -> None:
    with pytest.raises(ConnectionFailed) as caught:
        parsed(conn_string)
    error = caught.value
    assert error.code == "BAD_ADDRESS"
    assert problem in error.message
    assert "[db]" in error.message
    assert "SECRET" not in f"{error.message} {error.hint}"


def test_an_address_does_not_show_its_password() -> None:
    assert "SECRET" not in repr(parsed("mysql://u:SECRET@h/d"))
