"""Capability: the app's own secrets, the variables ``MODUS_APP_<NAME>``."""

from __future__ import annotations

import msgspec

from atoll.host.context import Context
from atoll.host.errors import HostError
from atoll.host.operation import ImportBinding, operation


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
    value = context.service("secrets").app(request.name)
    if not value:
        raise HostError(
            "NO_SUCH_SECRET",
            f"the app has no secret {request.name[:80]!r}",
            "it is an environment variable, or a line in .env: MODUS_APP_ and the name",
        )
    found: str = value
    return found
