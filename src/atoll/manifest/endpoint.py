"""Where, and for whom, the app's API is served."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from atoll.manifest.jsonc import ObjectNode
from atoll.manifest.location import Location
from atoll.manifest.problem import ProblemCode, ProblemLog
from atoll.manifest.reader import ObjectReader, did_you_mean, entries

Auth = Literal["none", "bearer-token"]

RESERVED_PATHS = ("/health", "/metrics")
_AUTHS: dict[str, Auth] = {"none": "none", "bearer-token": "bearer-token"}
_PATH = re.compile(r"/\S*")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An HTTP path that serves the app's GraphQL API."""

    name: str
    path: str
    auth: Auth
    location: Location | None = field(default=None, compare=False)


def read_endpoints(section: ObjectNode | None, log: ProblemLog) -> Iterator[Endpoint]:
    """The endpoints that can be served; each of the others leaves a problem in ``log``."""
    owners: dict[str, Endpoint] = {}
    for name, reader in entries(section, "endpoint", log):
        endpoint = _read(name, reader, log)
        if endpoint is None:
            continue
        owner = owners.setdefault(endpoint.path, endpoint)
        if owner is not endpoint:
            # The original serves whichever comes last in a random order. The two may differ in
            # auth, so guessing would be unsafe.
            log.error(
                ProblemCode.DUPLICATE_PATH,
                f"The endpoints [{owner.name}] and [{name}] have the same path {endpoint.path}",
                endpoint.location,
                f"Give one of them another path; [{owner.name}] stands at {owner.location}.",
            )
        yield endpoint


def _read(name: str, reader: ObjectReader, log: ProblemLog) -> Endpoint | None:
    kind = reader.type("endpoint", name, ("graphql",))
    path = _read_path(name, reader, log)
    auth = _read_auth(name, reader, log)
    reader.finish()
    if kind is None or path is None or auth is None:
        return None
    return Endpoint(name, path, auth, reader.location)


def _read_path(name: str, reader: ObjectReader, log: ProblemLog) -> str | None:
    found = reader.string("path")
    if found is None or not found[0].startswith("/"):
        log.warning(
            ProblemCode.NO_PATH,
            f"Endpoint [{name}] has no path that starts with a slash; it is not served.",
            found[1] if found else reader.location,
            'For example "path": "/graphql".',
        )
        return None
    path, location = found
    if path.rstrip("/") in RESERVED_PATHS:
        log.error(
            ProblemCode.RESERVED_PATH,
            f"Endpoint [{name}] has the path {path}, which belongs to the server.",
            location,
            'Choose another path, for example "/graphql".',
        )
    if not _PATH.fullmatch(path):
        log.warning(
            ProblemCode.INVALID_VALUE,
            f'"path" of endpoint [{name}] contains a blank.',
            location,
        )
    return path


def _read_auth(name: str, reader: ObjectReader, log: ProblemLog) -> Auth | None:
    found = reader.string("auth")
    value, location = found if found else ("", reader.location)
    if value in _AUTHS:
        return _AUTHS[value]
    log.warning(
        ProblemCode.UNSUPPORTED_AUTH,
        f"Unsupported auth type. Endpoint [{name}] is not served.",
        location,
        did_you_mean(value, _AUTHS) or 'Set "auth" to "none" or "bearer-token".',
    )
    return None
