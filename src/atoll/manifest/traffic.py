"""How much of a host or database an app may take up, and how patient it is with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from atoll.manifest.jsonc import ArrayNode, Node, ScalarNode
from atoll.manifest.limits import LimitRule, read_number, read_numbers
from atoll.manifest.problem import ProblemCode, ProblemLog
from atoll.manifest.reader import ObjectReader

TIMEOUT = LimitRule("timeoutSeconds", "timeout", "seconds", 0.01, 86400, whole=False)
MAX_CONNECTIONS = LimitRule("maxConnections", "max_connections", "", 1, 100_000)


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """The connections to one database that a server process keeps."""

    min_size: int = 0
    """Connections that stay open when nothing uses them."""
    max_size: int = 10
    wait_seconds: float = 30
    """How long a statement waits for a free connection."""
    idle_seconds: float = 300
    """After which an unused connection is closed."""
    lifetime_seconds: float = 1800
    """After which a connection is replaced by a new one."""


POOL_RULES = (
    LimitRule("minSize", "min_size", "", 0, 1000),
    LimitRule("maxSize", "max_size", "", 1, 1000),
    LimitRule("waitSeconds", "wait_seconds", "seconds", 0.01, 3600, whole=False),
    LimitRule("idleSeconds", "idle_seconds", "seconds", 1, 86400, whole=False),
    LimitRule("lifetimeSeconds", "lifetime_seconds", "seconds", 1, 604800, whole=False),
)


@dataclass(frozen=True, slots=True)
class RetrySettings:
    """When a request that failed is sent again."""

    attempts: int = 1
    """Tries in all; 1 for none after the first."""
    statuses: frozenset[int] = frozenset((429, 502, 503, 504))
    methods: frozenset[str] = frozenset(("GET", "HEAD", "OPTIONS", "PUT", "DELETE"))
    """Of requests that can be sent twice and do the same as once."""
    backoff_seconds: float = 0.2
    """The longest wait before the second try; it doubles with each further one."""
    max_backoff_seconds: float = 10
    retry_after: bool = True
    """Whether the server may say when to come again."""


RETRY_RULES = (
    LimitRule("attempts", "attempts", "", 1, 10),
    LimitRule("backoffSeconds", "backoff_seconds", "seconds", 0, 60, whole=False),
    LimitRule("maxBackoffSeconds", "max_backoff_seconds", "seconds", 0, 600, whole=False),
)
METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "PATCH")


@dataclass(frozen=True, slots=True)
class RateSettings:
    """At most ``requests`` are begun in any ``seconds``; further ones wait for their turn."""

    requests: int
    seconds: float = 1


RATE_RULES = (
    LimitRule("requests", "requests", "", 1, 1_000_000),
    LimitRule("seconds", "seconds", "seconds", 0.001, 86400, whole=False),
)


def read_timeout(reader: ObjectReader, log: ProblemLog) -> float | None:
    node = reader.value(TIMEOUT.key)
    return None if node is None else read_number(TIMEOUT, node, reader.what, log)


def read_max_connections(reader: ObjectReader, log: ProblemLog, default: int) -> int:
    node = reader.value(MAX_CONNECTIONS.key)
    found = None if node is None else read_number(MAX_CONNECTIONS, node, reader.what, log)
    return default if found is None else int(found)


def read_pool(owner: ObjectReader, log: ProblemLog) -> PoolSettings:
    """The ``pool`` of a database connection; it is our own, so every problem is an error."""
    reader = _inner(owner, "pool", log)
    if reader is None:
        return PoolSettings()
    pool = replace(PoolSettings(), **_numbers(POOL_RULES, reader, log))
    reader.finish()
    if pool.min_size > pool.max_size:
        log.error(
            ProblemCode.INVALID_LIMIT,
            f'"minSize" of {reader.what} is {pool.min_size}, more than "maxSize", {pool.max_size}.',
            reader.location,
        )
    return pool


def read_retries(owner: ObjectReader, log: ProblemLog) -> RetrySettings:
    reader = _inner(owner, "retries", log)
    if reader is None:
        return RetrySettings()
    found = _numbers(RETRY_RULES, reader, log)
    statuses = frozenset(_items(reader, "statuses", "of HTTP statuses", _is_status))
    methods = frozenset(_items(reader, "methods", f"of {', '.join(METHODS)}", METHODS.__contains__))
    if statuses:
        found["statuses"] = statuses
    if methods:
        found["methods"] = methods
    retry_after = reader.value("retryAfter")
    if isinstance(retry_after, ScalarNode) and isinstance(retry_after.value, bool):
        found["retry_after"] = retry_after.value
    elif retry_after is not None:
        reader.wrong_type(f'"retryAfter" of {reader.what}', "true or false", retry_after)
    reader.finish()
    return replace(RetrySettings(), **found)


def read_rate(owner: ObjectReader, log: ProblemLog) -> RateSettings | None:
    reader = _inner(owner, "rateLimit", log)
    if reader is None:
        return None
    found = _numbers(RATE_RULES, reader, log)
    reader.finish()
    if "requests" not in found:
        if reader.absent("requests"):
            reader.missing("requests", 'For example "rateLimit": {"requests": 10, "seconds": 1}.')
        return None
    return RateSettings(**found)


def _inner(owner: ObjectReader, key: str, log: ProblemLog) -> ObjectReader | None:
    node = owner.object(key)
    if node is None:
        return None
    return ObjectReader(node, f'"{key}" of {owner.what}', log, strict=True)


def _numbers(rules: tuple[LimitRule, ...], reader: ObjectReader, log: ProblemLog) -> dict[str, Any]:
    found = read_numbers(rules, reader, log)
    return {rule.attribute: int(value) if rule.whole else value for rule, value in found}


def _is_status(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 100 <= value <= 599


def _items(reader: ObjectReader, key: str, expected: str, accepts: Any) -> Iterator[Any]:
    node = reader.value(key)
    if node is None:
        return
    items: tuple[Node, ...] = node.items if isinstance(node, ArrayNode) else ()
    if not items:
        reader.wrong_type(f'"{key}" of {reader.what}', "an array that is not empty", node)
    for item in items:
        value = item.value if isinstance(item, ScalarNode) else None
        if value is not None and accepts(value):
            yield value
        else:
            reader.wrong_type(f'"{key}" of {reader.what}', f"an array {expected}", item)
