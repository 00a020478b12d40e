"""What functions find in their environment: what the manifest names, and no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

HOST = {
    "MODUS_ENV": "stage",
    "MODUS_REGION": "eu",
    "MODUS_PG_PASSWORD": "of the host",
    "MODUS_APP_KEY": "of the app",
    "MODUS_DB": "postgres://of-the-host",
    "HOME": "/root",
    "TZ": "Asia/Tokyo",
}


@pytest.mark.parametrize("name", ["MODUS_PG_PASSWORD", "MODUS_DB", "MODUS_APP_KEY", "HOME"])
async def test_functions_get_nothing_of_the_host(
    name: str, language: str, make_app: Any, call_of: Callable[..., Any]
) -> None:
    call = call_of(make_app(language, {}, HOST))
    assert await call("environment", name=name) == "nothing"
    assert await call("environment", name="MODUS_ENV") == "nothing"
    assert await call("environment", name="TZ") == "Asia/Tokyo"


async def test_functions_get_what_the_manifest_names(
    language: str, make_app: Any, call_of: Callable[..., Any]
) -> None:
    names = ["MODUS_ENV", "MODUS_REGION", "MODUS_MISSING"]
    call = call_of(make_app(language, {}, HOST, guestEnvironment=names))
    assert await call("environment", name="MODUS_ENV") == "stage"
    assert await call("environment", name="MODUS_REGION") == "eu"
    assert await call("environment", name="MODUS_MISSING") == "nothing"
    assert await call("environment", name="MODUS_PG_PASSWORD") == "nothing"
    assert await call("environment", name="TZ") == "Asia/Tokyo"


async def test_functions_get_variables_as_they_are_when_a_call_begins(
    make_app: Any, call_of: Callable[..., Any]
) -> None:
    app = make_app("python", {}, HOST, guestEnvironment=["MODUS_REGION"])
    call = call_of(app)
    assert await call("environment", name="MODUS_REGION") == "eu"
    app.secrets.update({**HOST, "MODUS_REGION": "us"})
    assert await call("environment", name="MODUS_REGION") == "us"
    app.secrets.update({})
    assert await call("environment", name="MODUS_REGION") == "nothing"
