"""JSON Web Key Sets (RFC 7517), in which identity providers publish their keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import jwt
import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from atoll.auth.keys import RSA_ALGORITHMS, UnsupportedKey, VerificationKey, algorithm_of

MAX_KEYS: Final = 100
"""Of one set. A token that names no key is tried with each."""

_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "RSA": RSAAlgorithm.from_jwk,
    "EC": ECAlgorithm.from_jwk,
    "OKP": OKPAlgorithm.from_jwk,
}
# Beside its own errors PyJWT lets through what odd members raise.
_ERRORS: Final = (
    *(jwt.PyJWTError, UnsupportedAlgorithm),
    *(AttributeError, KeyError, OverflowError, TypeError, ValueError),
)
_ED25519: Final = ("EdDSA", "Ed25519")


class InvalidKeySet(Exception):
    """A document that is no key set."""


@dataclass(frozen=True, slots=True)
class ReadKeys:
    """The keys of a set that verify signatures, and what the others are."""

    keys: tuple[VerificationKey, ...]
    skipped: tuple[str, ...]


def read_key_set(name: str, document: bytes) -> ReadKeys:
    """Read a key set; those of its keys that are of no use here do not count against it.

    ``name`` is that of its endpoint. Raises `InvalidKeySet`.
    """
    try:
        jwks = msgspec.json.decode(document)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise InvalidKeySet("it is not JSON") from None
    items = jwks.get("keys") if isinstance(jwks, dict) else None
    if not isinstance(items, list):
        raise InvalidKeySet('it is not an object with "keys"')
    if len(items) > MAX_KEYS:
        raise InvalidKeySet(f"it has more than {MAX_KEYS} keys")
    keys, skipped = [], []
    for number, item in enumerate(items):
        try:
            keys.append(_read_key(name, item))
        except UnsupportedKey as error:
            skipped.append(f"key {number + 1}: {error}")
    return ReadKeys(tuple(keys), tuple(skipped))


def _read_key(name: str, jwk: Any) -> VerificationKey:
    if not isinstance(jwk, dict):
        raise UnsupportedKey("not an object")
    kind, use, operations = jwk.get("kty"), jwk.get("use"), jwk.get("key_ops")
    if not isinstance(kind, str) or kind not in _READERS:
        raise UnsupportedKey("not RSA, EC or OKP")
    if "d" in jwk:
        raise UnsupportedKey("a private key, which must not be published")
    if use not in (None, "sig"):
        raise UnsupportedKey("not for signatures")
    if operations is not None and (not isinstance(operations, list) or "verify" not in operations):
        raise UnsupportedKey("not for verifying")
    try:
        key = _READERS[kind](jwk)
    except _ERRORS:
        raise UnsupportedKey("malformed") from None
    id = jwk.get("kid")
    if id is not None and not isinstance(id, str):
        raise UnsupportedKey("its kid is no text")
    return VerificationKey(name, key, _algorithm(key, jwk.get("alg")), id)


def _algorithm(key: object, named: object) -> str:
    usual = algorithm_of(key)
    if named is None or named == usual:
        return usual
    if isinstance(key, RSAPublicKey) and isinstance(named, str) and named in RSA_ALGORITHMS:
        return named
    if usual == "EdDSA" and named in _ED25519:
        return usual
    raise UnsupportedKey("for an algorithm that does not fit it, or is not supported")
