from __future__ import annotations

import logging
from typing import Any

import pytest

from atoll.secrets import SecretNotAllowed, Secrets, connection_variable


def fields(record: logging.LogRecord) -> Any:
    return record.__dict__["fields"]


@pytest.mark.parametrize(
    ("connection", "name", "variable"),
    [
        ("my-api", "AUTH_TOKEN", "MODUS_MY_API_AUTH_TOKEN"),
        ("x", "token", "MODUS_X_token"),
        ("a-b-c", "D", "MODUS_A_B_C_D"),
    ],
)
def test_variables(connection: str, name: str, variable: str) -> None:
    assert connection_variable(connection, name) == variable
    assert Secrets({variable: "v"}).connection(connection, name) == "v"


def test_a_shorter_name_sees_the_longer_names_variables() -> None:
    secrets = Secrets({"MODUS_MY_API_TOKEN": "t"})
    assert secrets.connection("my", "API_TOKEN") == "t"


def test_names_are_case_sensitive() -> None:
    assert Secrets({"MODUS_X_TOKEN": "t"}).connection("x", "Token") is None


def test_an_empty_secret_is_found_for_a_connection_but_not_for_the_app(
    caplog: pytest.LogCaptureFixture,
) -> None:
    secrets = Secrets({"MODUS_X_A": "", "MODUS_APP_A": "", "MODUS_APP_B": "b"})
    with caplog.at_level(logging.DEBUG, "atoll.secrets"):
        assert secrets.connection("x", "A") == ""
        assert secrets.render("<{{A}}>", "x") == "<>"
        assert caplog.records == []
        assert secrets.app("B") == "b"
        assert secrets.app("A") is None
    assert caplog.messages == ["environment variable MODUS_APP_A was not found"]


def test_the_app_sees_only_its_own(caplog: pytest.LogCaptureFixture) -> None:
    secrets = Secrets({"HOME": "/", "MODUS_DB": "x", "MODUS_X_A": "x"})
    assert [secrets.app(name) for name in ("HOME", "DB", "X_A", "", "/../MODUS_DB")] == [None] * 5


def test_a_hostile_name_stays_on_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    assert Secrets({}).app("x\n\x1b[31m" + "y" * 100_000) is None
    (message,) = caplog.messages
    assert message.isprintable()
    assert len(message) < 200


def test_a_missing_secret_is_logged_by_name(caplog: pytest.LogCaptureFixture) -> None:
    secrets = Secrets({"MODUS_MY_API_A": "hunter2"})
    with caplog.at_level(logging.WARNING, "atoll.secrets"):
        assert secrets.render("{{A}}-{{B}}{{base64(C:A)}}", "my-api") == "hunter2-"
    assert caplog.messages == ["Secret not found.", "Secret not found."]
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    assert [fields(record) for record in caplog.records] == [
        {"name": "B", "connection": "my-api", "variable": "MODUS_MY_API_B"},
        {"name": "C", "connection": "my-api", "variable": "MODUS_MY_API_C"},
    ]


def test_values_do_not_show() -> None:
    secrets = Secrets({"MODUS_X_A": "hunter2", "HOME": "hunter2"})
    assert repr(secrets) == str(secrets) == "<Secrets: 1 variables>"
    assert not hasattr(secrets, "__dict__")


def test_later_changes_of_the_mapping_do_not_count() -> None:
    environ = {"MODUS_X_A": "1"}
    secrets = Secrets(environ)
    environ["MODUS_X_A"] = "2"
    assert secrets.connection("x", "A") == "1"


def test_an_update_replaces_everything_and_says_whether_a_secret_changed() -> None:
    secrets = Secrets({"MODUS_X_A": "1", "MODUS_X_B": "1", "TZ": "UTC"})
    assert secrets.version == 0
    assert not secrets.update({"MODUS_X_B": "1", "MODUS_X_A": "1", "TZ": "Asia/Tokyo"})
    assert secrets.version == 0
    assert secrets.update({"MODUS_X_A": "2"})
    assert secrets.version == 1
    assert secrets.connection("x", "A") == "2"
    assert secrets.connection("x", "B") is None
    assert secrets.render("{{A}}", "x") == "2"


def test_variables_by_their_names() -> None:
    secrets = Secrets({"MODUS_DB": "d", "MODUS_EMPTY": "", "HOME": "/"})
    found = [secrets.variable(name) for name in ("MODUS_DB", "MODUS_EMPTY", "HOME", "MODUS_NONE")]
    assert found == ["d", "", None, None]


def test_the_app_reads_what_the_manifest_allows(caplog: pytest.LogCaptureFixture) -> None:
    values = {"MODUS_APP_A": "hunter2", "MODUS_APP_B": "hunter2"}
    secrets = Secrets(values, allowed=frozenset({"A", "MISSING"}))
    assert secrets.app("A") == "hunter2"
    assert secrets.app("MISSING") is None
    for name in ("B", "UNKNOWN"):
        with pytest.raises(SecretNotAllowed) as caught:
            secrets.app(name)
        assert str(caught.value) == (
            f'the manifest does not allow the secret {name}: add it to "secrets" in modus.json'
        )
    assert secrets.update({"MODUS_APP_B": "hunter3"})
    with pytest.raises(SecretNotAllowed):
        secrets.app("B")
    with pytest.raises(SecretNotAllowed):
        Secrets(values, allowed=frozenset()).app("A")
    assert "hunter" not in caplog.text


@pytest.mark.parametrize("name", ["A B", "A\n", "\ud800", "Ä", "A/B", "{{A}}", "A" * 201, ""])
def test_no_secret_has_an_odd_name(name: str) -> None:
    assert Secrets({f"MODUS_APP_{name}": "hunter2"}).app(name) is None
    assert Secrets({f"MODUS_APP_{name}": "x"}, allowed=frozenset({name})).app(name) is None
