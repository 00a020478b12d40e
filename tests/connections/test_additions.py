from __future__ import annotations

import logging

import pytest

from atoll.connections import ConnectionFailed
from atoll.connections.additions import Renderer
from atoll.manifest import HttpConnection
from atoll.secrets import Secrets

API = HttpConnection(
    "api",
    base_url="https://api.test/",
    headers={"Authorization": "Bearer {{KEY}}"},
    query_parameters={"key": "{{KEY}}"},
)


def test_a_template_is_filled_in_once_for_each_version_of_the_secrets():
    secrets = Secrets({"MODUS_API_KEY": "first"})
    renderer = Renderer(secrets)
    found = renderer.additions(API)
    assert found.headers == (("Authorization", "Bearer first"),)
    assert found.parameters == (("key", "first"),)
    assert renderer.additions(API) is found
    assert secrets.update({"MODUS_API_KEY": "second"})
    assert renderer.additions(API).headers == (("Authorization", "Bearer second"),)


def test_another_connection_of_the_same_name_is_another():
    renderer = Renderer(Secrets({}))
    renderer.additions(HttpConnection("api", headers={"X-A": "1"}))
    assert renderer.additions(HttpConnection("api", headers={"X-A": "2"})).headers == (
        ("X-A", "2"),
    )


def test_a_missing_secret_is_in_the_log_each_time(caplog):
    caplog.set_level(logging.WARNING)
    renderer = Renderer(Secrets({}))
    for _ in range(2):
        assert renderer.additions(API).headers == (("Authorization", "Bearer "),)
    assert caplog.messages == ["Secret not found."] * 4
    assert caplog.records[0].fields["variable"] == "MODUS_API_KEY"


def test_an_empty_secret_is_none_that_is_missing(caplog):
    renderer = Renderer(Secrets({"MODUS_API_KEY": ""}))
    assert renderer.additions(API) is renderer.additions(API)
    assert caplog.messages == []


def test_a_secret_that_cannot_be_sent_is_refused_each_time():
    renderer = Renderer(Secrets({"MODUS_API_KEY": "s3cret\r\nX-Evil: 1"}))
    for _ in range(2):
        with pytest.raises(ConnectionFailed) as caught:
            renderer.additions(API)
        assert caught.value.code == "BAD_HEADER"
        assert "s3cret" not in caught.value.message


def test_its_repr_holds_no_secret():
    assert "s3cret" not in repr(Renderer(Secrets({"MODUS_API_KEY": "s3cret"})).additions(API))
