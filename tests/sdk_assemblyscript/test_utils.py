"""utils: errors for callers, and results that the host did not give."""

from __future__ import annotations

from typing import Any

import pytest

from atoll.guest.core.call import ERROR
from atoll.guest.failure import GuestEnded


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def app(request, run_app) -> Any:
    return run_app("plain", release=request.param)


async def test_an_error_for_the_caller_ends_the_call(app):
    with pytest.raises(GuestEnded) as caught:
        await app.call("userError", message="Mind the gap é✨")
    assert caught.value.status == 1
    assert app.logs == [(ERROR, "Mind the gap é✨")]


async def test_only_null_is_an_invalid_result(app):
    assert await app.call("invalid") == [False, False, False, True, True, True, True]
