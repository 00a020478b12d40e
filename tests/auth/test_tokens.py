from __future__ import annotations

import base64
import json
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given
from hypothesis import strategies as st

from atoll.auth.decision import Admitted, Refused
from atoll.auth.keyring import MAX_VERIFIED, Keyring, Verified
from atoll.auth.keys import VerificationKey
from atoll.auth.tokens import LEEWAY, TokenVerifier
from atoll.manifest import AccessRules

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
    assert reason("a" * 16_385) == "too long"
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
@example(f"{encoded({'alg': 'EdDSA'})}.{encoded(b'[' * 8_000)}.AA")
@example(f"{encoded(b'[' * 8_000)}.{encoded({})}.AA")
def test_any_text_is_decided_on(issuers: dict[str, Any], token: str) -> None:
    keys = issuers["EdDSA"].loaded()

    assert TokenVerifier(keys, dev=False).decide(f"Bearer {token}") == DENIED
    assert isinstance(TokenVerifier((), dev=True).decide(f"Bearer {token}"), Admitted)


# What is wrong with a token does not show.


def forgeries(issuer: Any, other: Any) -> dict[str, str]:
    now = time.time()
    good = issuer.sign({"sub": "ada"})
    header, payload, signature = good.split(".")

    def signed(header: bytes, payload: bytes) -> str:
        """Signed by the right key, whatever it says."""
        text = f"{encoded(header)}.{encoded(payload)}"
        whole = jwt.PyJWS()
        made = whole.get_algorithm_by_name(issuer.algorithm)
        return f"{text}.{encoded(made.sign(text.encode(), issuer.private))}"

    alg = json.dumps(issuer.algorithm)
    assert jwt.decode(
        signed(f'{{"alg":{alg}}}'.encode(), b'{"sub":"ada"}'),
        issuer.private.public_key(),
        algorithms=[issuer.algorithm],
    )
    return {
        "empty": "",
        "one part": header,
        "two parts": f"{header}.{payload}",
        "no signature": f"{header}.{payload}.",
        "four parts": f"{good}.{signature}",
        "encrypted": f"{header}.{payload}.{signature}.{payload}.{signature}",
        "JSON": json.dumps({"payload": payload, "protected": header, "signature": signature}),
        "padding": f"{good}==",
        "blank within": f"{header} .{payload}.{signature}",
        "other alphabet": f"{header}.{payload}.{signature[:-1]}+",
        "expired": issuer.sign({"exp": now - 600}),
        "not yet": issuer.sign({"nbf": now + 600}),
        "exp is no number": signed(f'{{"alg":{alg}}}'.encode(), b'{"exp":"soon"}'),
        "of another": other.sign({"sub": "ada"}),
        "changed": f"{header}.{encoded({'sub': 'eve'})}.{signature}",
        "unsigned": f"{encoded({'alg': 'none'})}.{payload}.{signature}",
        "critical": issuer.sign({}, crit=["exp"], exp=1),
        "critical, empty": signed(f'{{"alg":{alg},"crit":[]}}'.encode(), b"{}"),
        "not encoded": signed(f'{{"alg":{alg},"b64":true}}'.encode(), b"{}"),
        "twice an algorithm": signed(f'{{"alg":"none","alg":{alg}}}'.encode(), b"{}"),
        "twice a key": signed(f'{{"alg":{alg},"kid":"a","kid":"b"}}'.encode(), b"{}"),
        "no algorithm": signed(b"{}", b"{}"),
        "an algorithm that is no text": signed(b'{"alg":["none"]}', b"{}"),
        "a key that is no text": signed(f'{{"alg":{alg},"kid":1}}'.encode(), b"{}"),
        "header of another kind": signed(b"[]", b"{}"),
        "claims of another kind": signed(f'{{"alg":{alg}}}'.encode(), b"[]"),
        "a token in a token": signed(f'{{"alg":{alg},"cty":"JWT"}}'.encode(), good.encode()),
        "nested": signed(f'{{"alg":{alg}}}'.encode(), b"[" * 5_000),
        "too long": issuer.sign({"sub": "a" * 20_000}),
        "a long key": other.sign({}, kid="k" * 10_000),
    }


def test_all_refusals_are_the_same_and_hold_nothing_of_the_token(
    issuers: dict[str, Any], issuer: Any, subtests: Any, caplog: pytest.LogCaptureFixture
) -> None:
    other = type(issuer)("EdDSA", Ed25519PrivateKey.generate())
    verifier = TokenVerifier(issuer.loaded(), dev=False)

    with caplog.at_level(logging.DEBUG):
        for name, token in forgeries(issuer, other).items():
            with subtests.test(name):
                decision = verifier.decide(f"Bearer {token}")
                assert (decision.status, decision.message) == (401, "Access Denied")
                assert 0 < len(decision.reason) < 60
                if token:
                    assert token not in caplog.text


