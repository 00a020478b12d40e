"""What one call, and the server as a whole, may use."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from atoll.manifest.jsonc import Node, ObjectNode, ScalarNode
from atoll.manifest.problem import ManifestError, Problem, ProblemCode, ProblemLog
from atoll.manifest.reader import ObjectReader, describe, did_you_mean

ENVIRONMENT_PREFIX = "ATOLL_LIMIT_"


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """The ``limits`` of a manifest, defaults filled in. All are per call but ``concurrency``."""

    memory_mb: int = 256
    """Linear memory, in MiB."""
    cpu_seconds: float = 10
    """Time spent computing."""
    wall_seconds: float = 120
    """Time from start to end, waiting included."""
    stream_seconds: float = 3600
    """The same of a function that streams. (Its ``cpu_seconds`` count from element to element.)"""
    log_kb: int = 256
    """What a call may log and print, in KiB."""
    payload_mb: int = 16
    """The largest request, result, host call payload or model reply, in MiB."""
    host_calls: int = 64
    """Host calls in flight at the same time."""
    concurrency: int = 1000
    """Calls alive at the same time in one server process."""

    @property
    def memory_bytes(self) -> int:
        return self.memory_mb << 20

    @property
    def log_bytes(self) -> int:
        return self.log_kb << 10

    @property
    def payload_bytes(self) -> int:
        return self.payload_mb << 20

    def override(self, environ: Mapping[str, str], flags: Mapping[str, str]) -> LimitSettings:
        """These limits with those of the environment, and over them those of ``--limit`` flags.

        ``environ`` may have ``ATOLL_LIMIT_CPU_SECONDS=5``, ``flags`` ``{"cpuSeconds": "5"}``.
        Raises ManifestError for unknown names and for values out of range.
        """
        problems: list[Problem] = []
        changes: dict[str, float] = {}
        variables = {
            name: value
            for name, value in environ.items()
            if name.startswith(ENVIRONMENT_PREFIX) and value
        }
        known_variables = {rule.variable: rule for rule in RULES}
        known_keys = {rule.key: rule for rule in RULES}
        for given, known, source in (
            (variables, known_variables, "environment variable {}"),
            (flags, known_keys, "--limit {}"),
        ):
            for name, text in given.items():
                _override(source.format(name), known.get(name), text, changes, problems)
                if name not in known:
                    problems.append(_unknown(source.format(name), name, known))
        if problems:
            raise ManifestError(problems)
        return _with(self, changes)


@dataclass(frozen=True, slots=True)
class LimitRule:
    """One limit: its key in the manifest and the values that it may have."""

    key: str
    attribute: str
    unit: str
    minimum: float
    maximum: float
    whole: bool = True

    @property
    def variable(self) -> str:
        return ENVIRONMENT_PREFIX + self.attribute.upper()

    def accepts(self, value: float) -> bool:
        if self.whole and value != int(value):
            return False
        return self.minimum <= value <= self.maximum

    @property
    def expected(self) -> str:
        number = "a whole number" if self.whole else "a number"
        unit = f" of {self.unit}" if self.unit else ""
        return f"{number}{unit} from {self.minimum:g} to {self.maximum:.9g}"


RULES = (
    LimitRule("memoryMb", "memory_mb", "MiB", 1, 4096),
    LimitRule("cpuSeconds", "cpu_seconds", "seconds", 0.01, 3600, whole=False),
    LimitRule("wallSeconds", "wall_seconds", "seconds", 0.01, 86400, whole=False),
    LimitRule("streamSeconds", "stream_seconds", "seconds", 0.01, 604800, whole=False),
    LimitRule("logKb", "log_kb", "KiB", 1, 65536),
    LimitRule("payloadMb", "payload_mb", "MiB", 1, 1024),
    LimitRule("hostCalls", "host_calls", "", 1, 10000),
    LimitRule("concurrency", "concurrency", "", 1, 100000),
)


def read_limits(section: ObjectNode, log: ProblemLog) -> LimitSettings:
    """The settings of the ``limits`` section; it is our own, so every problem is an error."""
    reader = ObjectReader(section, '"limits"', log, strict=True)
    changes = {rule.attribute: value for rule, value in read_numbers(RULES, reader, log)}
    reader.finish()
    return _with(LimitSettings(), changes)


def read_numbers(
    rules: Iterable[LimitRule], reader: ObjectReader, log: ProblemLog
) -> Iterator[tuple[LimitRule, float]]:
    """The numbers that an object sets; each of the others leaves an error in ``log``."""
    for rule in rules:
        node = reader.value(rule.key)
        value = None if node is None else read_number(rule, node, reader.what, log)
        if value is not None:
            yield rule, value


def read_number(rule: LimitRule, node: Node, what: str, log: ProblemLog) -> float | None:
    """The number at a key of ``what``; None, with an error, when ``rule`` does not accept it."""
    value = _number(node)
    if value is not None and rule.accepts(value):
        return value
    log.error(
        ProblemCode.INVALID_LIMIT,
        f'"{rule.key}" of {what} must be {rule.expected}, not {describe(node)}.',
        node.location,
    )
    return None


def _number(node: Node) -> float | None:
    if isinstance(node, ScalarNode) and isinstance(node.value, int | float):
        return None if isinstance(node.value, bool) else node.value
    return None


_DECIMAL = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,18})?")


def _override(
    source: str,
    rule: LimitRule | None,
    text: str,
    changes: dict[str, float],
    problems: list[Problem],
) -> None:
    if rule is None:
        return
    digits = text.strip()
    value = float(digits) if _DECIMAL.fullmatch(digits) else None
    if value is None or not rule.accepts(value):
        message = f"{source} must be {rule.expected}, not {text[:40]!r}."
        problems.append(Problem("error", ProblemCode.INVALID_LIMIT.value, message))
    else:
        changes[rule.attribute] = value


def _unknown(source: str, name: str, known: Mapping[str, LimitRule]) -> Problem:
    hint = did_you_mean(name, known) or f"Known limits: {', '.join(known)}."
    return Problem("error", ProblemCode.INVALID_LIMIT.value, f"{source} is not a limit.", hint)


def _with(settings: LimitSettings, changes: Mapping[str, float]) -> LimitSettings:
    whole = {rule.attribute for rule in RULES if rule.whole}
    typed = {name: int(value) if name in whole else value for name, value in changes.items()}
    return dataclasses.replace(settings, **typed)  # type: ignore[arg-type]  # RULES has the types
