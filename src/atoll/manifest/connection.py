"""The hosts and databases that an app may reach. Nothing else is reachable from a function."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from atoll.manifest.database import DATABASES, DatabaseConnection, read_database
from atoll.manifest.jsonc import Member, ObjectNode
from atoll.manifest.location import Location
from atoll.manifest.problem import ProblemCode, ProblemLog
from atoll.manifest.reader import ObjectReader, entries
from atoll.manifest.traffic import (
    RateSettings,
    RetrySettings,
    read_max_connections,
    read_rate,
    read_retries,
    read_timeout,
)

MAX_CONNECTIONS = 4096
"""Requests over one http connection at the same time, unless the manifest says otherwise."""


@dataclass(frozen=True, slots=True)
class HttpConnection:
    """An HTTP host.

    Usually exactly one of ``base_url`` and ``endpoint`` is set, the other is ""; a file that sets
    both or neither loads with a warning, and calls must refuse it. Values of ``headers`` and
    ``query_parameters`` are secret templates.
    """

    name: str
    base_url: str = ""
    endpoint: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    query_parameters: Mapping[str, str] = field(default_factory=dict)
    timeout: float | None = None
    """Seconds for a request with its redirects and retries; None for what the call has left."""
    retries: RetrySettings = field(default_factory=RetrySettings)
    rate: RateSettings | None = None
    max_connections: int = MAX_CONNECTIONS
    """Requests under way at the same time; further ones wait."""
    type: ClassVar = "http"
    location: Location | None = field(default=None, compare=False)


Connection: TypeAlias = HttpConnection | DatabaseConnection


TYPES = ("http", *DATABASES)

_BASE_URL = re.compile(r"https?://\S+/")
_ENDPOINT = re.compile(r"https?://\S+")
_TOKEN = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def read_connections(section: ObjectNode | None, log: ProblemLog) -> Iterator[Connection]:
    for name, reader in entries(section, "connection", log):
        if re.match(r"app(?:-|\Z)", name, re.IGNORECASE):
            log.warning(
                ProblemCode.SECRETS_SHARED_WITH_APP,
                f"Functions can read the secrets of {reader.what}: its variables begin with "
                "MODUS_APP_, as those of the app do.",
                reader.location,
                "Give the connection another name.",
            )
        kind = reader.type("connection", name, TYPES)
        if kind == "http":
            yield _read_http(name, reader, log)
        elif kind is not None:
            yield read_database(name, kind, reader, log)


def _read_http(name: str, reader: ObjectReader, log: ProblemLog) -> HttpConnection:
    base_url = _read_url(
        "baseUrl", reader, log, _BASE_URL, "an http or https URL that ends with a slash"
    )
    endpoint = _read_url("endpoint", reader, log, _ENDPOINT, "an http or https URL")
    if bool(base_url) == bool(endpoint):
        log.warning(
            ProblemCode.CONNECTION_ADDRESS,
            f"{reader.what}: specify either base URL or endpoint for an HTTP connection"
            + (", not both" if base_url else ""),
            reader.location,
            '"baseUrl" is the common beginning of many URLs, "endpoint" one whole URL.',
        )
    headers = {}
    for member, value in reader.strings("headers", "header"):
        _check_header(member, value, reader.what, log)
        headers[member.key] = value
    parameters = {}
    for member, value in reader.strings("queryParameters", "query parameter"):
        if not member.key:
            log.warning(
                ProblemCode.INVALID_NAME,
                f"A query parameter of {reader.what} has an empty name.",
                member.location,
            )
        parameters[member.key] = value
    ours = reader.ours()
    connection = HttpConnection(
        name,
        base_url,
        endpoint,
        headers,
        parameters,
        read_timeout(ours, log),
        read_retries(ours, log),
        read_rate(ours, log),
        read_max_connections(ours, log, MAX_CONNECTIONS),
        reader.location,
    )
    reader.finish(others=ours.known)
    return connection


def _read_url(
    key: str, reader: ObjectReader, log: ProblemLog, pattern: re.Pattern[str], expected: str
) -> str:
    found = reader.string(key)
    if found is None:
        return ""
    url, location = found
    hint = None
    if "{{" in url:
        message = f'"{key}" of {reader.what} has a secret template, which is not filled in there'
        hint = "Templates work in the values of headers and query parameters."
    elif not pattern.fullmatch(url):
        message = f'"{key}" of {reader.what} should be {expected}'
        if pattern.fullmatch(f"{url}/"):
            # Not repeated where it may hold a credential, or does not end with its path.
            plain = not any(sign in url for sign in "@?#")
            hint = f'Write "{url}/".' if plain else "Its path should end with a slash."
    else:
        return url
    log.warning(ProblemCode.INVALID_VALUE, f"{message}.", location, hint)
    return url


def _check_header(member: Member, value: str, what: str, log: ProblemLog) -> None:
    if _CONTROL.search(member.key) or _CONTROL.search(value):
        log.error(
            ProblemCode.UNSAFE_HEADER,
            f"The header {member.key!a} of {what} contains a control character.",
            member.location,
            "A line break in a header could smuggle in another one.",
        )
    elif not _TOKEN.fullmatch(member.key):
        log.warning(
            ProblemCode.INVALID_NAME,
            f'"{member.key}" of {what} is not a valid header name.',
            member.location,
        )
