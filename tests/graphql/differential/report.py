"""A difference, made small and shown such that it can be seen again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pprint import pformat
from typing import TypeAlias

import graphql
from graphql import Node, print_ast, print_schema

from atoll.graphql.schema import build_schema

from .served import Request
from .trial import Setting, first_difference

MAX_TRIES = 600

Case: TypeAlias = "tuple[Setting, list[Request]]"


def report(
    setting: Setting, history: Sequence[Request], request: Request, found: str, seed: int
) -> str:
    requests = _fewest(setting, history, request)
    if requests is None:
        requests = [*history[-3:], request]
        note = "Only as part of its block (the last requests of it are shown):"
    else:
        setting, requests = _smaller(setting, requests)
        found = first_difference(setting, requests) or found
        note = "As small as it could be made:"
    shown = [
        f"ours and graphql-core's answer differ: {found}",
        f"\nSee it again: python -m tests.graphql.differential --seed {seed} --blocks 1",
        f"\n{note} exact={setting.exact}, may_wait={setting.may_wait}, entries={setting.entries}",
        print_schema(build_schema(setting.interface).graphql),
    ]
    for one in requests:
        offered = [function.name for function in setting.interface.functions]
        script = {name: list(one.script[name]) for name in offered}
        shown += [
            f"\n--- request (operation {one.operation!r}, may_mutate={one.may_mutate})",
            one.text,
            f"repr of the text: {one.text!r}",
            f"variables: {one.variables!r}",
            f"results: {pformat(script, width=100)}",
        ]
    return "\n".join(shown)


def _fewest(setting: Setting, history: Sequence[Request], request: Request) -> list[Request] | None:
    """The shortest sequence, of some that are likely, that ends in a difference."""
    same = [one for one in history if one.text == request.text]
    alike = [one for one in history if len(one.text) == len(request.text)]
    sequences = [
        *([request] * count for count in (1, 2, 3, 4)),
        *([one, request] for one in [*same[-3:], *history[::-1][:30]]),
        *([one, one, request] for one in [*same[-3:], *history[::-1][:30]]),
        *([*one, request] for one in (same, alike, history)),
    ]
    for requests in sequences:
        if _fails(setting, requests):
            return list(requests)
    return None


def _fails(setting: Setting, requests: Sequence[Request]) -> bool:
    # An assertion in the oracle, or the like, is another matter.
    with suppress(Exception):
        return first_difference(setting, requests) is not None
    return False


def _smaller(setting: Setting, requests: list[Request]) -> Case:
    """Leave out what can be left out."""
    case, tries, progress = (setting, requests), MAX_TRIES, True
    while progress and tries > 0:
        progress = False
        for candidate in _candidates(*case):
            tries -= 1
            if _fails(*candidate):
                case, progress = candidate, True
                break
            if tries <= 0:
                break
    return case


def _candidates(setting: Setting, requests: list[Request]) -> Iterator[Case]:
    for i in range(len(requests) - 1):
        yield setting, requests[:i] + requests[i + 1 :]
    for shorter in _shorter_texts(list(dict.fromkeys(one.text for one in requests))):
        changed = [replace(one, text=shorter[one.text]) for one in requests]
        yield setting, changed
        yield setting, [replace(one, operation=None) for one in changed]
    for i, one in enumerate(requests):
        fewer = [
            replace(
                one, variables={key: one.variables[key] for key in one.variables if key != name}
            )
            for name in one.variables
        ]
        fewer += [
            replace(one, script={**one.script, name: [result]})
            for name, results in one.script.items()
            if len(results) > 1
            for result in results
        ]
        for changed_one in fewer:
            yield setting, [*requests[:i], changed_one, *requests[i + 1 :]]
    functions = setting.interface.functions
    for function in functions:
        rest = tuple(one for one in functions if one is not function)
        yield replace(setting, interface=replace(setting.interface, functions=rest)), requests


def _shorter_texts(texts: list[str]) -> Iterator[dict[str, str]]:
    """The texts with one part of each left out, the largest parts first.

    Texts that differ in literals have the same parts, and lose the same ones.
    """
    try:
        documents = {text: graphql.parse(text) for text in texts}
    except graphql.GraphQLError:
        return
    parts = {text: _removable(document) for text, document in documents.items()}
    first = parts[texts[0]]
    alike = [text for text in texts if len(parts[text]) == len(first)]
    for index in sorted(range(len(first)), key=lambda index: -_size(first[index])):
        shorter = {
            text: _tidied(graphql.visit(documents[text], _Without({id(parts[text][index])})))
            for text in alike
        }
        yield {text: print_ast(shorter.get(text, documents[text])) for text in texts}
    if any(print_ast(document) != text for text, document in documents.items()):
        yield {text: print_ast(document) for text, document in documents.items()}


def _size(node: Node) -> int:
    assert node.loc is not None
    return node.loc.end - node.loc.start


def _removable(document: graphql.DocumentNode) -> list[Node]:
    found: list[Node] = []

    class Find(graphql.Visitor):
        def enter(self, node: Node, _: object, parent: object, *__: object) -> None:
            one_of_many = isinstance(parent, (list, tuple)) and len(parent) > 1
            if one_of_many or isinstance(node, (graphql.DirectiveNode, graphql.ArgumentNode)):
                found.append(node)

    graphql.visit(document, Find())
    return found


def _tidied(document: graphql.DocumentNode) -> graphql.DocumentNode:
    """Without the fragments and variables that nothing uses any more."""
    while True:
        names = _Names()
        graphql.visit(document, names)
        idle = {id(node) for name, node in names.declared if name not in names.used}
        if not idle:
            return document
        document = graphql.visit(document, _Without(idle))


class _Names(graphql.Visitor):
    """Finds the fragments and variables of a document."""

    def __init__(self) -> None:
        super().__init__()
        self.used: set[tuple[str, str]] = set()
        self.declared: list[tuple[tuple[str, str], Node]] = []

    def enter(self, node: Node, _: object, parent: object, *__: object) -> None:
        match node:
            case graphql.FragmentSpreadNode():
                self.used.add(("fragment", node.name.value))
            case graphql.FragmentDefinitionNode():
                self.declared.append((("fragment", node.name.value), node))
            case graphql.VariableDefinitionNode():
                self.declared.append((("variable", node.variable.name.value), node))
            case graphql.VariableNode():
                if not isinstance(parent, graphql.VariableDefinitionNode):
                    self.used.add(("variable", node.name.value))


class _Without(graphql.Visitor):
    def __init__(self, parts: set[int]) -> None:
        super().__init__()
        self._parts = parts

    def enter(self, node: Node, *_: object) -> object:
        return graphql.REMOVE if id(node) in self._parts else None
