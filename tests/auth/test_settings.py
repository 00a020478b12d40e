from __future__ import annotations

import json
from typing import Any

import pytest

from atoll.auth.errors import AuthConfigurationError
from atoll.auth.settings import AuthSettings, KeyEndpoint, read_settings


def refusal(environ: dict[str, str], *, dev: bool = False) -> AuthConfigurationError:
    with pytest.raises(AuthConfigurationError) as caught:
        read_settings(environ, dev=dev)
    return caught.value


def test_nothing_is_set() -> None:
    blank = {"MODUS_PEMS": " ", "MODUS_JWKS_ENDPOINTS": "", "MODUS_JWKS_REFRESH_MINUTES": " "}
    for environ in ({}, blank):
        assert read_settings(environ, dev=False) == AuthSettings((), (), 86_400.0)


def test_everything_is_set(issuers: dict[str, Any]) -> None:
    urls = {"a": "https://id.example.com/jwks.json", "b": "http://localhost:8080/keys"}
    found = read_settings(
        {
            "MODUS_PEMS": json.dumps({"mine": issuers["ES256"].public_pem}),
            "MODUS_JWKS_ENDPOINTS": json.dumps(urls),
            "MODUS_JWKS_REFRESH_MINUTES": "10",
        },
        dev=False,
    )

    assert [key.name for key in found.keys] == ["mine"]
    assert found.endpoints == tuple(KeyEndpoint(*item) for item in urls.items())
    assert found.endpoints[0].host == "id.example.com"
    assert found.refresh == 600.0


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}', '{"a": null}', '"https://a"'])
def test_a_variable_that_is_not_an_object_of_texts(text: str) -> None:
    error = refusal({"MODUS_JWKS_ENDPOINTS": text})

    assert error.code == "INVALID_KEY_SETS"
    assert "MODUS_JWKS_ENDPOINTS" in error.message


@pytest.mark.parametrize(
    "url", ["", "id.example.com", "ftp://id.example.com/", "https://", "https://[::1", "/keys"]
)
def test_what_is_no_url(url: str) -> None:
    assert '"a"' in refusal({"MODUS_JWKS_ENDPOINTS": json.dumps({"a": url})}).message


def test_without_tls_only_from_this_machine_or_in_dev() -> None:
    def environ(url: str) -> dict[str, str]:
        return {"MODUS_JWKS_ENDPOINTS": json.dumps({"a": url})}

    for here in ("http://localhost/k", "http://127.0.0.1:8080/k", "http://[::1]:8080/k"):
        assert read_settings(environ(here), dev=False).endpoints
    for other in ("http://id.example.com/k", "http://localhost.example.com/k", "http://10.0.0.1/"):
        assert "without TLS" in refusal(environ(other)).message
        assert read_settings(environ(other), dev=True).endpoints


def test_messages_do_not_hold_what_a_url_may_hide() -> None:
    error = refusal({"MODUS_JWKS_ENDPOINTS": '{"a": "http://ann:pass@example.com/?key=secret"}'})

    assert "pass" not in f"{error} {error.hint}"
    assert "secret" not in f"{error} {error.hint}"


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "soon", "525601", "9" * 30, "²", "\u0661"])
def test_a_period_that_is_none(text: str) -> None:
    assert refusal({"MODUS_JWKS_REFRESH_MINUTES": text}).code == "INVALID_REFRESH"
