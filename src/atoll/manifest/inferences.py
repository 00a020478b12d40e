"""What is kept of the invocations of models, for how long, and what of it is left out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from atoll.manifest.jsonc import ArrayNode, ObjectNode, ScalarNode
from atoll.manifest.limits import LimitRule, read_numbers
from atoll.manifest.location import Location
from atoll.manifest.problem import ProblemCode, ProblemLog
from atoll.manifest.reader import ObjectReader, describe

MOST_RULES = 100
"""Paths, and patterns, that ``redact`` may have."""
LONGEST_RULE = 1000
"""Characters of one of them."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Invocations beyond any of these are deleted, the oldest first."""

    days: int = 30
    rows: int = 1_000_000
    size_mb: int = 1024
    """Of all inputs and outputs together, in MiB."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is replaced before an invocation is stored."""

    fields: tuple[str, ...] = ()
    """Paths of members, as ``messages.*.content``."""
    patterns: tuple[str, ...] = ()
    """Regular expressions (RE2) for parts of texts."""


@dataclass(frozen=True, slots=True)
class InferenceSettings:
    """The ``inferences`` section of a manifest, defaults filled in."""

    record: bool = True
    """Whether invocations are kept at all. A model may say so for itself."""
    max_kb: int = 256
    """How much of an input, and of an output, is kept, in KiB."""
    retention: Retention = field(default_factory=Retention)
    redaction: Redaction = field(default_factory=Redaction)


RULES = (LimitRule("maxKb", "max_kb", "KiB", 1, 16_384),)
RETENTION_RULES = (
    LimitRule("days", "days", "", 1, 36_500),
    LimitRule("rows", "rows", "", 1, 1_000_000_000),
    LimitRule("sizeMb", "size_mb", "MiB", 1, 1_000_000),
)


def read_inferences(section: ObjectNode, log: ProblemLog) -> InferenceSettings:
    """The settings of the ``inferences`` section; it is our own, so every problem is an error."""
    reader = ObjectReader(section, '"inferences"', log, strict=True)
    found = InferenceSettings()
    record = reader.value("record")
    if isinstance(record, ScalarNode) and isinstance(record.value, bool):
        found = dataclasses.replace(found, record=record.value)
    elif record is not None:
        reader.wrong_type('"record" of "inferences"', "true or false", record)
    for _, value in read_numbers(RULES, reader, log):
        found = dataclasses.replace(found, max_kb=int(value))
    retention, redact = reader.object("retention"), reader.object("redact")
    reader.finish()
    if retention is not None:
        found = dataclasses.replace(found, retention=_read_retention(retention, log))
    if redact is not None:
        found = dataclasses.replace(found, redaction=_read_redaction(redact, log))
    return found


def _read_retention(section: ObjectNode, log: ProblemLog) -> Retention:
    reader = ObjectReader(section, '"retention" of "inferences"', log, strict=True)
    numbers = {r.attribute: int(value) for r, value in read_numbers(RETENTION_RULES, reader, log)}
    reader.finish()
    return Retention(**numbers)


def _read_redaction(section: ObjectNode, log: ProblemLog) -> Redaction:
    reader = ObjectReader(section, '"redact" of "inferences"', log, strict=True)
    fields = tuple(_read_rules(reader, "fields", log, _field_problem))
    patterns = tuple(_read_rules(reader, "patterns", log, _pattern_problem))
    reader.finish()
    return Redaction(fields, patterns)


def _read_rules(
    reader: ObjectReader, key: str, log: ProblemLog, problem: Callable[[str], str | None]
) -> Iterator[str]:
    node = reader.value(key)
    if node is None:
        return
    what = f'"{key}" of {reader.what}'
    if not isinstance(node, ArrayNode):
        reader.wrong_type(what, "an array of strings", node)
        return
    if len(node.items) > MOST_RULES:
        message = f"{what} has {len(node.items)} items; at most {MOST_RULES} are possible."
        log.error(ProblemCode.INVALID_VALUE, message, node.location)
        return
    for item in node.items:
        text = item.value if isinstance(item, ScalarNode) else None
        if not isinstance(text, str):
            message = f"An item of {what} must be a string, not {describe(item)}."
            log.error(ProblemCode.WRONG_TYPE, message, item.location)
        elif len(text) > LONGEST_RULE:
            message = f"An item of {what} has more than {LONGEST_RULE} characters."
            log.error(ProblemCode.INVALID_VALUE, message, item.location)
        elif found := problem(text):
            _refuse(text, what, found, item.location, log)
        else:
            yield text


def _refuse(text: str, what: str, problem: str, location: Location, log: ProblemLog) -> None:
    shown = text if len(text) <= 60 else f"{text[:60]}…"
    hints = {
        "fields": 'Write the keys on the way to the value: "messages.*.content".',
        "patterns": "Patterns are those of RE2, which knows neither (?=...) nor \\1.",
    }
    key = what.split('"')[1]
    message = f'"{shown}" in {what} {problem}.'
    code = ProblemCode.INVALID_PATTERN if key == "patterns" else ProblemCode.INVALID_VALUE
    log.error(code, message, location, hints[key])


def _field_problem(text: str) -> str | None:
    return None if all(text.split(".")) else "is not the path of a field"


def _pattern_problem(text: str) -> str | None:
    # Here, because hardly any manifest has patterns.
    from atoll.manifest.pattern import PatternError, compile_pattern

    try:
        pattern = compile_pattern(text)
    except PatternError as error:
        return f"is not a regular expression: {error}"
    return "matches the empty text, so that it would match everywhere" if pattern("") else None
