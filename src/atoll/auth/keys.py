"""Public keys that verify bearer tokens, and those in the variable ``MODUS_PEMS``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from atoll.auth.errors import AuthConfigurationError

VARIABLE: Final = "MODUS_PEMS"
MINIMUM_RSA_BITS: Final = 2048
RSA_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
"""The first unless the key says which."""
CURVES: Final[Mapping[str, str]] = {
    "secp256r1": "ES256",
    "secp384r1": "ES384",
    "secp521r1": "ES512",
}
ALGORITHMS: Final = frozenset((*RSA_ALGORITHMS, *CURVES.values(), "EdDSA"))

PublicKey: TypeAlias = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key and the one JWS algorithm (RFC 7518, RFC 8037) that it verifies.

    The algorithm follows from the key, never from the token: so a token cannot choose
    ``none``, nor have a public key taken for an HMAC secret.
    """

    name: str
    key: PublicKey
    algorithm: str
    id: str | None = None
    """Its ``kid``, if whoever published the key gave it one."""


class UnsupportedKey(Exception):
    """A key of a kind that verifies nothing here; its text says which kind."""


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


def algorithm_of(key: object) -> str:
    """The algorithm of a key that names none itself. Raises `UnsupportedKey`."""
    match key:
        case RSAPublicKey() if key.key_size >= MINIMUM_RSA_BITS:
            return RSA_ALGORITHMS[0]
        case EllipticCurvePublicKey() if key.curve.name in CURVES:
            return CURVES[key.curve.name]
        case Ed25519PublicKey():
            return "EdDSA"
        case RSAPublicKey():
            raise UnsupportedKey(f"RSA with {key.key_size} bits")
        case EllipticCurvePublicKey():
            raise UnsupportedKey(f"EC on the curve {key.curve.name}")
    raise UnsupportedKey(type(key).__name__.removesuffix("PublicKey"))


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
    try:
        return VerificationKey(name, key, algorithm_of(key))  # type: ignore[arg-type]  # or raises
    except UnsupportedKey as error:
        raise AuthConfigurationError(
            "UNSUPPORTED_KEY",
            f'{VARIABLE}: the key "{name}" is of a kind that is not supported ({error}).',
            f"Use RSA with at least {MINIMUM_RSA_BITS} bits (RS256), EC on the curve P-256, P-384 "
            "or P-521 (ES256, ES384, ES512), or Ed25519 (EdDSA).",
        ) from None
