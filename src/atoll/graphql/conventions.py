"""From a function's name to its place in the API: which operation, under which field name.

The rules are those of reference section 2.2, which existing apps and their clients rely on. Where
they would give a name that GraphQL cannot carry (``get2`` → ``2``, ``get`` → nothing), the
function keeps its own name.
"""

from __future__ import annotations

import re
from typing import Literal

OperationKind = Literal["query", "mutation", "subscription"]

MUTATION_PREFIXES = (
    *("mutate", "post", "patch", "put", "delete", "add", "update", "insert", "upsert"),
    *("create", "edit", "save", "remove", "alter", "modify", "start", "stop"),
)
TRIMMED_PREFIXES = ("get", "list")

_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")


def is_name(text: str) -> bool:
    """Whether GraphQL accepts ``text`` as the name of a field, an argument or a type."""
    return _NAME.fullmatch(text) is not None and not text.startswith("__")


def operation_kind(function: str, *, streams: bool = False) -> OperationKind:
    """Tell whether a function is a query or a mutation, by the verb that its name begins with.

    One that ``streams`` is a subscription, whatever its name.
    """
    if streams:
        return "subscription"
    return "mutation" if any(_begins(function, verb) for verb in MUTATION_PREFIXES) else "query"


def field_name(function: str) -> str | None:
    """Name the root field of a function; None when the name hides the function.

    A leading ``get`` or ``list`` goes, the first letter becomes lower-case, and a name that then
    begins with ``_`` is not offered.
    """
    name = function
    for prefix in TRIMMED_PREFIXES:
        if function.startswith(prefix) and _begins(function, prefix):
            name = function[len(prefix) :]
            break
    if not name or name[0].isdigit():
        name = function
    if name.startswith("_"):
        return None
    return name[:1].lower() + name[1:]


def _begins(name: str, prefix: str) -> bool:
    """Whether ``name`` begins with the word ``prefix``: ``getaway`` does not begin with ``get``."""
    if not name.lower().startswith(prefix):
        return False
    following = name[len(prefix) : len(prefix) + 1]
    return not ("a" <= following <= "z")
