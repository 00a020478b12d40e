"""Who may call a ``bearer-token`` endpoint, and with which claims."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

import jwt
from jwt.types import Options

from atoll.auth.decision import Admitted, Decision, Refused
from atoll.auth.keys import VARIABLE, VerificationKey, load_keys

LEEWAY: Final = 10.0  # seconds by which clocks may differ, for ``exp`` and ``nbf``
JWKS_VARIABLE: Final = "MODUS_JWKS_ENDPOINTS"

_SCHEME: Final = "Bearer "
_MALFORMED: Final = "Invalid JWT token format, Bearer required"
_DENIED: Final = "Access Denied"

# What failed, from the most telling on: the times of a token count once its signature was verified.
_REASONS: Final = (
    (jwt.ExpiredSignatureError, "expired"),
    (jwt.ImmatureSignatureError, "not yet valid"),
    (jwt.InvalidSignatureError, "bad signature"),
    (jwt.InvalidAlgorithmError, "signed with another algorithm than that of the keys"),
    (Exception, "malformed"),
)
_RANKS: Final = {reason: rank for rank, (_, reason) in enumerate(_REASONS)}

# Audience, issuer and the shape of other claims are the app's business: it sees all claims.
_OPTIONS: Final[Options] = {
    "verify_signature": True,
    "verify_exp": True,
    "verify_nbf": True,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}

log = logging.getLogger("atoll.auth")


class TokenVerifier:
    """Decides on the ``Authorization`` header of one request. One app's lifetime.

    Without keys (as in Modus, made safe): ``atoll dev`` lets every request pass and
    takes the claims of a token unverified; everywhere else every request is refused.

    Args:
        keys: tried in order; the first that verifies the signature decides.
        dev: whether this is a developer's own machine.
        closed: refuse all when there are no keys, in dev too: the user did ask for verification,
            in a way that is not supported.
    """

    def __init__(self, keys: Sequence[VerificationKey], *, dev: bool, closed: bool = False) -> None:
        self._keys = tuple(keys)
        self._unverified = dev and not closed and not keys
        self._closed = closed
        self._codec = jwt.PyJWT()

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], *, dev: bool) -> TokenVerifier:
        """Keys as `load_keys` reads them. Raises `AuthConfigurationError`."""
        closed = bool(environ.get(JWKS_VARIABLE, "").strip())
        return cls(load_keys(environ), dev=dev, closed=closed)

    def warnings(self) -> tuple[str, ...]:
        """What the operator of an app with ``bearer-token`` endpoints should know at its start."""
        found = []
        if self._closed:
            found.append(
                f"{JWKS_VARIABLE} is set, but is not supported yet: tokens are verified with the "
                f"keys in {VARIABLE} only."
            )
        if self._unverified:
            found.append(
                f"{VARIABLE} is not set: bearer-token endpoints accept every request, and claims "
                "are not verified. Outside of dev they refuse every request."
            )
        elif not self._keys:
            found.append(
                f"{VARIABLE} is not set: bearer-token endpoints refuse every request. Set it to a "
                "JSON object of key names and PEM public keys."
            )
        return tuple(found)

    def decide(self, authorization: str | None) -> Decision:
        """Admit or refuse a request with this ``Authorization`` header."""
        if authorization is None:
            return Admitted() if self._unverified else Refused(401, _DENIED, "no token")
        if not authorization.startswith(_SCHEME):
            return Refused(400, _MALFORMED, "malformed")
        token = authorization[len(_SCHEME) :].strip()
        if self._unverified:
            return Admitted(self._unverified_claims(token))
        reasons = []
        for key in self._keys:
            decision = self._verify(token, key)
            if isinstance(decision, Admitted):
                return decision
            reasons.append(decision.reason)
        return Refused(401, _DENIED, min(reasons, key=_RANKS.__getitem__, default="no keys"))

    def _verify(self, token: str, key: VerificationKey) -> Decision:
        try:
            claims: Mapping[str, Any] = self._codec.decode(
                token, key.key, algorithms=[key.algorithm], options=_OPTIONS, leeway=LEEWAY
            )
            _check_text(claims)
        # Beside its own errors PyJWT lets through what odd numbers or deep nesting raise.
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            log.debug(
                "Bearer token not verified.",
                extra={"fields": {"key": key.name, "reason": type(error).__name__}},
            )
            reason = next(reason for kind, reason in _REASONS if isinstance(error, kind))
            return Refused(401, _DENIED, reason)
        return Admitted(claims)

    def _unverified_claims(self, token: str) -> Mapping[str, Any] | None:
        try:
            claims: Mapping[str, Any] = self._codec.decode(
                token, options={"verify_signature": False}
            )
            _check_text(claims)
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
            log.warning("The bearer token is not a JWT; the request passes without claims.")
            return None
        return claims


def _check_text(claims: Mapping[str, Any]) -> None:
    """Claims are handed on as JSON text in UTF-8, which an escaped lone surrogate is not.

    Raises UnicodeEncodeError, a ValueError.
    """
    json.dumps(claims, ensure_ascii=False).encode()
