"""Secret values: those of connections, which functions never see, and those of the app."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping

from atoll.secrets.provider import PREFIX
from atoll.secrets.template import render_template

APP_PREFIX = "MODUS_APP_"

_APP_NAME = re.compile(r"[A-Za-z0-9_.-]{1,200}", re.ASCII)

_logger = logging.getLogger(__name__)


def connection_variable(connection: str, name: str) -> str:
    """The environment variable of secret ``name`` of a connection.

    ``connection_variable("my-api", "TOKEN")`` is ``MODUS_MY_API_TOKEN``.
    """
    return f"MODUS_{connection.upper().replace('-', '_')}_{name}"


class SecretNotAllowed(Exception):
    """The manifest does not let functions read an app secret of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f'the manifest does not allow the secret {name}: add it to "secrets" in modus.json'
        )


class Secrets:
    """The secrets in an environment.

    App lifetime; `update` replaces them all at once. Values appear neither in its ``repr`` nor in
    logs.

    Args:
        environ: all variables; those that begin with ``MODUS_`` are kept.
        allowed: names of the app's secrets that functions may read; None for all.
    """

    __slots__ = ("_allowed", "_values", "version")

    def __init__(self, environ: Mapping[str, str], allowed: frozenset[str] | None = None) -> None:
        self._values = _secret(environ)
        self._allowed = allowed
        self.version = 0
        """Grows whenever a value changes."""

    def __repr__(self) -> str:
        return f"<Secrets: {len(self._values)} variables>"

    def update(self, environ: Mapping[str, str]) -> bool:
        """Take another environment over; says whether a secret differs."""
        values = _secret(environ)
        if values == self._values:
            return False
        self._values = values
        self.version += 1
        return True

    def variable(self, name: str) -> str | None:
        """The value of a variable ``MODUS_...``; None if there is none."""
        return self._values.get(name)

    def connection(self, name: str, secret: str) -> str | None:
        """The secret of connection ``name``; it may be empty. None if there is none."""
        return self._values.get(connection_variable(name, secret))

    def app(self, name: str) -> str | None:
        """The app's own secret from ``MODUS_APP_<name>``; None if it is missing or empty.

        Raises SecretNotAllowed.
        """
        value = None
        if _APP_NAME.fullmatch(name):
            if self._allowed is not None and name not in self._allowed:
                raise SecretNotAllowed(name)
            value = self._values.get(APP_PREFIX + name)
        if not value:
            # The name comes from a guest: it may be anything, and long.
            variable = f"{APP_PREFIX}{name[:100]}".encode("unicode_escape").decode()
            _logger.error("environment variable %s was not found", variable)
            return None
        return value

    def render(self, template: str, connection: str) -> str:
        """Fill in the secrets of ``connection``; those that are missing become empty.

        Each missing one is logged as a warning with its name, the connection and the variable that
        would set it.
        """

        def lookup(name: str) -> str | None:
            value = self.connection(connection, name)
            if value is None:
                fields = {
                    "name": name,
                    "connection": connection,
                    "variable": connection_variable(connection, name),
                }
                _logger.warning("Secret not found.", extra={"fields": fields})
            return value

        return render_template(template, lookup)


def _secret(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name.startswith(PREFIX)}
