"""Embedders: functions of the app that make vectors of texts, for its collections."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from atoll.app.call import Outcome
from atoll.collections.errors import CollectionError
from atoll.guest.types import Function, Interface, ListOf, Nullable, Scalar, Type
from atoll.manifest import Manifest

SECONDS: Final = 60.0
"""That a call of an embedder may take (reference section 5.2)."""

Run = Callable[[Function, Mapping[str, Any]], Awaitable[Outcome]]


def embedder_problem(interface: Interface, name: str) -> CollectionError | None:
    """Why a function cannot be used as an embedder."""
    function = interface.function(name)
    if function is None:
        names = ", ".join(each.export for each in interface.functions if _embeds(each))
        return CollectionError(
            "NO_SUCH_EMBEDDER",
            f"the app has no function {name[:100]}, which modus.json names as an embedder",
            f"functions that can be one: {names or 'none'}",
        )
    if not _embeds(function):
        return CollectionError(
            "INVALID_EMBEDDER",
            f"invalid embedder function signature: {function.export}",
            "an embedder takes a list of strings and gives a list of float lists, such as"
            " def embed(texts: list[str]) -> list[list[float]]",
        )
    return None


def embedder_warnings(interface: Interface, manifest: Manifest) -> Iterator[str]:
    """What is wrong with the embedders that a manifest names."""
    for collection in manifest.collections.values():
        for method in collection.methods.values():
            if problem := embedder_problem(interface, method.embedder):
                yield (
                    f"Search method [{method.name}] of collection [{collection.name}]: "
                    f"{problem.message}; {problem.hint}."
                )


async def embed(interface: Interface, run: Run, name: str, texts: Sequence[str]) -> Any:
    """What an embedder gives for some texts, as JSON data.

    Raises CollectionError: it is none, or it failed.
    """
    problem = embedder_problem(interface, name)
    if problem is not None:
        raise problem
    function = interface.function(name)
    assert function is not None
    outcome = await run(function, {function.parameters[0].name: list(texts)})
    if outcome.failed:
        said = outcome.errors[-1] if outcome.errors else None
        raise CollectionError(
            "EMBEDDER_FAILED",
            f"embedder {name} failed" + (f": {said.message}" if said else ""),
            said.hint if said and said.hint else "the log has more",
        )
    return outcome.value


def _embeds(function: Function) -> bool:
    """Whether it takes one list of strings, and gives a list of lists of floats."""
    if len(function.parameters) != 1 or function.streams:
        return False
    given = _items(function.parameters[0].type)
    rows = None if function.result is None else _items(function.result)
    return given == Scalar("String") and rows is not None and _items(rows) == Scalar("Float")


def _items(type: Type) -> Type | None:
    """Of what a list has."""
    type = _plain(type)
    return _plain(type.item) if isinstance(type, ListOf) else None


def _plain(type: Type) -> Type:
    return type.of if isinstance(type, Nullable) else type
