"""Who may use the Explorer: a page of this very origin that knows the secret of this start, or who
holds a token of the app's endpoints.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, Protocol

from atoll._version import __version__
from atoll.auth.access import SCOPE_CLAIMS, scopes_of
from atoll.auth.decision import Refused
from atoll.server.deployment import Deployment
from atoll.server.explorer.errors import ExplorerError
from atoll.server.explorer.wire import Wire
from atoll.server.hosts import HostPolicy
from atoll.server.request import Request

TOKEN_HEADER: Final = b"x-atoll-token"

_ORIGIN: Final = re.compile(r"https?://(.+)")
_OF_PROXIES: Final = (
    b"forwarded",
    b"via",
    b"x-forwarded-for",
    b"x-forwarded-host",
    b"x-forwarded-proto",
    b"x-real-ip",
)
"""Headers that whoever sends a request on adds to it."""


class Session(Wire, frozen=True):
    """How a page is to prove who sends its requests; ``GET session``."""

    mode: Literal["dev", "serve"]
    auth: Literal["given", "typed", "bearer"]
    token: str | None
    app: str
    version: str = __version__


class Gate(Protocol):
    """Decides who may use the Explorer's API."""

    async def admit(self, request: Request, deployment: Deployment | None) -> float | None:
        """Let a request pass, and what it opens until that time (seconds since 1970; None for
        ever). Raises `ExplorerError` (401, 403)."""

    def session(self, request: Request) -> tuple[Literal["given", "typed", "bearer"], str | None]:
        """How the page that asks is to prove itself, and the token if it may have it."""


def check_origin(request: Request) -> None:
    """Refuse requests that a page of another origin had a browser send.

    Raises `ExplorerError` (403).
    """
    site = request.header(b"sec-fetch-site")
    origin = request.header(b"origin")
    if site is not None and site not in ("same-origin", "none"):
        raise _foreign()
    if origin is not None:
        named = _ORIGIN.fullmatch(origin)
        host = request.header(b"host")
        if named is None or host is None or named[1].lower() != host.lower():
            raise _foreign()


def _foreign() -> ExplorerError:
    return ExplorerError(
        403,
        "CROSS_ORIGIN",
        "Only the Explorer's own page may ask for this.",
        "Open the page at the address that the server printed.",
    )


class TokenGate:
    """A secret that is made at each start: a page gets it from a browser of this machine, and
    otherwise the user has to know it from the terminal.

    Args:
        hosts: which ``Host`` headers are answered to. Under a name of its own that leads to this
            machine, any page would be of the same origin.
        on_typed: called once, when somebody opens the page who has to know the token.
    """

    def __init__(self, hosts: HostPolicy, on_typed: Callable[[], object] | None = None) -> None:
        self.token: Final = secrets.token_urlsafe(32)
        self._hosts = hosts
        self._on_typed = on_typed

    async def admit(self, request: Request, deployment: Deployment | None) -> float | None:
        self._check_host(request)
        given = request.header(TOKEN_HEADER)
        if given is None:
            raise ExplorerError(401, "TOKEN_MISSING", "This needs the Explorer's token.", _RELOAD)
        if not secrets.compare_digest(given.encode(), self.token.encode()):
            raise ExplorerError(
                401, "TOKEN_INVALID", "The Explorer's token is of another start.", _RELOAD
            )
        return None

    def session(self, request: Request) -> tuple[Literal["given", "typed"], str | None]:
        self._check_host(request)
        if _is_of_this_machine(request):
            return "given", self.token
        if self._on_typed is not None:
            on_typed, self._on_typed = self._on_typed, None
            on_typed()
        return "typed", None

    def _check_host(self, request: Request) -> None:
        if not self._hosts(request.header(b"host")):
            raise ExplorerError(
                403,
                "HOST_REFUSED",
                "The Explorer is for this machine only.",
                "Ask for it as localhost, 127.0.0.1 or [::1].",
            )


_RELOAD: Final = "Load the page again, or paste the token that the server printed."


def _is_of_this_machine(request: Request) -> bool:
    client = request.scope.get("client")
    if client is None or _was_sent_on(request):
        return False
    try:
        address = ipaddress.ip_address(client[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _was_sent_on(request: Request) -> bool:
    """Whether a proxy sent this: it is of this machine then, too, but not who asked it."""
    # Proxies that add nothing, as nginx where it is not told to, mostly speak HTTP/1.0.
    old = request.scope.get("http_version") == "1.0"
    return old or any(request.header(name) is not None for name in _OF_PROXIES)


class BearerGate:
    """Tokens of the app's ``bearer-token`` endpoints that carry a scope.

    Args:
        scope: which.
        claim: where in the token scopes are; None for the usual places.
    """

    def __init__(self, scope: str, claim: str | None = None) -> None:
        self._scope = scope
        self._claims = SCOPE_CLAIMS if claim is None else (claim,)

    async def admit(self, request: Request, deployment: Deployment | None) -> float | None:
        verifier = None if deployment is None else deployment.verifier
        if verifier is None:
            raise ExplorerError(503, "NOT_LOADED", "No app is loaded yet.")
        decision = await verifier.admit(request.header(b"authorization"))
        if isinstance(decision, Refused):
            if decision.reason == "expired":
                raise ExplorerError(401, "TOKEN_EXPIRED", "The token has expired.", _SIGN_IN)
            if decision.reason == "no token":
                raise ExplorerError(401, "TOKEN_MISSING", "This needs a bearer token.", _SIGN_IN)
            raise ExplorerError(401, "TOKEN_INVALID", "The token is not valid here.", _SIGN_IN)
        claims: Mapping[str, Any] = decision.claims or {}
        if self._scope not in scopes_of(claims, self._claims):
            raise ExplorerError(
                403,
                "SCOPE_MISSING",
                f'The token does not carry the scope "{self._scope}".',
                "Sign in with one that does.",
            )
        return decision.expires

    def session(self, request: Request) -> tuple[Literal["bearer"], None]:
        return "bearer", None


_SIGN_IN: Final = "Sign in with a token of the app's endpoint."
