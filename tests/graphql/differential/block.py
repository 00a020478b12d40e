"""Blocks of random executions; a block is decided by its seed alone."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import GraphQLSchema

from atoll.graphql import GraphQLResponse

from .apps import random_interface
from .documents import Document, Part, Slot
from .maker import DocumentMaker
from .oracle import Expected
from .report import report
from .served import Request, random_script
from .trial import Setting, Trial
from .values import Variables

EXECUTIONS = 500
APPS = 4
DOCUMENTS = 8
"""Of one app at a time; each is executed some 15 times, in between the others."""

Tally = Counter[str]


class Mismatch(AssertionError):
    """We and graphql-core do not agree; the text says how to see it again."""


@dataclass(slots=True)
class Counts:
    """What a block went through, so that one that tests nothing is seen."""

    seen: Tally = field(default_factory=Counter)
    texts: set[str] = field(default_factory=set)

    def add(self, request: Request, response: GraphQLResponse, expected: Expected) -> None:
        seen = self.seen
        seen["executions"] += 1
        seen[expected.kind] += 1
        if request.text in self.texts:
            seen["known text"] += 1
        self.texts.add(request.text)
        if response.kind == "ok":
            seen["functions called"] += len(request.calls)
            seen["with errors"] += bool(expected.errors)
            seen["slow completions"] += expected.slow
            seen["without data"] += expected.data is None
            seen["mutations"] += expected.serial

    def statistics(self, statistics: Any) -> None:
        """Add what an API counted itself."""
        for name in ("core", "plans", "templates", "fallbacks"):
            self.seen[f"counted: {name}"] += getattr(statistics, name, 0)


def run_block(seed: int, executions: int = EXECUTIONS) -> Tally:
    """Execute a block. Raises Mismatch at the first difference."""
    log = logging.getLogger("atoll.graphql")
    before = log.level
    log.setLevel(logging.CRITICAL + 1)  # crashes are part of it
    try:
        return asyncio.run(_run(seed, executions))
    finally:
        log.setLevel(before)


async def _run(seed: int, executions: int) -> Tally:
    rng = Random(seed)
    counts = Counts()
    for number in range(APPS):
        setting = Setting(
            random_interface(rng),
            exact=number % 2 == 0,
            may_wait=rng.random() < 0.5,
            entries=rng.randint(1, 12) if rng.random() < 0.3 else None,
        )
        trial = Trial(setting)
        share = executions // APPS + (number < executions % APPS)
        await _run_app(rng, trial, share, counts, seed)
        counts.statistics(getattr(trial.api, "statistics", None))
    return counts.seen


async def _run_app(rng: Random, trial: Trial, share: int, counts: Counts, seed: int) -> None:
    history: list[Request] = []
    requests = random_requests(rng, trial.setting, trial.api.schema.graphql, counts)
    while share:
        together = [next(requests) for _ in range(min(share, rng.choice((1, 1, 1, 3))))]
        share -= len(together)
        outcomes = await asyncio.gather(*(trial.run(request) for request in together))
        for request, (response, expected, found) in zip(together, outcomes, strict=True):
            if found is not None:
                shown = await asyncio.to_thread(
                    report, trial.setting, history, request, found, seed
                )
                raise Mismatch(shown)
            history.append(request)
            counts.add(request, response, expected)


@dataclass(slots=True)
class _Source:
    """A document, and its texts so far."""

    document: Document
    chosen: Mapping[Slot, str]
    text: str


def random_requests(
    rng: Random, setting: Setting, schema: GraphQLSchema, counts: Counts
) -> Iterator[Request]:
    """Endless requests: few documents at a time, as they are and with other literals."""
    sources: list[_Source] = []
    while True:
        if len(sources) < DOCUMENTS or rng.random() < 0.02:
            source = _source(rng, schema)
            if len(sources) == DOCUMENTS:
                sources[rng.randrange(DOCUMENTS)] = source
            else:
                sources.append(source)
        else:
            source = rng.choice(sources)
        text = source.text
        if rng.random() < (0.75 if source.chosen else 0.0):
            text = _other_text(rng, source)
        for _ in range(rng.choice((1, 1, 1, 2) if source.chosen else (2, 3))):
            counts.seen["other literals"] += text != source.text
            yield _request(rng, setting, schema, source.document, text)


def _source(rng: Random, schema: GraphQLSchema) -> _Source:
    sloppy = 0.05 if rng.random() < 0.12 else 0.0
    plain = rng.random() < 0.6
    document = DocumentMaker(rng, schema, sloppy=sloppy, plain=plain).document()
    chosen = document.literals(rng, wrong=0.1 if rng.random() < 0.08 else 0.0)
    text = document.text(rng, chosen)
    return _Source(document, chosen, _damaged(rng, text) if rng.random() < 0.03 else text)


def _other_text(rng: Random, source: _Source) -> str:
    wrong = rng.choice((0.0, 0.0, 0.0, 0.25))
    chosen = source.document.other_literals(rng, source.chosen, wrong=wrong)
    return source.document.text(rng, chosen, apart=rng.random() < 0.15)


def _damaged(rng: Random, text: str) -> str:
    """Drop, double or exchange a bit of a text."""
    start = rng.randrange(len(text))
    end = start + rng.randint(1, 3)
    bit = text[start:end]
    return text[:start] + rng.choice(("", bit * 2, '"', "{", "$", "5", "é")) + text[end:]


def _request(
    rng: Random, setting: Setting, schema: GraphQLSchema, document: Document, text: str
) -> Request:
    operation = rng.choice(document.operations)
    name = operation.name
    if name is not None and len(document.operations) == 1 and rng.random() < 0.5:
        name = rng.choice((None, ""))
    elif rng.random() < 0.03:
        name = rng.choice(("Unknown", "", None))
    bad = rng.choice((0.0, 0.0, 0.05, 0.2))
    script = random_script(rng, setting.interface, schema, exact=setting.exact, bad=bad)
    variables = _variables(rng, operation)
    return Request(text, variables, name, script, may_mutate=rng.random() > 0.1)


def _variables(rng: Random, operation: Part) -> dict[str, Any]:
    bad = rng.choice((0.0, 0.0, 0.0, 0.0, 0.1))
    values = Variables(rng, bad)
    given: dict[str, Any] = {}
    for name, variable in operation.variables.items():
        needed = str(variable.type).endswith("!") and variable.default is None
        if rng.random() < (bad if needed else 0.3):
            continue
        given[name] = values.value(variable.type)
    if rng.random() < 0.1:
        given["undeclared"] = [1]
    return given
