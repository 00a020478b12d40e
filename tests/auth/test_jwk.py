from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from atoll.auth.jwk import InvalidKeySet, ReadKeys, read_key_set

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def read(*keys: Any) -> ReadKeys:
    return read_key_set("main", json.dumps({"keys": keys}).encode())


def only(jwk: dict[str, Any]) -> tuple[str, str | None]:
    ((key),) = read(jwk).keys
    return key.algorithm, key.id


@pytest.mark.parametrize("name", ["RS256", "ES256", "ES384", "ES512", "EdDSA"])
def test_the_key_decides_on_the_algorithm(issuers: dict[str, Any], name: str) -> None:
    issuer = issuers[name]

    assert only(issuer.jwk(kid="1", use="sig", key_ops=["verify"], alg=name)) == (name, "1")
    assert only(issuer.jwk(x5c=["AAAA"], x5t="AAAA")) == (name, None)


@pytest.mark.parametrize("name", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
def test_an_rsa_key_says_which_algorithm_it_is_for(issuers: dict[str, Any], name: str) -> None:
    assert only(issuers["RS256"].jwk(alg=name)) == (name, None)


def test_ed25519_has_two_names(issuers: dict[str, Any]) -> None:
    assert only(issuers["EdDSA"].jwk(alg="Ed25519")) == ("EdDSA", None)


USELESS = {
    "secret": {"kty": "oct", "k": "AAAA", "alg": "HS256"},
    "no kind": {},
    "odd kind": {"kty": ["RSA"]},
    "no object": "RSA",
    "null": None,
    "no members": {"kty": "RSA"},
    "odd members": {"kty": "RSA", "n": 1, "e": []},
    "even exponent": {"kty": "RSA", "n": "AQAB", "e": "AA"},
    "off the curve": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
    "other curve": {"kty": "OKP", "crv": "X25519", "x": "A" * 43},
}


@pytest.mark.parametrize("jwk", USELESS.values(), ids=USELESS)
def test_what_verifies_nothing_is_skipped(issuers: dict[str, Any], jwk: Any) -> None:
    found = read(jwk, issuers["ES256"].jwk(kid="good"))

    assert [key.id for key in found.keys] == ["good"]
    assert len(found.skipped) == 1
    assert found.skipped[0].startswith("key 1: ")


@pytest.mark.parametrize(
    "members",
    [
        {"use": "enc"},
        {"use": 1},
        {"key_ops": ["sign"]},
        {"key_ops": "verify"},
        {"alg": "HS256"},
        {"alg": "none"},
        {"alg": "RS256"},
        {"alg": 1},
        {"d": "AAAA"},
        {"kid": 1},
    ],
    ids=str,
)
def test_what_a_key_says_of_itself_counts(issuers: dict[str, Any], members: Any) -> None:
    assert read(issuers["ES256"].jwk(**members)).keys == ()


@pytest.mark.parametrize(
    ("jwk", "reason"),
    [
        (
            RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 1024).public_key(), as_dict=True),
            "RSA with 1024 bits",
        ),
        (
            ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256K1()).public_key(), as_dict=True),
            "EC on the curve secp256k1",
        ),
        (
            OKPAlgorithm.to_jwk(ed448.Ed448PrivateKey.generate().public_key(), as_dict=True),
            "Ed448",
        ),
    ],
)
def test_weak_and_other_keys_are_skipped(jwk: dict[str, Any], reason: str) -> None:
    jwk.pop("key_ops", None)
    found = read(jwk)

    assert found.keys == ()
    assert reason in found.skipped[0]


@pytest.mark.parametrize(
    "document",
    [b"", b"{", b"[]", b"{}", b'{"keys": {}}', b'{"keys": null}', b"\xff", b"[" * 100_000],
    ids=range(8),
)
def test_documents_that_are_no_key_set(document: bytes) -> None:
    with pytest.raises(InvalidKeySet):
        read_key_set("main", document)


@given(st.binary() | JSON.map(lambda value: json.dumps({"keys": value}).encode()))
def test_any_document_gives_keys_or_is_refused(document: bytes) -> None:
    with contextlib.suppress(InvalidKeySet):
        assert read_key_set("main", document).keys == ()


@given(
    st.sampled_from(["RS256", "ES256", "EdDSA"]),
    st.dictionaries(
        st.sampled_from(["kty", "crv", "n", "e", "x", "y", "alg", "use", "kid", "d", "key_ops"]),
        JSON,
        min_size=1,
    ),
)
def test_any_members_give_a_key_or_are_skipped(
    issuers: dict[str, Any], name: str, members: dict[str, Any]
) -> None:
    found = read({**issuers[name].jwk(), **members})

    assert len(found.keys) + len(found.skipped) == 1