@pytest.mark.parametrize("members", [{"jwk": None}, {"jku": None}, {"x5u": None}, {"x5c": None}])
def test_keys_that_a_token_brings_or_points_to_are_not_used(
    issuers: dict[str, Any], members: dict[str, Any]
) -> None:
    forger = type(issuers["EdDSA"])("EdDSA", Ed25519PrivateKey.generate())
    brought = {"jwk": forger.jwk(), "jku": "http://127.0.0.1:9/", "x5u": "http://127.0.0.1:9/"}
    headers = {name: brought.get(name, ["AAAA"]) for name in members}

    decision = TokenVerifier(issuers["EdDSA"].loaded(), dev=False).decide(
        f"Bearer {forger.sign({'sub': 'eve'}, **headers)}"
    )

    assert decision == DENIED


ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(data=st.data())
def test_no_change_of_a_token_is_accepted(issuers: dict[str, Any], data: st.DataObject) -> None:
    issuer = issuers[data.draw(st.sampled_from(sorted(issuers)))]
    claims = {"sub": "ada", "role": ["reader"], "exp": 4_000_000_000}
    token = issuer.sign(claims, kid="main")
    verifier = TokenVerifier(issuer.loaded(), dev=False)
    assert verifier.decide(f"Bearer {token}") == Admitted(claims)

    at = data.draw(st.integers(0, len(token) - 1))
    changed = data.draw(
        st.one_of(
            st.sampled_from(ALPHABET + ".=+/ \u00e9").map(
                lambda c: token[:at] + c + token[at + 1 :]
            ),
            st.sampled_from(ALPHABET + ".=+/").map(lambda c: token[:at] + c + token[at:]),
            st.integers(1, 8).map(lambda n: token[:at] + token[at + n :]),
            st.text(ALPHABET + ".", max_size=8).map(lambda end: token + end),
            st.integers(0, len(token) - 2).map(
                lambda i: token[:i] + token[i + 1] + token[i] + token[i + 2 :]
            ),
            st.sampled_from([token.upper(), token.lower(), token + "=", token.replace(".", "..")]),
        )
    )

    if changed.strip(" ") != token:
        assert verifier.decide(f"Bearer {changed}") == DENIED


