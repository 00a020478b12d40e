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
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

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

    def jwk(self, **members: Any) -> dict[str, Any]:
        """The public key in a key set; a member that is None is left out."""
        public = self.private.public_key()
        kind = {"R": RSAAlgorithm, "P": RSAAlgorithm, "E": ECAlgorithm}[self.algorithm[0]]
        if self.algorithm == "EdDSA":
            kind = OKPAlgorithm
        jwk = kind.to_jwk(public, as_dict=True)
        jwk.pop("key_ops", None)
        jwk |= members
        return {name: value for name, value in jwk.items() if value is not None}

    def sign(self, claims: dict[str, Any], **headers: Any) -> str:
        return jwt.encode(claims, self.private, algorithm=self.algorithm, headers=headers)

    def loaded(self) -> tuple[VerificationKey, ...]:
        return load_keys({"MODUS_PEMS": json.dumps({"main": self.public_pem})})


@pytest.fixture(scope="session")
def issuers() -> dict[str, Issuer]:
    return {
        "RS256": Issuer("RS256", rsa.generate_private_key(65537, 2048)),
        "ES256": Issuer("ES256", ec.generate_private_key(ec.SECP256R1())),
        "ES384": Issuer("ES384", ec.generate_private_key(ec.SECP384R1())),
        "ES512": Issuer("ES512", ec.generate_private_key(ec.SECP521R1())),
        "EdDSA": Issuer("EdDSA", ed25519.Ed25519PrivateKey.generate()),
    }


@pytest.fixture(params=["RS256", "ES256", "ES384", "ES512", "EdDSA"])
def issuer(request: pytest.FixtureRequest, issuers: dict[str, Issuer]) -> Issuer:
    return issuers[request.param]
