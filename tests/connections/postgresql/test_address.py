from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.connections import ConnectionFailed
from atoll.connections.postgresql.address import parse_address
from atoll.manifest.traffic import PoolSettings

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)


def keywords(url: str, *names: str) -> list[str | None]:
    found = parse_address("db", url).keywords
    return [found.get(name) for name in names]


def refusal(url: str) -> ConnectionFailed:
    with pytest.raises(ConnectionFailed) as caught:
        parse_address("db", url)
    assert caught.value.code == "BAD_ADDRESS"
    return caught.value


def test_has_user_password_host_port_and_database() -> None:
    found = keywords("postgres://me:pw@db.example:6543/shop", "user", "password", "host", "port")
    assert found == ["me", "pw", "db.example", "6543"]
    assert keywords("postgresql://h/shop", "dbname", "port") == ["shop", "5432"]


@given(user=TEXT, password=TEXT, database=TEXT)
def test_percent_encoded_parts_may_have_any_characters(user, password, database) -> None:
    parts = [quote(part, safe="") for part in (user, password, database)]
    url = "postgresql://{}:{}@host/{}".format(*parts)
    assert keywords(url, "user", "password", "dbname") == [user, password, database]


@pytest.mark.parametrize(
    ("password", "decoded"),
    [
        ("p@ss", "p@ss"),
        ("p@ss@", "p@ss@"),
        ("p:a:s", "p:a:s"),
        ("p#ss", "p#ss"),
        ("p?ss", "p?ss"),
        ("p%40ss", "p@ss"),
        ("100%", "100%"),
        ("p%zz", "p%zz"),
        ("p+ss", "p+ss"),
        ("p&s=s", "p&s=s"),
        ("p[s]s", "p[s]s"),
        ("p ss", "p ss"),
    ],
)
def test_takes_passwords_that_are_not_encoded_where_that_is_clear(password, decoded) -> None:
    url = f"postgresql://me:{password}@host:1234/shop?application_name=x"
    found = keywords(url, "password", "host", "port", "dbname", "application_name")
    assert found == [decoded, "host", "1234", "shop", "x"]


@pytest.mark.parametrize(
    ("hosts", "host", "port", "where"),
    [
        ("a", "a", "5432", "a:5432"),
        ("a:1,b", "a,b", "1,5432", "a:1, b:5432"),
        ("[::1]:5", "::1", "5", "[::1]:5"),
        ("[::1],[2001:db8::2]:7", "::1,2001:db8::2", "5432,7", "[::1]:5432, [2001:db8::2]:7"),
        ("%2Fvar%2Frun", "/var/run", "5432", "/var/run"),
        ("", "localhost", "5432", "localhost:5432"),
        (":6000", "", "6000", None),
    ],
)
def test_reads_hosts_and_their_ports(hosts, host, port, where) -> None:
    address = parse_address("db", f"postgresql://me@{hosts}/shop")
    assert address.keywords["port"] == port
    assert address.keywords["host"] == (host or "localhost")
    assert address.where == (where or "localhost:6000")


def test_reads_the_query_also_without_a_database() -> None:
    found = keywords("postgresql://me:p@host?user=a@b&sslmode=disable", "user", "host", "sslmode")
    assert found == ["a@b", "host", "disable"]
    assert keywords("postgresql:///?host=/run/db&dbname=x", "host", "dbname") == ["/run/db", "x"]
    assert keywords("postgresql://host?sslrootcert=/a@b/c", "host", "sslrootcert") == [
        "host",
        "/a@b/c",
    ]


def test_parameters_of_pgx_alone_are_left_out() -> None:
    found = parse_address(
        "db",
        "postgres://h/d?default_query_exec_mode=exec&statement_cache_capacity=0"
        "&description_cache_capacity=9&pool_health_check_period=1m&client_encoding=LATIN1",
    ).keywords
    assert not [key for key in found if "cache" in key or "pool" in key or "exec" in key]
    assert found["client_encoding"] == "UTF8"
    assert found["options"] == ""


