from __future__ import annotations

from typing import Any

import pytest

from atoll.sdk import HostError, SecretNotFound, secrets, testing


def test_a_secret() -> None:
    with testing.host(secrets={"KEY": "value"}):
        assert secrets.get("KEY") == "value"
        assert secrets.get("NONE", None) is None
        assert secrets.get("NONE", "other") == "other"
        with pytest.raises(SecretNotFound, match="NONE"):
            secrets.get("NONE")


async def test_async_twin() -> None:
    with testing.host(secrets={"KEY": "value"}):
        assert await secrets.get_async("KEY") == "value"
        assert await secrets.get_async("NONE", 1) == 1
        with pytest.raises(SecretNotFound):
            await secrets.get_async("NONE")


def test_a_secret_that_is_not_allowed_has_no_default() -> None:
    def refuse(request: Any) -> Any:
        raise HostError("SECRET_NOT_ALLOWED", "not on the list")

    with (
        testing.host(operations={"secrets.get": refuse}),
        pytest.raises(HostError, match="not on the list"),
    ):
        secrets.get("KEY", "default")
