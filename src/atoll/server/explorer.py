"""The page at ``/explorer`` of a developer's server: what is served, and where.

It has no script: it is the plain text of the schema, with commands to try.
"""

from __future__ import annotations

import json
import shlex
from html import escape
from typing import Final

from atoll.manifest import Endpoint
from atoll.server.deployment import Deployment
from atoll.server.media_type import is_browser
from atoll.server.request import Request
from atoll.server.response import Response

PATH: Final = "/explorer"
STYLE_PATH: Final = "/explorer/style.css"

# Nothing but the page's own style is loaded, and no other page may show it in a frame.
_POLICY: Final = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_HEADERS: Final = {"cache-control": "no-store", "content-security-policy": _POLICY}

_STYLE: Final = """\
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; }
pre { font: 14px/1.4 ui-monospace, monospace; padding: 1rem; overflow: auto; }
pre { border: 1px solid #8884; border-radius: 6px; }
h2 { margin-top: 2rem; }
@media (prefers-color-scheme: dark) { html { background: #16181d; color: #e6e6e6; } }
"""


_SUBSCRIPTION: Final = "\ntype Subscription {"
_STREAMS: Final = (
    "<p>The fields of <code>Subscription</code> are functions that stream: their answers come one"
    " by one. Ask for them with <code>curl -N -H 'accept: text/event-stream'</code>, or over a"
    " WebSocket (<code>graphql-transport-ws</code>).</p>"
)


def asks_for_a_page(request: Request) -> bool:
    """Whether this is a browser that was pointed at an endpoint, with nothing to run."""
    return (
        request.method == "GET"
        and is_browser(request.header(b"accept"))
        and not any(
            part.partition(b"=")[0] in (b"query", b"extensions")
            for part in request.query_string.split(b"&")
        )
    )


def to_explorer(status: int = 307) -> Response:
    """Send the browser to the page."""
    headers = {"location": PATH, "cache-control": "no-store"}
    return Response(status, b"", None, headers)


def explorer(request: Request, deployment: Deployment) -> Response | None:
    """The answer to a request for the page or for what belongs to it; None for any other."""
    if request.method not in ("GET", "HEAD"):
        return None
    if request.path in ("/", f"{PATH}/"):
        return to_explorer(303 if request.path == "/" else 301)
    if request.path == STYLE_PATH:
        return Response(200, _STYLE.encode(), "text/css; charset=utf-8", _HEADERS)
    if request.path == PATH:
        page = _page(deployment, request.header(b"host") or "localhost")
        return Response(200, page.encode(), "text/html; charset=utf-8", _HEADERS)
    return None


def _page(deployment: Deployment, host: str) -> str:
    endpoints = "".join(
        f"<h3>{escape(endpoint.name)}: <code>{escape(endpoint.path)}</code></h3>"
        f"<pre>{escape(_command(endpoint, host))}</pre>"
        for endpoint in deployment.endpoints.values()
    )
    sdl = deployment.api.sdl
    streams = _STREAMS if _SUBSCRIPTION in sdl else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Atoll</title>'
        f'<link rel="stylesheet" href="{STYLE_PATH}"></head><body><h1>Atoll</h1>'
        f"<p>Your app is being served. Point any GraphQL client at an endpoint of it.</p>"
        f"<h2>Endpoints</h2>{endpoints or '<p>There are none in modus.json.</p>'}"
        f"<h2>Schema</h2>{streams}<pre>{escape(sdl)}</pre></body></html>"
    )


def _command(endpoint: Endpoint, host: str) -> str:
    headers = ["content-type: application/json"]
    if endpoint.auth == "bearer-token":
        headers.append("authorization: Bearer <token>")
    body = json.dumps({"query": "{ __typename }"})
    words = ["curl", f"http://{host}{endpoint.path}"]
    for header in headers:
        words += ["-H", header]
    return shlex.join([*words, "-d", body])
