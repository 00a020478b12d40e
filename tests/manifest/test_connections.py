"""Connections, and what functions may read, as the manifest says it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from atoll.manifest import (
    DgraphConnection,
    HttpConnection,
    Manifest,
    ManifestError,
    MysqlConnection,
    Neo4jConnection,
    PoolSettings,
    PostgresqlConnection,
    Problem,
    RateSettings,
    RetrySettings,
)

Check = Callable[..., tuple[Problem, ...]]
Read = Callable[..., Manifest]


def connection(read: Read, settings: dict[str, Any]) -> Any:
    return read({"connections": {"c": settings}}, strict=True).connections["c"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {"type": "postgresql", "connString": "postgres://h/d"},
            PostgresqlConnection("c", "postgres://h/d"),
        ),
        (
            {
                "type": "mysql",
                "connString": "mysql://h/d",
                "timeoutSeconds": 1.5,
                "pool": {
                    "minSize": 1,
                    "maxSize": 2,
                    "waitSeconds": 3,
                    "idleSeconds": 4,
                    "lifetimeSeconds": 5,
                },
            },
            MysqlConnection("c", "mysql://h/d", PoolSettings(1, 2, 3, 4, 5), 1.5),
        ),
        (
            {"type": "neo4j", "dbUri": "bolt://h", "username": "u", "password": "{{P}}"},
            Neo4jConnection("c", "bolt://h", "u", "{{P}}"),
        ),
        (
            {"type": "dgraph", "grpcTarget": "h:1", "key": "{{K}}", "timeoutSeconds": 2},
            DgraphConnection("c", "", "h:1", "{{K}}", 2),
        ),
        (
            {
                "type": "http",
                "endpoint": "https://a/b",
                "timeoutSeconds": 2,
                "maxConnections": 7,
                "rateLimit": {"requests": 5, "seconds": 0.5},
                "retries": {
                    "attempts": 3,
                    "statuses": [500],
                    "methods": ["POST", "GET"],
                    "backoffSeconds": 1,
                    "maxBackoffSeconds": 2,
                    "retryAfter": False,
                },
            },
            HttpConnection(
                "c",
                endpoint="https://a/b",
                timeout=2,
                max_connections=7,
                rate=RateSettings(5, 0.5),
                retries=RetrySettings(
                    3, frozenset((500,)), frozenset(("POST", "GET")), 1, 2, retry_after=False
                ),
            ),
        ),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_every_key_is_read(read: Read, settings: dict[str, Any], expected: Any) -> None:
    assert connection(read, settings) == expected


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"pool": {"maxSize": 0}}, '"maxSize" of "pool" of connection [c] must be a whole number'),
        ({"pool": {"minSize": 5, "maxSize": 2}}, '"minSize" of "pool" of connection [c] is 5'),
        ({"pool": {"size": 5}}, 'Unknown key "size"'),
        ({"pool": []}, '"pool" of connection [c] must be an object'),
        ({"timeoutSeconds": "5"}, '"timeoutSeconds" of connection [c] must be a number'),
        ({"Pool": {"maxSize": 5}}, 'is spelled "pool"'),
    ],
)
def test_mistakes_in_our_own_keys_are_errors(read: Read, more: dict[str, Any], words: str) -> None:
    with pytest.raises(ManifestError) as caught:
        connection(read, {"type": "postgresql", "connString": "postgres://h/d", **more})
    assert words in caught.value.problems[0].message
    assert caught.value.problems[0].location is not None


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"retries": {"statuses": []}}, "an array that is not empty"),
        ({"retries": {"statuses": [99]}}, "an array of HTTP statuses"),
        ({"retries": {"methods": ["get"]}}, "an array of GET, HEAD"),
        ({"retries": {"retryAfter": 1}}, "true or false"),
        ({"rateLimit": {}}, 'has no "requests"'),
        ({"rateLimit": {"requests": 1.5}}, "a whole number"),
    ],
)
def test_mistakes_of_http_connections(read: Read, more: dict[str, Any], words: str) -> None:
    with pytest.raises(ManifestError) as caught:
        connection(read, {"type": "http", "endpoint": "https://a/b", **more})
    assert words in caught.value.problems[0].message


def test_what_functions_may_read(read: Read) -> None:
    assert read({}).app_secrets is None
    assert read({}).guest_environment == ()
    found = read({"secrets": ["A", "B"], "guestEnvironment": ["MODUS_ENV"]}, strict=True)
    assert found.app_secrets == {"A", "B"}
    assert found.guest_environment == ("MODUS_ENV",)
    assert read({"secrets": []}, strict=True).app_secrets == frozenset()


@pytest.mark.parametrize("name", ["MODUS_MAIN_DB_PASSWORD", "MODUS_DB", "MODUS_APP_KEY"])
def test_giving_functions_a_secret_of_the_host_is_worth_a_warning(check: Check, name: str) -> None:
    connections = {"main-db": {"type": "postgresql", "connString": "postgres://h/d"}}
    [warning] = check({"connections": connections, "guestEnvironment": [name]})
    assert warning.code == "SECRETS_SHARED_WITH_APP"
    assert name in warning.message


@pytest.mark.parametrize("section", ["secrets", "guestEnvironment"])
@pytest.mark.parametrize("value", ["A", {}, [1], ["a-b"], [""]])
def test_what_is_no_list_of_names_is_an_error(read: Read, section: str, value: Any) -> None:
    with pytest.raises(ManifestError, match=f'"{section}"'):
        read({section: value})


@pytest.mark.parametrize("rest", ["u:hidden@a.test/p", "a.test/p?key=hidden"])
def test_an_address_with_credentials_is_not_repeated(read: Read, rest: str) -> None:
    manifest = read({"connections": {"a": {"type": "http", "baseUrl": f"http://{rest}"}}})
    assert manifest.warnings
    assert not any("hidden" in f"{each.message} {each.hint}" for each in manifest.warnings)
