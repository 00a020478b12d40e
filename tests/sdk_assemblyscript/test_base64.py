"""Base64 in guests."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.guest.failure import GuestFailure

SOME = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def app(request, run_app) -> Any:
    return run_app("plain", release=request.param)


@given(data=st.binary())
@SOME
async def test_any_bytes_survive(app, data):
    text = b64encode(data).decode()
    assert await app.call("encoded", bytes=data) == text
    # Callers are told of bytes in base64 as well.
    assert await app.call("decoded", text=text) == text
    assert await app.call("decoded", text=text.rstrip("=")) == text


async def test_every_byte(app):
    every = bytes(range(256))
    assert b64decode(await app.call("encoded", bytes=every)) == every


async def test_a_part_of_bytes(app):
    assert await app.call("encodedPart", bytes=b"abcdef", start=1, end=5) == "YmNkZQ=="
    assert await app.call("encodedPart", bytes=b"abcdef", start=2, end=2) == ""


@pytest.mark.parametrize("text", ["A", "AAAAA", "A===", "*AAA", "A-_A", "AA AA", "AA=A", "é000"])
async def test_what_is_not_base64(app, text):
    with pytest.raises(GuestFailure, match="Expected text in base64"):
        await app.call("decoded", text=text)
