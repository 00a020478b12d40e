"""Running operations: by their plans, or else by graphql-core."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from graphql import OperationType

from atoll.app.call import Caller, Outcome
from atoll.graphql.calls import Calls, call_failed, invocation
from atoll.graphql.core import CoreExecutor, Fetched
from atoll.graphql.documents import parse_again
from atoll.graphql.errors import coded
from atoll.graphql.guard import Guard
from atoll.graphql.operations import Prepared
from atoll.graphql.plans.plan import Plan, Step
from atoll.graphql.requests import Requests
from atoll.graphql.response import GraphQLRequest, GraphQLResponse, internal_error, refused
from atoll.graphql.schema import Schema
from atoll.graphql.texts import Texts

MAX_ANSWERS: Final = 16
"""Answers that are remembered because everybody gets them: those to introspection."""

log = logging.getLogger(__name__)

_NO_VARIABLES: Final[Mapping[str, Any]] = {}
_UNUSUAL: Final = object()


@dataclass(slots=True)
class Statistics:
    """How operations were run since the API was made."""

    plans: int = 0
    """By a plan, to the end."""
    templates: int = 0
    """Of these, by a plan that was made from a text with other literals."""
    fallbacks: int = 0
    """Begun by a plan, and ended by graphql-core."""
    core: int = 0
    """By graphql-core alone."""


class Executor:
    """Answers queries and mutations. App lifetime."""

    def __init__(
        self,
        calls: Calls,
        schema: Schema,
        texts: Texts,
        requests: Requests,
        guard: Guard | None = None,
    ) -> None:
        self.statistics = Statistics()
        self._calls = calls
        self._call_app = calls.app.call
        self._requests = requests
        self._texts = texts
        self._guard = guard
        self._core = CoreExecutor(calls, schema, guard)
        self._answers: OrderedDict[tuple[str, str | None], GraphQLResponse] = OrderedDict()

    async def execute(self, request: GraphQLRequest, caller: Caller) -> GraphQLResponse:
        """Answer a request. Raises only when it is cancelled."""
        try:
            prepared = self._requests.prepare(request)
            if isinstance(prepared, GraphQLResponse):
                return prepared
            operation = prepared.operation
            variables = request.variables or _NO_VARIABLES
            plan = operation.plan(variables)
            if plan is None:
                if operation.kind is OperationType.SUBSCRIPTION:
                    return _misplaced_subscription(prepared)
                self.statistics.core += 1
                return await self._by_core(prepared, variables, caller)
            try:
                arguments = plan.arguments(variables, prepared.literals)
            except Exception:  # nothing was called yet: graphql-core says what is wrong
                self.statistics.fallbacks += 1
                return await self._by_core(prepared, variables, caller)
            guard = self._guard
            if guard is not None and _denied(guard, plan, caller):  # graphql-core says what
                self.statistics.fallbacks += 1
                return await self._by_core(prepared, variables, caller)
            if plan.only is None:
                return await self._several(prepared, plan, arguments, variables, caller)
            # The rest is `_several` for one call, without what that takes for more of them.
            step = plan.only
            one: Fetched
            try:
                one = await self._call_app(
                    step.function, arguments[0], caller, selection=step.selection
                )
            except BaseException as error:
                one = call_failed(step.function, error)
            value = _value(step, one)
            if value is _UNUSUAL:
                self.statistics.fallbacks += 1
                return await self._by_core(prepared, variables, caller, {step.key: one})
            self.statistics.plans += 1
            if prepared.literals:
                self.statistics.templates += 1
            data = plan.blank.copy()
            data[step.key] = value
            invocations = {step.key: invocation(one)}  # type: ignore[arg-type]  # usual
            return GraphQLResponse("ok", {"data": data, "extensions": {"invocations": invocations}})
        except Exception:
            log.exception("executing a GraphQL request failed")
            return internal_error()

    async def _several(
        self,
        prepared: Prepared,
        plan: Plan,
        arguments: tuple[dict[str, Any], ...],
        variables: Mapping[str, Any],
        caller: Caller,
    ) -> GraphQLResponse:
        """Make the calls of a plan."""
        fetched: dict[str, Fetched] = {}
        values: dict[str, Any] = {}
        steps = list(zip(plan.steps, arguments, strict=True))
        if plan.is_mutation:
            for step, given in steps:
                await self._call(step, given, caller, fetched)
                value = values[step.key] = _value(step, fetched[step.key])
                if value is _UNUSUAL:  # which may forbid the calls that follow
                    break
        else:
            await self._calls.together(
                [
                    (step.function, partial(self._call, step, given, caller, fetched))
                    for step, given in steps
                ]
            )
            for step in plan.steps:
                values[step.key] = _value(step, fetched[step.key])
        if _UNUSUAL in values.values():
            self.statistics.fallbacks += 1
            return await self._by_core(prepared, variables, caller, fetched)
        invocations = {key: invocation(fetched[key]) for key in values}  # type: ignore[arg-type]  # usual
        return self._answer(prepared, {**plan.blank, **values}, invocations)

    async def _call(
        self, step: Step, arguments: Mapping[str, Any], caller: Caller, into: dict[str, Fetched]
    ) -> None:
        into[step.key] = await self._calls.one(step.function, arguments, caller, step.selection)

    def _answer(
        self, prepared: Prepared, data: dict[str, Any], invocations: dict[str, Any]
    ) -> GraphQLResponse:
        statistics = self.statistics
        statistics.plans += 1
        if prepared.literals:
            statistics.templates += 1
        return GraphQLResponse("ok", {"data": data, "extensions": {"invocations": invocations}})

    async def _by_core(
        self,
        prepared: Prepared,
        variables: Mapping[str, Any],
        caller: Caller,
        fetched: Mapping[str, Fetched] | None = None,
    ) -> GraphQLResponse:
        operation, text = prepared.operation, prepared.text
        known = self._answers.get((text, operation.name))
        if known is not None:
            self._answers.move_to_end((text, operation.name))
            return known
        if not prepared.document.positions:
            tree = prepared.document.node
        elif fetched is not None:
            # Valid, since the plan was for all texts of its kind; only the places differ.
            tree = parse_again(text)
        else:
            own = self._texts.load(text)
            if isinstance(own, GraphQLResponse):
                return own
            tree = own.node
        node = operation.node(tree)
        response = await self._core.execute(tree, node, variables, caller, fetched)
        if operation.is_constant and _is_long(response):
            self._answers[text, operation.name] = response
            if len(self._answers) > MAX_ANSWERS:
                self._answers.popitem(last=False)
        return response


def _denied(guard: Guard, plan: Plan, caller: Caller) -> bool:
    """Whether there is a step that the caller may not take."""
    return any(guard.denial(step.function, caller.claims) is not None for step in plan.steps)


def _value(step: Step, fetched: Fetched | None) -> Any:
    """The value of a field whose call went well, or ``_UNUSUAL``."""
    if fetched.__class__ is not Outcome or fetched.failed or fetched.errors:
        return _UNUSUAL
    value = fetched.value
    try:
        if step.complete is not None:
            value = step.complete(value)
    except Exception:  # of whatever kind: graphql-core says what is wrong
        return _UNUSUAL
    return value if value is not None or step.nullable else _UNUSUAL


def _is_long(response: GraphQLResponse) -> bool:
    """Whether an answer to introspection is worth remembering."""
    data = response.body.get("data") or {}
    return any(isinstance(value, dict) for value in data.values())


def _misplaced_subscription(prepared: Prepared) -> GraphQLResponse:
    node = prepared.operation.node(prepared.document.node)
    message = "Subscriptions are answered with a stream of events only."
    error = coded(message, "SUBSCRIPTION_UNSUPPORTED", node)
    return refused("operation", [error], "SUBSCRIPTION_UNSUPPORTED")
