from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from atoll.auth.errors import AuthConfigurationError
from atoll.auth.keys import load_keys


def pem(key: Any) -> str:
    text = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return str(text.decode())


def refusal(pems: Any) -> AuthConfigurationError:
    text = pems if isinstance(pems, str) else json.dumps(pems)
    with pytest.raises(AuthConfigurationError) as caught:
        load_keys({"MODUS_PEMS": text})
    return caught.value


@pytest.mark.parametrize("environ", [{}, {"MODUS_PEMS": ""}, {"MODUS_PEMS": " "}])
def test_no_keys(environ: dict[str, str]) -> None:
    assert load_keys(environ) == ()


def test_the_algorithm_follows_from_the_type_of_the_key(issuers: dict[str, Any]) -> None:
    pems = {f"the {name}": issuer.public_pem for name, issuer in issuers.items()}

    keys = load_keys({"MODUS_PEMS": json.dumps(pems)})

    assert [(key.name, key.algorithm) for key in keys] == [
        ("the RS256", "RS256"),
        ("the ES256", "ES256"),
        ("the ES384", "ES384"),
        ("the ES512", "ES512"),
        ("the EdDSA", "EdDSA"),
    ]


@pytest.mark.parametrize("text", ["{", "[]", '"x"', '{"main": 1}', '{"main": null}', "{'a': 'b'}"])
def test_a_variable_that_is_not_an_object_of_strings(text: str) -> None:
    error = refusal(text)

    assert error.code == "INVALID_KEYS"
    assert "MODUS_PEMS" in str(error)


def test_an_invalid_key_is_named(issuer: Any) -> None:
    error = refusal({"good": issuer.public_pem, "second": "-----BEGIN PUBLIC KEY-----\nAAAA\n"})

    assert error.code == "INVALID_KEY"
    assert error.message == 'MODUS_PEMS: the key "second" is not a PEM public key.'


def test_a_private_key_is_refused_and_not_repeated(issuer: Any) -> None:
    error = refusal({"main": issuer.private_pem})

    assert error.code == "PRIVATE_KEY"
    assert '"main"' in error.message
    assert issuer.private_pem.splitlines()[1] not in f"{error} {error.hint}"


def test_a_certificate_is_refused_with_the_way_out() -> None:
    error = refusal({"main": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})

    assert error.code == "INVALID_KEY"
    assert "openssl x509" in str(error.hint)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (rsa.generate_private_key(65537, 1024), "RSA with 1024 bits"),
        (ec.generate_private_key(ec.SECP256K1()), "EC on the curve secp256k1"),
        (ed448.Ed448PrivateKey.generate(), "Ed448"),
        (dsa.generate_private_key(1024), "DSA"),
    ],
    ids=["short RSA", "secp256k1", "Ed448", "DSA"],
)
def test_other_kinds_of_keys_are_refused(key: Any, kind: str) -> None:
    error = refusal({"main": pem(key)})

    assert error.code == "UNSUPPORTED_KEY"
    assert kind in error.message


@given(st.text())
def test_any_text_gives_keys_or_a_configuration_error(text: str) -> None:
    for pems in (text, json.dumps({"main": text}), json.dumps({text: "x"})):
        with contextlib.suppress(AuthConfigurationError):
            assert load_keys({"MODUS_PEMS": pems}) == ()
