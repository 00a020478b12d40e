from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from atoll.auth.keys import VerificationKey, load_keys


@dataclass(frozen=True)
class Issuer:
    """Someone who signs tokens."""

    algorithm: str
    private: Any = field(repr=False)

    @property
    def public_pem(self) -> str:
        key = self.private.public_key()
        return str(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())

    @property
    def private_pem(self) -> str:
        return str(
            self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        )

    def sign(self, claims: dict[str, Any], **headers: Any) -> str:
        return jwt.encode(claims, self.private, algorithm=self.algorithm, headers=headers)

    def loaded(self) -> tuple[VerificationKey, ...]:
        return load_keys({"MODUS_PEMS": json.dumps({"main": self.public_pem})})


@pytest.fixture(scope="session")
def issuers() -> dict[str, Issuer]:
    return {
        "RS256": Issuer("RS256", rsa.generate_private_key(65537, 2048)),
        "ES256": Issuer("ES256", ec.generate_private_key(ec.SECP256R1())),
        "EdDSA": Issuer("EdDSA", ed25519.Ed25519PrivateKey.generate()),
    }


@pytest.fixture(params=["RS256", "ES256", "EdDSA"])
def issuer(request: pytest.FixtureRequest, issuers: dict[str, Issuer]) -> Issuer:
    return issuers[request.param]
