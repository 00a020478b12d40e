"""Secret values: those of connections, which functions never see, and those of the app."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from atoll.secrets.template import render_template

APP_PREFIX = "MODUS_APP_"

_logger = logging.getLogger(__name__)


def connection_variable(connection: str, name: str) -> str:
    """The environment variable of secret ``name`` of a connection.

    ``connection_variable("my-api", "TOKEN")`` is ``MODUS_MY_API_TOKEN``.
    """
    return f"MODUS_{connection.upper().replace('-', '_')}_{name}"


class Secrets:
    """The secrets in an environment, as ``load_environment`` returns it.

    App lifetime: a changed environment makes a new one. Values appear neither in its ``repr`` nor
    in logs.
    """

    __slots__ = ("_values",)

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._values = {name: value for name, value in environ.items() if name.startswith("MODUS_")}

    def __repr__(self) -> str:
        return f"<Secrets: {len(self._values)} variables>"

    def connection(self, name: str, secret: str) -> str | None:
        """The secret of connection ``name``; it may be empty. None if there is none."""
        return self._values.get(connection_variable(name, secret))

    def app(self, name: str) -> str | None:
        """The app's own secret from ``MODUS_APP_<name>``; None if it is missing or empty."""
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
