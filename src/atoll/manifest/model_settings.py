"""What a manifest may say of a model beyond where it is: how it is asked, and how much."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from atoll.manifest.jsonc import ObjectNode, ScalarNode, to_python
from atoll.manifest.limits import LimitRule, read_numbers
from atoll.manifest.problem import ProblemCode, ProblemLog
from atoll.manifest.reader import ObjectReader, did_you_mean
from atoll.manifest.traffic import (
    RateSettings,
    RetrySettings,
    read_rate,
    read_retries,
    read_timeout,
)

INTERFACES = (
    "openai",
    "openai-responses",
    "openai-embeddings",
    "anthropic",
    "gemini",
    "llama",
    "classification",
    "embeddings",
)
"""The forms of requests and answers that are known; the last two are the original's own."""


_DAY = 86400.0
_DOLLARS = "USD"


@dataclass(frozen=True, slots=True)
class TokenBudget:
    """At most ``tokens``, of requests and answers together, in any span of ``seconds``.

    Spans follow each other since the epoch, so that 86,400 seconds are a day of UTC.
    """

    tokens: int
    seconds: float = _DAY


@dataclass(frozen=True, slots=True)
class Prices:
    """Of a million tokens."""

    input: float = 0
    output: float = 0
    currency: str = _DOLLARS


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """How a model is asked."""

    interface: str = ""
    """One of ``INTERFACES``; "" leaves it to the model's path."""
    defaults: Mapping[str, str] = field(default_factory=dict)
    """JSON texts of fields that requests get which do not have them."""
    timeout: float | None = None
    """Seconds that an invocation may take; of a streamed one, that may pass without a sign."""
    retries: RetrySettings | None = None
    """In the place of the connection's."""
    rate: RateSettings | None = None
    budget: TokenBudget | None = None
    fallback: str = ""
    """The model that is asked when this one cannot answer."""
    prices: Prices | None = None
    record: bool = True
    """Whether its invocations go into the inference history."""


_BUDGET = (
    LimitRule("tokens", "tokens", "", 1, 10**15),
    LimitRule("seconds", "seconds", "seconds", 1, 31_622_400, whole=False),
)
_PRICES = (
    LimitRule("input", "input", "", 0, 10**9, whole=False),
    LimitRule("output", "output", "", 0, 10**9, whole=False),
)
_MAX_CURRENCY = 8


def read_settings(reader: ObjectReader, log: ProblemLog) -> ModelSettings:
    """The settings among the keys of a model; ``reader`` is strict: they are our own."""
    retries = None if reader.absent("retries") else read_retries(reader, log)
    if retries is None:
        reader.known.append("retries")
    else:
        # Models know no other method, and whoever writes this wants them asked again.
        retries = replace(retries, methods=retries.methods | {"POST"})
    return ModelSettings(
        _interface(reader, log),
        _defaults(reader),
        read_timeout(reader, log),
        retries,
        read_rate(reader, log),
        _budget(reader, log),
        reader.text("fallback"),
        _prices(reader, log),
        _flag(reader, "record", default=True),
    )


def _interface(reader: ObjectReader, log: ProblemLog) -> str:
    found = reader.string("interface")
    if found is None:
        return ""
    value, location = found
    if value not in INTERFACES:
        log.error(
            ProblemCode.INVALID_VALUE,
            f'The interface of {reader.what} is "{value[:80]}", which is not known.',
            location,
            did_you_mean(value, INTERFACES) or f"Known interfaces: {', '.join(INTERFACES)}.",
        )
        return ""
    return value


def _defaults(reader: ObjectReader) -> Mapping[str, str]:
    node = reader.object("defaults")
    if node is None:
        return {}
    plain: Mapping[str, Any] = to_python(node)
    return {name: json.dumps(value, ensure_ascii=False) for name, value in plain.items()}


def _budget(owner: ObjectReader, log: ProblemLog) -> TokenBudget | None:
    reader = _inner(owner, "budget", log)
    if reader is None:
        return None
    found = {rule.attribute: value for rule, value in read_numbers(_BUDGET, reader, log)}
    reader.finish()
    if "tokens" not in found:
        if reader.absent("tokens"):
            reader.missing("tokens", 'For example "budget": {"tokens": 1000000}, in a day.')
        return None
    return TokenBudget(int(found["tokens"]), found.get("seconds", _DAY))


def _prices(owner: ObjectReader, log: ProblemLog) -> Prices | None:
    reader = _inner(owner, "prices", log)
    if reader is None:
        return None
    found = {rule.attribute: value for rule, value in read_numbers(_PRICES, reader, log)}
    named = reader.string("currency")
    reader.finish()
    currency = _DOLLARS
    if named is not None:
        currency, location = named
        if not 0 < len(currency) <= _MAX_CURRENCY:
            log.error(
                ProblemCode.INVALID_VALUE,
                f'"currency" of {reader.what} must have 1 to {_MAX_CURRENCY} characters.',
                location,
                'For example "EUR".',
            )
    return Prices(found.get("input", 0), found.get("output", 0), currency)


def _inner(owner: ObjectReader, key: str, log: ProblemLog) -> ObjectReader | None:
    node: ObjectNode | None = owner.object(key)
    if node is None:
        return None
    return ObjectReader(node, f'"{key}" of {owner.what}', log, strict=True)


def _flag(reader: ObjectReader, key: str, *, default: bool) -> bool:
    node = reader.value(key)
    if node is None:
        return default
    if isinstance(node, ScalarNode) and isinstance(node.value, bool):
        return node.value
    reader.wrong_type(f'"{key}" of {reader.what}', "true or false", node)
    return default
