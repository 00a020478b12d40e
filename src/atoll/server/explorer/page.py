"""Where the page is, and who is sent to it."""

from __future__ import annotations

from typing import Final

from atoll.server.media_type import is_browser
from atoll.server.request import Request
from atoll.server.response import Response

PATH: Final = "/explorer"
API: Final = "/explorer/api"


def is_below(path: str, parent: str) -> bool:
    """Whether a path is ``parent`` or leads on from it."""
    return path.startswith(parent) and path[len(parent) : len(parent) + 1] in ("", "/")


def asks_for_a_page(request: Request) -> bool:
    """Whether this is a browser that was pointed at an endpoint, with nothing to run."""
    return (
        request.method == "GET"
        and is_browser(request.header(b"accept"))
        and not is_below(request.path, PATH)  # of an endpoint that takes the page's place
        and not any(
            part.partition(b"=")[0] in (b"query", b"extensions")
            for part in request.query_string.split(b"&")
        )
    )


def to_explorer(status: int = 307) -> Response:
    """Send the browser to the page."""
    headers = {"location": PATH, "cache-control": "no-store"}
    return Response(status, b"", None, headers)
