"""Who may open a WebSocket, and who it is that did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from atoll.manifest import Endpoint
from atoll.server.deployment import Deployment
from atoll.server.request import Refusal, Request
from atoll.server.types import Receive

_SETTABLE: Final = ("authorization", "x-time-zone")
"""Headers that scripts of a browser cannot give a WebSocket; ``connection_init`` may hold them."""


def check_origin(request: Request, deployment: Deployment) -> None:
    """Refuse (403) a browser's page of another site that is not allowed.

    No preflight goes before a WebSocket, and no same-origin policy hides what comes back, but each
    browser says ``Origin``. Other clients need not, and may say what they like.
    """
    origin = request.header(b"origin")
    if origin is None or deployment.cors.allows(origin):
        return
    # Only browsers can say this, and behind a proxy the host may be another one.
    if request.header(b"sec-fetch-site") == "same-origin":
        return
    host = request.header(b"host")
    if host is None or urlsplit(origin.lower()).netloc != host.lower():
        raise Refusal(
            403,
            'Pages of this origin may not use the API. List the origin under "cors" in '
            "modus.json to allow it.",
        )


def with_payload(request: Request, payload: Mapping[str, Any] | None, receive: Receive) -> Request:
    """The request as if the entries of ``connection_init`` had come as headers.

    Raises `Refusal` for one that is no text.
    """
    given: dict[bytes, bytes] = {}
    for name, value in (payload or {}).items():
        if name.lower() in _SETTABLE:
            if not isinstance(value, str):
                raise Refusal(400, f"{name} in the payload of connection_init is not a string.")
            given[name.lower().encode()] = value.encode("latin-1", "replace")
    headers = [item for item in request.scope["headers"] if item[0] not in given]
    return Request({**request.scope, "headers": [*headers, *given.items()]}, receive)


def may_identify_later(request: Request, endpoint: Endpoint) -> bool:
    """Whether the token that ``endpoint`` asks for may still come with ``connection_init``."""
    return endpoint.auth == "bearer-token" and request.header(b"authorization") is None
