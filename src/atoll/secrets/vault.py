"""Secrets in HashiCorp Vault, in its KV engine (either version).

Keys of one secret are the variables. Whatever Vault or the network answers is described in words of
ours: errors of the libraries beneath may repeat what was sent, the token among it.
"""

from __future__ import annotations

import importlib
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from atoll.secrets.provider import VARIABLE, SecretProviderError

TIMEOUT: Final = 10.0  # seconds for each answer

_MALFORMED = (AttributeError, LookupError, TypeError, ValueError)
"""What comes of answers that are not Vault's, in the library as well."""

_KV = ("kv", "generic")  # the second is the name that old mounts of version 1 have

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Lease:
    """For how long a token is good."""

    seconds: float
    renewable: bool
    end: float

    @classmethod
    def of(cls, seconds: object, renewable: object) -> _Lease | None:
        """None for a token that never expires."""
        if not isinstance(seconds, int) or seconds <= 0:
            return None
        return cls(seconds, bool(renewable), time.monotonic() + seconds)

    @property
    def due(self) -> bool:
        """Whether half of it is over."""
        return self.end - time.monotonic() < self.seconds / 2


class VaultProvider:
    """The keys ``MODUS_...`` of one secret in Vault.

    Args:
        path: of the secret, as ``vault kv get`` takes it: the mount, then the path in it.
        environ: says where Vault is and who asks, with the variables of Vault's own command:
            VAULT_ADDR, VAULT_NAMESPACE, VAULT_CACERT, and one of VAULT_TOKEN, VAULT_TOKEN_FILE, or
            VAULT_ROLE_ID with VAULT_SECRET_ID or VAULT_SECRET_ID_FILE (AppRole).
    """

    def __init__(self, path: str, environ: Mapping[str, str]) -> None:
        self._path = path.strip("/")
        self._environ = {
            name: value.strip() for name, value in environ.items() if name.startswith("VAULT_")
        }
        self._hvac: Any = None  # the library
        self._client: Any = None
        self._place: str | None = None  # what to read, once it is known
        self._versioned = False
        self._lease: _Lease | None = None

    @property
    def name(self) -> str:
        return f"vault:{self._path}"

    def stamp(self) -> None:
        return None

    def load(self) -> Mapping[str, str]:
        self._hvac = self._library()
        refusals = self._hvac.exceptions
        errors = importlib.import_module("requests").exceptions
        try:
            return self._variables(self._secret())
        except refusals.VaultError as error:
            problem = self._refusal(refusals, error)
        except (errors.RequestException, OSError) as error:
            problem = self._unreachable(errors, error)
        except _MALFORMED:
            problem = self._error("VAULT_FAILED", f"{self._where} does not answer as Vault does")
        # Not "from error": it may carry the token.
        raise problem

    def _library(self) -> Any:
        try:
            return importlib.import_module("hvac")
        except ImportError:
            raise self._error(
                "VAULT_NOT_INSTALLED",
                "what Atoll needs to ask Vault is not installed",
                "pip install 'atoll[vault]'",
            ) from None

    def _secret(self) -> Mapping[str, Any]:
        if self._client is None:
            self._client = self._connect()
        if not self._client.token:
            self._log_in()
        elif self._lease is not None and self._lease.due:
            self._renew()
        try:
            return self._read()
        except self._hvac.exceptions.Forbidden:
            # The token was revoked, say; a new one may be in its file by now.
            self._place = None
            self._log_in()
            return self._read()

    def _connect(self) -> Any:
        address = self._environ.get("VAULT_ADDR")
        if not address:
            raise self._error(
                "VAULT_NOT_CONFIGURED",
                "where Vault is, is not known",
                "set VAULT_ADDR, such as https://vault.example.com:8200",
            )
        authority = self._environ.get("VAULT_CACERT")
        if authority and not Path(authority).exists():
            raise self._error(
                "VAULT_NOT_CONFIGURED",
                f"VAULT_CACERT names {authority}, which is not there",
            )
        return self._hvac.Client(
            url=address,
            token="",  # otherwise the library looks for one by itself
            verify=authority or True,
            timeout=TIMEOUT,
            namespace=self._environ.get("VAULT_NAMESPACE") or None,
        )

    def _log_in(self) -> None:
        self._lease = None
        self._client.token = ""
        if token := self._setting("VAULT_TOKEN"):
            if not (token.isascii() and token.isprintable()):
                raise self._error("VAULT_NOT_CONFIGURED", "VAULT_TOKEN is no token")
            self._client.token = token
            self._lease = self._look_up()
        elif role := self._environ.get("VAULT_ROLE_ID"):
            self._lease = self._granted(
                self._client.auth.approle.login(
                    role_id=role, secret_id=self._setting("VAULT_SECRET_ID") or None
                )
            )
        else:
            raise self._error(
                "VAULT_NOT_CONFIGURED",
                "there is no token to ask Vault with",
                "set VAULT_TOKEN or VAULT_TOKEN_FILE, or VAULT_ROLE_ID and VAULT_SECRET_ID_FILE",
            )

    def _look_up(self) -> _Lease | None:
        try:
            found = self._client.auth.token.lookup_self()["data"]
            return _Lease.of(found.get("ttl"), found.get("renewable"))
        except (self._hvac.exceptions.VaultError, *_MALFORMED):
            # Its policies may not let it look; whether it is of any use is seen when it reads.
            return None

    def _granted(self, answer: Any) -> _Lease | None:
        granted = answer["auth"]
        return _Lease.of(granted.get("lease_duration"), granted.get("renewable"))

    def _renew(self) -> None:
        if self._lease is not None and self._lease.renewable:
            try:
                self._lease = self._granted(self._client.auth.token.renew_self())
            except self._hvac.exceptions.VaultError:
                _logger.debug("The token for Vault cannot be renewed.")
            else:
                return
        self._log_in()

    def _setting(self, name: str) -> str:
        """A value that the environment holds, or a file that it names."""
        if value := self._environ.get(name):
            return value
        file = self._environ.get(f"{name}_FILE")
        if not file:
            return ""
        try:
            return Path(file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise self._error(
            "VAULT_NOT_CONFIGURED", f"{name}_FILE names {file}, which cannot be read: {reason}"
        )

    def _read(self) -> Mapping[str, Any]:
        if self._place is None:
            self._place, self._versioned = self._find()
        answer = self._client.read(self._place)
        if answer is None:
            self._place = None  # its mount may be another one by the next time
            raise self._error(
                "VAULT_NO_SECRET",
                f"{self._where} has no such secret",
                f"write it: vault kv put {self._path} MODUS_APP_NAME=value",
            )
        secret: Mapping[str, Any] = answer["data"]["data"] if self._versioned else answer["data"]
        return secret

    def _find(self) -> tuple[str, bool]:
        """Where the secret is to be read, and whether its engine keeps versions."""
        path = quote(self._path)
        mount = self._client.adapter.get(f"/v1/sys/internal/ui/mounts/{path}")["data"]
        root = quote(mount["path"])
        if mount["type"] not in _KV or not path.startswith(root):
            raise self._error(
                "VAULT_NO_SECRET",
                "this is not the path of a secret in a KV engine",
                "name its mount and its path, such as vault:secret/my-app",
            )
        if (mount.get("options") or {}).get("version") == "2":
            return f"{root}data/{path[len(root) :]}", True
        return path, False

    def _variables(self, secret: Mapping[str, Any]) -> dict[str, str]:
        found = {name: value for name, value in secret.items() if VARIABLE.fullmatch(name)}
        for name, value in found.items():
            if not isinstance(value, str):
                raise self._error(
                    "SECRET_UNUSABLE", f"the value of {name} is not text", "write it as a string"
                )
        return found

    @property
    def _where(self) -> str:
        """Vault's address as it may be shown: without user and password."""
        try:
            parts = urlsplit(self._environ.get("VAULT_ADDR", ""))
            return f"Vault at {parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        except ValueError:
            return "Vault"

    def _error(self, code: str, reason: str, hint: str | None = None) -> SecretProviderError:
        return SecretProviderError(code, f"the secrets of {self.name}: {reason}", hint)

    def _refusal(self, errors: Any, error: Exception) -> SecretProviderError:
        if isinstance(error, errors.Forbidden | errors.Unauthorized):
            return self._error(
                "VAULT_DENIED",
                f"{self._where} refuses the token, or does not let it read this path",
                f'a policy that does: path "{self._place or self._path}" '
                '{ capabilities = ["read"] }',
            )
        if isinstance(error, errors.InvalidRequest):
            return self._error(
                "VAULT_DENIED",
                f"{self._where} refuses the role id or the secret id",
                "a secret id may have expired, or may have been used as often as allowed",
            )
        if isinstance(error, errors.VaultDown):
            return self._error("VAULT_UNREACHABLE", f"{self._where} is sealed or in standby")
        return self._error("VAULT_FAILED", f"{self._where} failed ({type(error).__name__})")

    def _unreachable(self, errors: Any, error: Exception) -> SecretProviderError:
        hint = None
        if isinstance(error, errors.SSLError):
            reason = "cannot be trusted: its certificate is not good"
            hint = "VAULT_CACERT names a file with the certificate of its authority"
        elif isinstance(error, errors.Timeout):
            reason = f"does not answer within {TIMEOUT:g} seconds"
        elif isinstance(error, errors.ConnectionError):
            reason = "cannot be reached"
        else:
            reason = "cannot be asked"
            hint = "VAULT_ADDR is a URL, such as https://vault.example.com:8200"
        return self._error("VAULT_UNREACHABLE", f"{self._where} {reason}", hint)
