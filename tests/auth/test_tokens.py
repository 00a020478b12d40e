from __future__ import annotations

import base64
import json
import logging
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from atoll.auth.tokens import LEEWAY, Admitted, Refused, TokenVerifier

DENIED = Refused(401, "Access Denied")
MALFORMED = Refused(400, "Invalid JWT token format, Bearer required")


def encoded(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


# The decision table: that of Modus, with its open rows closed.


@pytest.mark.parametrize("dev", [True, False])
@pytest.mark.parametrize("with_keys", [True, False])
@pytest.mark.parametrize(
    "header", ["bearer x", "Basic YTpi", "Bearer", "", "Bearer\tx", " Bearer x"]
)
def test_another_scheme_is_malformed(issuer: Any, dev: bool, with_keys: bool, header: str) -> None:
    verifier = TokenVerifier(issuer.loaded() if with_keys else (), dev=dev)

    assert verifier.decide(header) == MALFORMED


def test_no_keys_in_dev_passes_without_a_header() -> None:
    assert TokenVerifier((), dev=True).decide(None) == Admitted(None)


def test_no_keys_in_dev_takes_claims_unverified(issuer: Any) -> None:
    claims = {"sub": "ada", "exp": 1}

    decision = TokenVerifier((), dev=True).decide(f"Bearer {issuer.sign(claims)}")

    assert decision == Admitted(claims)


def test_no_keys_in_dev_passes_what_is_no_token(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        decision = TokenVerifier((), dev=True).decide("Bearer not-a-token")

    assert decision == Admitted(None)
    assert "not a JWT" in caplog.text


def test_no_keys_outside_dev_refuses_all(issuer: Any) -> None:
    verifier = TokenVerifier((), dev=False)

    assert verifier.decide(None) == DENIED
    assert verifier.decide(f"Bearer {issuer.sign({})}") == DENIED


@pytest.mark.parametrize("dev", [True, False])
def test_keys_and_no_header(issuer: Any, dev: bool) -> None:
    assert TokenVerifier(issuer.loaded(), dev=dev).decide(None) == DENIED


@pytest.mark.parametrize("dev", [True, False])
def test_keys_and_a_token_of_theirs(issuer: Any, dev: bool) -> None:
    claims = {"sub": "ada", "aud": "someone", "iss": "us", "roles": ["a", {"b": 1}]}

    decision = TokenVerifier(issuer.loaded(), dev=dev).decide(f"Bearer {issuer.sign(claims)}")

    assert decision == Admitted(claims)


def test_every_key_is_tried(issuers: dict[str, Any]) -> None:
    keys = [key for issuer in issuers.values() for key in issuer.loaded()]
    verifier = TokenVerifier(keys, dev=False)

    for name, issuer in issuers.items():
        assert verifier.decide(f"Bearer {issuer.sign({'by': name})}") == Admitted({"by": name})


def test_claims_that_are_no_text_are_refused(issuer: Any) -> None:
    verifier = TokenVerifier(issuer.loaded(), dev=False)

    assert verifier.decide(f"Bearer {issuer.sign({'sub': chr(0xD800)})}") == DENIED


def test_a_token_of_another_issuer(issuers: dict[str, Any], issuer: Any) -> None:
    verifier = TokenVerifier(issuer.loaded(), dev=True)

    for other in issuers.values():
        if other is not issuer:
            assert verifier.decide(f"Bearer {other.sign({})}") == DENIED


# Times.


@pytest.mark.parametrize(
    ("claims", "admitted"),
    [
        (lambda now: {"exp": now + 600}, True),
        (lambda now: {"exp": now - 1}, True),
        (lambda now: {"exp": now - LEEWAY - 60}, False),
        (lambda now: {"nbf": now - 600}, True),
        (lambda now: {"nbf": now + LEEWAY + 600}, False),
        (lambda now: {"iat": now + 6000}, True),
        (lambda now: {"exp": "soon"}, False),
        (lambda now: {"nbf": None}, False),
        (lambda now: {"exp": []}, False),
        (lambda now: {"exp": float("inf")}, False),
    ],
)
def test_times(
    issuers: dict[str, Any], claims: Callable[[float], dict[str, Any]], admitted: bool
) -> None:
    issuer = issuers["EdDSA"]
    token = issuer.sign({})
    header = token.split(".")[0]
    signed = f"{header}.{encoded(claims(time.time()))}"
    signature = issuer.private.sign(signed.encode())

    decision = TokenVerifier(issuer.loaded(), dev=False).decide(
        f"Bearer {signed}.{encoded(signature)}"
    )

    assert isinstance(decision, Admitted) is admitted


# Forgeries.


def test_unsigned_tokens_are_refused(issuer: Any) -> None:
    verifier = TokenVerifier(issuer.loaded(), dev=True)

    for name in ("none", "None", "NONE", "nOnE", ""):
        token = f"{encoded({'alg': name, 'typ': 'JWT'})}.{encoded({'sub': 'eve'})}."
        assert verifier.decide(f"Bearer {token}") == DENIED


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_a_public_key_is_not_an_hmac_secret(issuer: Any, algorithm: str) -> None:
    # PyJWT refuses to sign with a PEM as the secret, so the forger does it by hand.
    import hashlib
    import hmac

    digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
    signed = f"{encoded({'alg': algorithm, 'typ': 'JWT'})}.{encoded({'sub': 'eve'})}"
    mac = hmac.new(issuer.public_pem.encode(), signed.encode(), digest[algorithm]).digest()

    decision = TokenVerifier(issuer.loaded(), dev=True).decide(f"Bearer {signed}.{encoded(mac)}")

    assert decision == DENIED


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_another_algorithm_of_the_same_key_is_refused(
    issuers: dict[str, Any], algorithm: str
) -> None:
    issuer = issuers["RS256"]
    token = jwt.encode({}, issuer.private, algorithm=algorithm)

    assert TokenVerifier(issuer.loaded(), dev=False).decide(f"Bearer {token}") == DENIED


def test_changed_claims_are_refused(issuer: Any) -> None:
    header, _, signature = issuer.sign({"sub": "ada"}).split(".")
    token = f"{header}.{encoded({'sub': 'eve'})}.{signature}"

    assert TokenVerifier(issuer.loaded(), dev=False).decide(f"Bearer {token}") == DENIED


def test_critical_headers_that_we_do_not_know_are_refused(issuer: Any) -> None:
    token = issuer.sign({}, crit=["http://example.com/unknown"])

    assert TokenVerifier(issuer.loaded(), dev=False).decide(f"Bearer {token}") == DENIED


def reason_of(decision: Any) -> str:
    assert isinstance(decision, Refused)
    return decision.reason


def test_refusals_have_a_reason(issuers: dict[str, Any], issuer: Any) -> None:
    keys = [key for one in issuers.values() for key in one.loaded()]
    verifier = TokenVerifier(keys, dev=False)
    now = time.time()
    header, _, signature = issuer.sign({"sub": "ada"}).split(".")
    changed = f"{header}.{encoded({'sub': 'eve'})}.{signature}"
    hmac = jwt.encode({}, "s" * 64, algorithm="HS256")

    def reason(token: str) -> str:
        return reason_of(verifier.decide(f"Bearer {token}"))

    assert reason_of(verifier.decide(None)) == "no token"
    assert reason_of(verifier.decide("Basic YTpi")) == "malformed"
    assert reason("abc") == "malformed"
    assert reason(issuer.sign({"exp": now - 600})) == "expired"
    assert reason(issuer.sign({"nbf": now + 600})) == "not yet valid"
    assert reason(changed) == "bad signature"
    assert reason(hmac) == "signed with another algorithm than that of the keys"
    none = TokenVerifier((), dev=False)
    assert reason_of(none.decide(f"Bearer {issuer.sign({})}")) == "no keys"


@given(st.text(max_size=200))
@example("a.b.c")
@example(f"{encoded({'alg': 'EdDSA'})}.{encoded({})}.")
@example(f"{encoded({'alg': 'EdDSA'})}.{encoded(b'[' * 100_000)}.AA")
@example(f"{encoded(b'[' * 100_000)}.{encoded({})}.AA")
def test_any_text_is_decided_on(issuers: dict[str, Any], token: str) -> None:
    keys = issuers["EdDSA"].loaded()

    assert TokenVerifier(keys, dev=False).decide(f"Bearer {token}") == DENIED
    assert isinstance(TokenVerifier((), dev=True).decide(f"Bearer {token}"), Admitted)


# Configuration.


@pytest.mark.parametrize("dev", [True, False])
def test_key_sets_by_address_are_not_supported_and_do_not_open_the_door(
    issuer: Any, dev: bool
) -> None:
    environ = {"MODUS_JWKS_ENDPOINTS": '{"a":"https://example.com/jwks.json"}'}

    verifier = TokenVerifier.from_environ(environ, dev=dev)

    assert verifier.decide(None) == DENIED
    assert verifier.decide(f"Bearer {issuer.sign({})}") == DENIED
    assert any("MODUS_JWKS_ENDPOINTS" in warning for warning in verifier.warnings())


def test_keys_beside_key_sets_still_verify(issuer: Any) -> None:
    environ = {
        "MODUS_JWKS_ENDPOINTS": '{"a":"https://example.com/jwks.json"}',
        "MODUS_PEMS": json.dumps({"main": issuer.public_pem}),
    }

    verifier = TokenVerifier.from_environ(environ, dev=False)

    assert verifier.decide(f"Bearer {issuer.sign({})}") == Admitted({})


@pytest.mark.parametrize("dev", [True, False])
def test_missing_keys_are_warned_about_by_the_variable_name(dev: bool) -> None:
    (warning,) = TokenVerifier((), dev=dev).warnings()

    assert "MODUS_PEMS" in warning
    assert ("accept every request" in warning) is dev


def test_keys_need_no_warning(issuer: Any) -> None:
    assert TokenVerifier(issuer.loaded(), dev=False).warnings() == ()
