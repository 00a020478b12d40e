"""The app's own secrets, and no others."""

from __future__ import annotations

import json
import logging

import pytest

from atoll.host.calls import HostCalls
from atoll.host.context import CallLimits, Context
from atoll.host.streams import Streams
from atoll.secrets import Secrets

ENVIRON = {
    "MODUS_APP_TOKEN": "app-token",
    "MODUS_APP_EMPTY": "",
    "MODUS_API_TOKEN": "of a connection",
    "MODUS_DB": "postgresql://secret",
    "PATH": "/bin",
    "APP_TOKEN": "no",
    "TOKEN": "no",
}


@pytest.fixture
def calls() -> HostCalls:
    models = None  # not asked here
    context = Context(models, Streams(), CallLimits(), secrets=Secrets(ENVIRON))  # type: ignore[arg-type]
    return HostCalls(context)


async def test_a_secret(calls):
    assert await calls.run_import("modus_secrets.getSecretValue", ["TOKEN"]) == "app-token"
    assert await calls.call("secrets.get", '{"name": "TOKEN"}') == (True, '"app-token"')


@pytest.mark.parametrize(
    "name",
    [
        "", "EMPTY", "MISSING", "token", "TOKEN ", "TOKEN\0", "PATH", "DB", "API_TOKEN",
        "MODUS_APP_TOKEN", "../TOKEN", "{{TOKEN}}", "x" * 100_000, "\ud800", None,
    ],
)  # fmt: skip
async def test_what_is_no_secret_of_the_app(calls, name, caplog):
    assert await calls.run_import("modus_secrets.getSecretValue", [name]) is None
    assert calls.failure is not None
    assert calls.failure.code == "NO_SUCH_SECRET"
    assert "Error getting secret." in caplog.messages


async def test_the_error_says_where_secrets_come_from(calls):
    ok, text = await calls.call("secrets.get", '{"name": "MISSING"}')
    error = json.loads(text)
    assert (ok, error["code"]) == (False, "NO_SUCH_SECRET")
    assert "MODUS_APP_" in error["hint"]
    assert "app-token" not in text


async def test_an_app_without_secrets(make_calls):
    assert await make_calls().run_import("modus_secrets.getSecretValue", ["TOKEN"]) is None


async def test_what_the_manifest_does_not_allow(caplog):
    secrets = Secrets(ENVIRON, allowed=frozenset({"EMPTY"}))
    context = Context(None, Streams(), CallLimits(), secrets=secrets)  # type: ignore[arg-type]
    calls = HostCalls(context)
    assert await calls.run_import("modus_secrets.getSecretValue", ["TOKEN"]) is None
    assert calls.failure is not None
    assert calls.failure.code == "SECRET_NOT_ALLOWED"
    ok, text = await calls.call("secrets.get", '{"name": "TOKEN"}')
    error = json.loads(text)
    assert (ok, error["code"]) == (False, "SECRET_NOT_ALLOWED")
    assert error["message"] == (
        'the manifest does not allow the secret TOKEN: add it to "secrets" in modus.json'
    )
    assert "app-token" not in text + caplog.text
    _, text = await calls.call("secrets.get", '{"name": "EMPTY"}')
    assert json.loads(text)["code"] == "NO_SUCH_SECRET"


async def test_look_ups_are_logged_for_those_who_debug_and_without_values(calls, caplog):
    with caplog.at_level(logging.INFO, "atoll"):
        await calls.call("secrets.get", '{"name": "TOKEN"}')
        assert caplog.records == []
    with caplog.at_level(logging.DEBUG, "atoll"):
        await calls.call("secrets.get", '{"name": "TOKEN"}')
    assert caplog.messages == ["Starting secret lookup.", "Completed secret lookup."]
    assert [record.__dict__["fields"] for record in caplog.records] == [{"name": "TOKEN"}] * 2
    assert "app-token" not in caplog.text


async def test_a_secret_that_changed(calls):
    calls._context.service("secrets").update({"MODUS_APP_TOKEN": "another"})
    assert await calls.call("secrets.get", '{"name": "TOKEN"}') == (True, '"another"')
