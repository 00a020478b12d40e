"""The hosts and databases that an app may reach. Nothing else is reachable from a function."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from atoll.manifest.jsonc import Member, ObjectNode
from atoll.manifest.location import Location
from atoll.manifest.problem import ProblemCode, ProblemLog
from atoll.manifest.reader import ObjectReader, entries


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
    location: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class OtherConnection:
    """A connection of a type that loads but cannot be used yet.

    ``type`` is ``postgresql``, ``mysql``, ``dgraph`` or ``neo4j``; ``settings`` has its other keys
    as they stand in the file, whose values are secret templates.
    """

    name: str
    type: str
    settings: Mapping[str, str]
    location: Location | None = field(default=None, compare=False)


Connection: TypeAlias = HttpConnection | OtherConnection


@dataclass(frozen=True, slots=True)
class Setting:
    """A key of a database connection. ``pattern`` is what its value should begin with or be."""

    key: str
    required: bool
    pattern: re.Pattern[str] | None = None
    expected: str = ""


def _address(key: str, pattern: str, expected: str, *, required: bool = True) -> Setting:
    # A value that begins with a template is only known at run time.
    return Setting(key, required, re.compile(rf"\{{\{{|{pattern}"), expected)


SETTINGS: Mapping[str, tuple[Setting, ...]] = {
    "postgresql": (_address("connString", r"postgres(?:ql)?://", "postgresql://…"),),
    "mysql": (_address("connString", r"mysql://", "mysql://…"),),
    "dgraph": (
        _address("connString", r"dgraph://", "dgraph://…", required=False),
        _address("grpcTarget", r"[^\s/]+:[0-9]+\Z", "host:port", required=False),
        Setting("key", required=False),
    ),
    "neo4j": (
        _address("dbUri", r"(?:neo4j|bolt)(?:\+s|\+ssc)?://", "neo4j+s://…"),
        Setting("username", required=True),
        Setting("password", required=True),
    ),
}
"""The database types and their keys (those of Modus, without its too narrow patterns)."""

TYPES = ("http", *SETTINGS)

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
            yield _read_other(name, kind, reader, log)


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
    reader.finish()
    return HttpConnection(
        name,
        base_url,
        endpoint,
        headers,
        parameters,
        reader.location,
    )


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
            hint = f'Write "{url}/".'
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


def _read_other(name: str, kind: str, reader: ObjectReader, log: ProblemLog) -> OtherConnection:
    settings: dict[str, str] = {}
    for setting in SETTINGS[kind]:
        value = reader.text(setting.key, required=setting.required)
        if not value:
            continue
        settings[setting.key] = value
        if setting.pattern is not None and not setting.pattern.match(value):
            log.warning(
                ProblemCode.INVALID_VALUE,
                f'"{setting.key}" of {reader.what} should look like {setting.expected}',
                reader.location,
            )
    if kind == "dgraph" and (message := _dgraph_problem(name, settings)):
        log.warning(ProblemCode.CONNECTION_ADDRESS, message, reader.location)
    reader.finish()
    return OtherConnection(name, kind, settings, reader.location)


def _dgraph_problem(name: str, settings: Mapping[str, str]) -> str | None:
    """What the original refuses when such a connection is first used."""
    if "connString" in settings and "grpcTarget" in settings:
        return (
            f"dgraph connection [{name}] has both connString and grpcTarget (use one or the other)"
        )
    if "connString" in settings and "key" in settings:
        return f"dgraph connection [{name}]: put the key into the connString"
    if "connString" not in settings and "grpcTarget" not in settings:
        return f"dgraph connection [{name}] needs either a connString or a grpcTarget"
    return None
