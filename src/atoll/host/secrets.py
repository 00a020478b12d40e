"""Capability: the app's own secrets, the variables ``MODUS_APP_<NAME>``."""

from __future__ import annotations

import logging

import msgspec

from atoll.host.context import Context
from atoll.host.errors import HostError
from atoll.host.operation import ImportBinding, operation
from atoll.secrets import SecretNotAllowed

_log = logging.getLogger("atoll.host")


class SecretName(msgspec.Struct, forbid_unknown_fields=True):
    name: str


@operation(
    "secrets.get",
    SecretName,
    imports=(
        ImportBinding(
            "modus_secrets.getSecretValue",
            lambda arguments: SecretName(arguments[0] or ""),
            lambda result: result,
            failed="Error getting secret.",
        ),
    ),
)
async def get(context: Context, request: SecretName) -> str:
    secrets = context.service("secrets")
    _log.debug("Starting secret lookup.", extra={"fields": {"name": request.name[:80]}})
    try:
        value = secrets.app(request.name)
    except SecretNotAllowed as error:
        raise HostError(
            "SECRET_NOT_ALLOWED",
            str(error),
            "without that list, functions may read all variables MODUS_APP_*",
        ) from None
    _log.debug("Completed secret lookup.", extra={"fields": {"name": request.name[:80]}})
    if not value:
        raise HostError(
            "NO_SUCH_SECRET",
            f"the app has no secret {request.name[:80]!r}",
            "it is an environment variable, or a line in .env: MODUS_APP_ and the name",
        )
    found: str = value
    return found
