"""Who may call a ``bearer-token`` endpoint, and with which claims."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import jwt
from jwt.types import Options

from atoll.auth.decision import Admitted, Decision, Refused
from atoll.auth.errors import AuthConfigurationError
from atoll.auth.header import MAX_TOKEN, Malformed, read_header
from atoll.auth.key_sets import KeySets
from atoll.auth.keyring import Keyring, Verified
from atoll.auth.keys import ALGORITHMS, VerificationKey
from atoll.auth.settings import ENDPOINTS, PEMS, AuthSettings, read_settings
from atoll.manifest import AccessRules

LEEWAY: Final = 10.0  # seconds by which clocks may differ, for ``exp`` and ``nbf``

_SCHEME: Final = "Bearer "
_MALFORMED: Final = "Invalid JWT token format, Bearer required"
_DENIED: Final = "Access Denied"

# What failed, from the most telling on: the times of a token count once its signature was verified.
_REASONS: Final = (
    (jwt.ExpiredSignatureError, "expired"),
    (jwt.ImmatureSignatureError, "not yet valid"),
    (jwt.InvalidIssuerError, "of another issuer"),
    (jwt.InvalidAudienceError, "for another audience"),
    (jwt.InvalidSignatureError, "bad signature"),
    (jwt.InvalidAlgorithmError, "signed with another algorithm than that of the keys"),
    (Exception, "malformed"),
)
_RANKS: Final = {reason: rank for rank, (_, reason) in enumerate(_REASONS)}
_UNKNOWN_KEY: Final = "signed with an unknown key"

# Beside its own errors PyJWT lets through what odd numbers or deep nesting raise.
_ERRORS: Final = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)

# Issuer and audience are checked below; the shape of other claims is the app's business.
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
        keys: given by the operator.
        dev: whether this is a developer's own machine.
        rules: the manifest's; their issuers and audiences count here.
    """

    def __init__(
        self,
        keys: Sequence[VerificationKey],
        *,
        dev: bool,
        rules: AccessRules = AccessRules(),  # noqa: B008 - frozen
    ) -> None:
        self._dev = dev
        self._rules = rules
        self._codec = jwt.PyJWT()
        self._sets = KeySets(self._keys_changed)
        self._configure(AuthSettings(tuple(keys)))

    @classmethod
    def from_environ(
        cls,
        environ: Mapping[str, str],
        *,
        dev: bool,
        rules: AccessRules = AccessRules(),  # noqa: B008 - frozen
    ) -> TokenVerifier:
        """With keys as `read_settings` finds them. Raises `AuthConfigurationError`."""
        verifier = cls((), dev=dev, rules=rules)
        verifier._configure(read_settings(environ, dev=dev))
        return verifier

    def reconfigure(self, environ: Mapping[str, str]) -> bool:
        """Take the keys of a changed environment; those that are not there any more go at once.

        False, and the keys stay as they are, if the new settings are unusable; the log says why.
        Keys that are fetched, from endpoints that stay, stay too. Called on the event loop.
        """
        try:
            settings = read_settings(environ, dev=self._dev)
        except AuthConfigurationError as error:
            hint = {} if error.hint is None else {"hint": error.hint}
            log.error(
                f"{error.message} The keys from before stay in use.",
                extra={"fields": {"code": error.code, **hint}},
            )
            return False
        self._configure(settings)
        self.start()
        for text in self.warnings():
            log.warning(text)
        return True

    def start(self) -> None:
        """Begin to fetch keys, if there are any to fetch and an event loop runs."""
        self._sets.start()

    async def close(self) -> None:
        """Fetch no more."""
        await self._sets.close()

    def warnings(self) -> tuple[str, ...]:
        """What the operator of an app with ``bearer-token`` endpoints should know at its start."""
        if self._unverified:
            return (
                f"{PEMS} is not set: bearer-token endpoints accept every request, and claims "
                "are not verified. Outside of dev they refuse every request.",
            )
        if not self._given and not self._sets:
            return (
                f"{PEMS} is not set: bearer-token endpoints refuse every request. Set it to a "
                f"JSON object of key names and PEM public keys, or {ENDPOINTS} to one of names and "
                "URLs of key sets.",
            )
        return ()

    async def admit(self, authorization: str | None) -> Decision:
        """Admit or refuse a request with this ``Authorization`` header.

        Waits, some seconds at most, where a key that is still to be fetched could verify the token.
        """
        decision = self.decide(authorization)
        if isinstance(decision, Refused) and decision.is_open and self._sets:
            await self._sets.look_again()
            decision = self.decide(authorization)
        return decision

    def decide(self, authorization: str | None) -> Decision:
        """The same, with the keys at hand."""
        if authorization is None:
            return Admitted() if self._unverified else Refused(401, _DENIED, "no token")
        if not authorization.startswith(_SCHEME):
            return Refused(400, _MALFORMED, "malformed")
        token = authorization[len(_SCHEME) :].strip(" ")
        if len(token) > MAX_TOKEN:
            return Refused(401, _DENIED, "too long")
        if self._unverified:
            return Admitted(self._unverified_claims(token))
        known = self._keyring.remembered(token, time.time())
        if known is not None:
            return Admitted(known.claims, known.expires)
        return self._verify(token)

    def _configure(self, settings: AuthSettings) -> None:
        self._given = settings.keys
        self._sets.configure(settings.endpoints, settings.refresh)
        self._unverified = self._dev and not settings.keys and not settings.endpoints
        self._keys_changed()

    def _keys_changed(self) -> None:
        self._keyring = Keyring(self._given, self._sets.keys)

    def _verify(self, token: str) -> Decision:
        keyring = self._keyring
        try:
            header = read_header(token)
        except Malformed:
            return Refused(401, _DENIED, "malformed")
        candidates = keyring.candidates(header.key)
        reasons = []
        for key in candidates:
            if key.algorithm != header.algorithm:
                error: Exception = jwt.InvalidAlgorithmError()
            else:
                try:
                    verified = self._verified(token, key)
                except _ERRORS as caught:
                    error = caught
                else:
                    keyring.remember(token, verified)
                    return Admitted(verified.claims, verified.expires)
            reasons.append(next(reason for kind, reason in _REASONS if isinstance(error, kind)))
        reason = min(reasons, key=_RANKS.__getitem__, default=None)
        if reason is None:
            reason = _UNKNOWN_KEY if keyring.keys or self._sets else "no keys"
        # A signature that was verified needs no other key, and for other algorithms there is none.
        failed = _RANKS.get(reason, len(_RANKS)) >= _RANKS["bad signature"]
        is_open = failed and header.algorithm in ALGORITHMS and not keyring.knows(header.key)
        return Refused(401, _DENIED, reason, is_open)

    def _verified(self, token: str, key: VerificationKey) -> Verified:
        """Raises one of ``_ERRORS``."""
        claims: Mapping[str, Any] = self._codec.decode(
            token, key.key, algorithms=[key.algorithm], options=_OPTIONS, leeway=LEEWAY
        )
        _check_text(claims)
        rules = self._rules
        if rules.issuers and claims.get("iss") not in rules.issuers:
            raise jwt.InvalidIssuerError
        if rules.audiences:
            audience = claims.get("aud")
            given = audience if isinstance(audience, list) else [audience]
            if not any(each in rules.audiences for each in given):
                raise jwt.InvalidAudienceError
        # As PyJWT reads it, which has checked that it can be read.
        expires = int(claims["exp"]) + LEEWAY if "exp" in claims else None
        return Verified(claims, expires)

    def _unverified_claims(self, token: str) -> Mapping[str, Any] | None:
        try:
            claims: Mapping[str, Any] = self._codec.decode(
                token, options={"verify_signature": False}
            )
            _check_text(claims)
        except _ERRORS:
            log.warning("The bearer token is not a JWT; the request passes without claims.")
            return None
        return claims


def _check_text(claims: Mapping[str, Any]) -> None:
    """Claims are handed on as JSON text in UTF-8, which an escaped lone surrogate is not.

    Raises UnicodeEncodeError, a ValueError.
    """
    json.dumps(claims, ensure_ascii=False).encode()
