"""Public keys that verify bearer tokens, from the variable ``MODUS_PEMS``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from atoll.auth.errors import AuthConfigurationError

VARIABLE: Final = "MODUS_PEMS"
MINIMUM_RSA_BITS: Final = 2048

PublicKey: TypeAlias = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key and the one JWS algorithm (RFC 7518, RFC 8037) that it verifies.

    The algorithm follows from the key's type, never from the token: so a token cannot choose
    ``none``, nor have a public key taken for an HMAC secret.
    """

    name: str
    key: PublicKey
    algorithm: str


def load_keys(environ: Mapping[str, str]) -> tuple[VerificationKey, ...]:
    """Read the keys in ``MODUS_PEMS``: a JSON object of name → PEM public key.

    An unset or empty variable gives no keys. Raises `AuthConfigurationError`.
    """
    text = environ.get(VARIABLE, "").strip()
    if not text:
        return ()
    try:
        pems = msgspec.json.decode(text, type=dict[str, str])
    except (msgspec.DecodeError, ValueError) as error:
        raise AuthConfigurationError(
            "INVALID_KEYS",
            f"{VARIABLE} is not a JSON object of key names and PEM public keys.",
            'Write it as {"main": "-----BEGIN PUBLIC KEY-----\\n…\\n-----END PUBLIC KEY-----"}.',
        ) from error
    return tuple(_load_key(name, pem) for name, pem in pems.items())


def _load_key(name: str, pem: str) -> VerificationKey:
    if "PRIVATE KEY-----" in pem:
        raise AuthConfigurationError(
            "PRIVATE_KEY",
            f'{VARIABLE}: the key "{name}" is a private key; expected a public key.',
            "Keep the private key where tokens are issued. Its public half: "
            "openssl pkey -in private-key.pem -pubout",
        )
    if "BEGIN CERTIFICATE-----" in pem:
        raise AuthConfigurationError(
            "INVALID_KEY",
            f'{VARIABLE}: the key "{name}" is a certificate; expected a public key.',
            "Take the key out of it: openssl x509 -in certificate.pem -pubkey -noout",
        )
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise AuthConfigurationError(
            "INVALID_KEY",
            f'{VARIABLE}: the key "{name}" is not a PEM public key.',
            'It starts with "-----BEGIN PUBLIC KEY-----"; in JSON its line breaks are "\\n".',
        ) from error
    return _usable(name, key)


def _usable(name: str, key: object) -> VerificationKey:
    match key:
        case RSAPublicKey() if key.key_size >= MINIMUM_RSA_BITS:
            return VerificationKey(name, key, "RS256")
        case EllipticCurvePublicKey() if isinstance(key.curve, SECP256R1):
            return VerificationKey(name, key, "ES256")
        case Ed25519PublicKey():
            return VerificationKey(name, key, "EdDSA")
    raise AuthConfigurationError(
        "UNSUPPORTED_KEY",
        f'{VARIABLE}: the key "{name}" is of a kind that is not supported ({_kind(key)}).',
        f"Use RSA with at least {MINIMUM_RSA_BITS} bits (RS256), EC on the curve P-256 (ES256), "
        "or Ed25519 (EdDSA).",
    )


def _kind(key: object) -> str:
    match key:
        case RSAPublicKey():
            return f"RSA with {key.key_size} bits"
        case EllipticCurvePublicKey():
            return f"EC on the curve {key.curve.name}"
    return type(key).__name__.removesuffix("PublicKey")
