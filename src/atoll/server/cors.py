"""Cross-origin requests: which foreign web pages may use the API, and how they are told.

Browsers enforce the answer (https://fetch.spec.whatwg.org/#http-cors-protocol). No response allows
credentials: bearer tokens travel in a header that scripts set, and nothing here reads cookies.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from atoll.server.graphql_answer import refusal
from atoll.server.request import Refusal, Request
from atoll.server.response import Response

_FIELD_NAMES: Final = re.compile(
    r"[!#$%&'*+.^_`|~0-9A-Za-z-]+(\s*,\s*[!#$%&'*+.^_`|~0-9A-Za-z-]+)*"
)
_PREFLIGHT_AGE: Final = "600"  # seconds


class Cors:
    """The origins of one app's manifest (``cors``); ``*`` stands for all of them."""

    def __init__(self, origins: Collection[str] = ()) -> None:
        self._any = "*" in origins
        self._origins = frozenset(origins)

    def allows(self, origin: str) -> bool:
        return self._any or origin in self._origins

    def headers(self, origin: str | None) -> Mapping[str, str]:
        """Headers of every response of an endpoint."""
        if self._any:
            return {"access-control-allow-origin": "*"}
        if not self._origins:
            return {}
        if origin is not None and self.allows(origin):
            return {"access-control-allow-origin": origin, "vary": "Origin"}
        return {"vary": "Origin"}

    def check(self, request: Request) -> None:
        """Refuse (403) what a browser sends for a page of another site that is not allowed.

        The same-origin policy alone would only hide the answer; the functions would have run.
        Clients that are not browsers do not send ``Sec-Fetch-Site``.
        """
        site = request.header(b"sec-fetch-site")
        if site not in ("cross-site", "same-site"):
            return
        origin = request.header(b"origin")
        if self._any or (origin is not None and self.allows(origin)):
            return
        raise _foreign()

    def preflight(self, request: Request) -> Response | None:
        """The answer to a preflight request, beside `headers`; None if the request is not one."""
        origin = request.header(b"origin")
        method = request.header(b"access-control-request-method")
        if request.method != "OPTIONS" or origin is None or method is None:
            return None
        if not self.allows(origin):
            return refusal(_foreign())
        headers = {
            "access-control-allow-methods": "GET, POST",
            "access-control-max-age": _PREFLIGHT_AGE,
            "vary": "Access-Control-Request-Headers",
        }
        asked = request.header(b"access-control-request-headers")
        # Echoed, since "*" would not cover Authorization.
        if asked and _FIELD_NAMES.fullmatch(asked):
            headers["access-control-allow-headers"] = asked
        return Response(204, b"", None, headers)


def _foreign() -> Refusal:
    return Refusal(
        403,
        'Pages of this origin may not use the API. List the origin under "cors" in modus.json '
        "to allow it.",
    )