@given(
    st.dictionaries(
        st.sampled_from(["alg", "kid", "typ", "cty", "crit", "b64", "jwk", "zip", "x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=10),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ),
    )
)
def test_no_header_makes_up_for_a_signature(issuers: dict[str, Any], header: Any) -> None:
    keys = [key for issuer in issuers.values() for key in issuer.loaded()]
    token = f"{encoded(header)}.{encoded({'sub': 'eve'})}.{encoded(b'x' * 64)}"

    assert TokenVerifier(keys, dev=False).decide(f"Bearer {token}") == DENIED


# Which key is asked.


def named(issuer: Any, name: str) -> VerificationKey:
    (key,) = issuer.loaded()
    return replace(key, name=name)


def test_a_token_that_names_a_given_key_is_for_that_key_alone(issuers: dict[str, Any]) -> None:
    one, two = issuers["EdDSA"], type(issuers["EdDSA"])("EdDSA", Ed25519PrivateKey.generate())
    verifier = TokenVerifier([named(one, "one"), named(two, "two")], dev=False)

    assert verifier.decide(f"Bearer {one.sign({}, kid='one')}") == Admitted({})
    assert verifier.decide(f"Bearer {two.sign({}, kid='one')}") == DENIED
    assert verifier.decide(f"Bearer {two.sign({}, kid='three')}") == Admitted({})
    assert verifier.decide(f"Bearer {two.sign({})}") == Admitted({})


def test_published_keys_are_found_by_their_id(issuers: dict[str, Any]) -> None:
    one, two, plain = (
        type(issuers["EdDSA"])("EdDSA", Ed25519PrivateKey.generate()) for _ in range(3)
    )
    ring = Keyring(
        (),
        [
            replace(named(one, "id"), id="1"),
            replace(named(two, "id"), id="2"),
            replace(named(plain, "id"), id=None),
        ],
    )

    assert [key.id for key in ring.candidates("1")] == ["1", None]
    assert [key.id for key in ring.candidates("3")] == [None]
    assert [key.id for key in ring.candidates(None)] == ["1", "2", None]
    assert ring.knows("1")
    assert not ring.knows("3")
    assert not ring.knows(None)


# Issuer and audience.


@pytest.mark.parametrize(
    ("rules", "claims", "admitted"),
    [
        (AccessRules(), {"iss": "x", "aud": "y"}, True),
        (AccessRules(issuers=("a", "b")), {"iss": "b"}, True),
        (AccessRules(issuers=("a",)), {"iss": "A"}, False),
        (AccessRules(issuers=("a",)), {}, False),
        (AccessRules(issuers=("a",)), {"iss": ["a"]}, False),
        (AccessRules(audiences=("a", "b")), {"aud": "a"}, True),
        (AccessRules(audiences=("a",)), {"aud": ["x", "a"]}, True),
        (AccessRules(audiences=("a",)), {"aud": ["x"]}, False),
        (AccessRules(audiences=("a",)), {"aud": []}, False),
        (AccessRules(audiences=("a",)), {"aud": [{}]}, False),
        (AccessRules(audiences=("a",)), {}, False),
    ],
)
def test_issuer_and_audience(
    issuers: dict[str, Any], rules: AccessRules, claims: dict[str, Any], admitted: bool
) -> None:
    issuer = issuers["EdDSA"]
    verifier = TokenVerifier(issuer.loaded(), dev=False, rules=rules)
    text = f"{encoded({'alg': 'EdDSA'})}.{encoded(claims)}"

    decision = verifier.decide(f"Bearer {text}.{encoded(issuer.private.sign(text.encode()))}")

    assert isinstance(decision, Admitted) is admitted
    if not admitted:
        assert decision.reason in ("of another issuer", "for another audience")


# Tokens that were verified before.


def test_a_remembered_token_expires(issuer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    verifier = TokenVerifier(issuer.loaded(), dev=False)
    now = time.time()
    token = f"Bearer {issuer.sign({'exp': int(now) + 100})}"
    decision = verifier.decide(token)
    assert decision.expires == int(now) + 100 + LEEWAY

    def not_remembered(*_: object) -> None:
        raise AssertionError("verified again")

    monkeypatch.setattr(verifier, "_verified", not_remembered)

    monkeypatch.setattr(time, "time", lambda: int(now) + 100 + LEEWAY - 1)
    assert verifier.decide(token) == decision
    monkeypatch.setattr(time, "time", lambda: int(now) + 100 + LEEWAY)
    with pytest.raises(AssertionError, match="verified again"):
        verifier.decide(token)


def test_a_remembered_token_goes_with_its_key(issuers: dict[str, Any]) -> None:
    issuer = issuers["ES256"]
    verifier = TokenVerifier(issuer.loaded(), dev=False)
    token = f"Bearer {issuer.sign({})}"
    assert verifier.decide(token) == Admitted({})

    assert verifier.reconfigure({"MODUS_PEMS": json.dumps({"new": issuers["ES384"].public_pem})})

    assert verifier.decide(token) == DENIED
    assert verifier.decide(f"Bearer {issuers['ES384'].sign({})}") == Admitted({})


def test_few_tokens_are_remembered(issuers: dict[str, Any]) -> None:
    ring = Keyring()
    for number in range(MAX_VERIFIED + 100):
        ring.remember(str(number), Verified({}, None))
    ring.remember("x" * 5_000, Verified({}, None))

    assert ring.remembered("99", 0.0) is None
    assert ring.remembered("100", 0.0) is not None
    assert ring.remembered("x" * 5_000, 0.0) is None


# Other settings, at work.


def test_without_the_variables_the_keys_are_gone(issuer: Any) -> None:
    for dev in (False, True):
        verifier = TokenVerifier(issuer.loaded(), dev=dev)
        assert verifier.reconfigure({})
        assert isinstance(verifier.decide(f"Bearer {issuer.sign({})}"), Admitted) is dev


@pytest.mark.parametrize("dev", [True, False])
@pytest.mark.parametrize(
    "environ",
    [
        {"MODUS_PEMS": "{"},
        {"MODUS_PEMS": '{"a": "b"}'},
        {"MODUS_JWKS_ENDPOINTS": "[]"},
        {"MODUS_JWKS_ENDPOINTS": '{"a": "ftp://example.com"}'},
        {"MODUS_JWKS_REFRESH_MINUTES": "soon"},
    ],
)
def test_bad_settings_leave_the_keys_in_place(
    issuer: Any, dev: bool, environ: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    verifier = TokenVerifier(issuer.loaded(), dev=dev)

    assert not verifier.reconfigure(environ)

    assert verifier.decide(f"Bearer {issuer.sign({})}") == Admitted({})
    assert verifier.decide(None) == DENIED
    assert next(iter(environ)) in caplog.text


# Configuration.


@pytest.mark.parametrize("dev", [True, False])
def test_missing_keys_are_warned_about_by_the_variable_name(dev: bool) -> None:
    (warning,) = TokenVerifier((), dev=dev).warnings()

    assert "MODUS_PEMS" in warning
    assert ("accept every request" in warning) is dev


def test_keys_need_no_warning(issuer: Any) -> None:
    assert TokenVerifier(issuer.loaded(), dev=False).warnings() == ()