def test_other_parameters_are_settings_of_the_session() -> None:
    found = keywords(
        "postgres://h/d?search_path=a,b&options=-c%20jit%3Doff&app.tenant=x+y%5Cz", "options"
    )
    assert found == [r"-c jit=off -c search_path=a,b -c app.tenant=x\ y\\z"]


def test_settings_of_pgxpool_hold_where_the_manifest_has_none() -> None:
    address = parse_address(
        "db",
        "postgres://h/d?pool_max_conns=4&pool_min_conns=2&pool_max_conn_lifetime=1h30m"
        "&pool_max_conn_idle_time=1.5s",
    )
    assert address.settings(PoolSettings()) == PoolSettings(
        min_size=2, max_size=4, lifetime_seconds=5400, idle_seconds=1.5
    )
    assert address.settings(PoolSettings(max_size=7)).max_size == 7


def test_the_account_of_the_host_offers_nothing_to_a_server() -> None:
    names = ("password", "gssencmode", "sslcertmode")
    assert keywords("postgres://h/d", *names) == ["", "disable", "disable"]
    assert keywords("postgres://h/d?sslcert=/c&sslkey=/k", "sslcertmode", "sslcert") == [None, "/c"]
    passfile = keywords("postgres://h/d", "passfile")[0]
    assert passfile is not None
    assert passfile.startswith("/dev/null/")


def test_connecting_has_a_limit() -> None:
    assert keywords("postgres://h/d", "connect_timeout") == ["10"]
    assert keywords("postgres://h/d?connect_timeout=3", "connect_timeout") == ["3"]


def test_certificates_are_checked_by_the_authorities_of_the_machine() -> None:
    assert keywords("postgres://h/d?sslmode=verify-full", "sslrootcert") != [None]
    own = keywords("postgres://h/d?sslmode=verify-ca&sslrootcert=/ca.pem", "sslrootcert")
    assert own == ["/ca.pem"]
    assert keywords("postgres://h/d?ssl=true", "sslmode") == ["require"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "is empty"),
        ("mysql://host/db", "does not begin with postgresql://"),
        ("host=localhost", "does not begin with postgresql://"),
        ("postgres://me:s3cret/db", "a port that is no number"),
        ("postgres://me:s3cret@host:99999/db", "a port that is no number"),
        ("postgres://me:s3cret@[::1/db", "closing bracket"),
        ("postgres://me:s3cret%00@host/db", "NUL"),
        ("postgres://me:s3cret%ff@host/db", "not UTF-8"),
        ("postgres://me:s3cret@host/db?sslmode=s3cret", "as sslmode"),
        ("postgres://me:s3cret@host/db?connect_timeout=s3cret", "as connect_timeout"),
        ("postgres://me:s3cret@host/db?pool_max_conns=s3cret", "as pool_max_conns"),
        ("postgres://me:s3cret@host/db?pool_max_conn_lifetime=s3cret", "a duration"),
        ("postgres://me:s3cret@host/db?s3cret", "without a value"),
        ("postgres://me:s3cret@host/db?s3-cret=1", "no name of a setting"),
        ("postgres://me:s3cret@host/db?passfile=/etc/shadow", "parameter passfile"),
        ("postgres://me:s3cret@host/db?service=x", "parameter service"),
        ("postgres://me:s3cret@host/db?replication=database", "parameter replication"),
        ("postgres://me:s3cret@a,b/db?port=1,2,3", "2 hosts and 3 ports"),
    ],
)
def test_refuses_what_is_no_address(url: str, words: str) -> None:
    error = refusal(url)
    assert error.message.startswith("the connString of connection [db] ")
    assert words in error.message
    assert "s3cret" not in error.message + (error.hint or "")


@given(text=st.text())
def test_any_text_is_an_address_or_is_refused(text: str) -> None:
    for prefix in ("", "postgresql://", "postgresql://u:p@h/d?"):
        with suppress(ConnectionFailed):
            assert parse_address("db", prefix + text).where
