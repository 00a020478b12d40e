"""Lists of names: what of its environment an app lets its functions read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from atoll.manifest.jsonc import ArrayNode, Node, ScalarNode
from atoll.manifest.location import Location
from atoll.manifest.problem import ProblemCode, ProblemLog
from atoll.manifest.reader import describe

SECRET = re.compile(r"[A-Za-z0-9_]+", re.ASCII)
VARIABLE = re.compile(r"MODUS_[A-Za-z0-9_]+", re.ASCII)
_OF_THE_HOST = re.compile(r"MODUS_(?:DB|PEMS|JWKS_ENDPOINTS|APP_.*)", re.ASCII)


def read_secrets(node: Node | None, log: ProblemLog) -> frozenset[str] | None:
    """The ``secrets`` list: the app's secrets that functions may read; None when it is absent."""
    if node is None:
        return None
    found = _names(node, "secrets", SECRET, 'the name of a secret, as "STRIPE_KEY"', log)
    return frozenset(name for name, _ in found)


def read_guest_environment(
    node: Node | None, connections: Iterable[str], log: ProblemLog
) -> tuple[str, ...]:
    """The ``guestEnvironment`` list: variables ``MODUS_*`` that functions find in theirs.

    ``connections`` are the names of the manifest's: giving away their secrets is worth a warning.
    """
    if node is None:
        return ()
    expected = 'the name of a variable, as "MODUS_ENV"'
    found = _names(node, "guestEnvironment", VARIABLE, expected, log)
    prefixes = tuple(f"MODUS_{name.upper().replace('-', '_')}_" for name in connections)
    for name, location in found:
        if name.startswith(prefixes) or _OF_THE_HOST.fullmatch(name):
            log.warning(
                ProblemCode.SECRETS_SHARED_WITH_APP,
                f'"guestEnvironment" gives {name} to functions, which is a secret of the host.',
                location,
                "Functions need no secret of a connection: the host adds them.",
            )
    return tuple(dict.fromkeys(name for name, _ in found))


def _names(
    node: Node, key: str, pattern: re.Pattern[str], expected: str, log: ProblemLog
) -> list[tuple[str, Location]]:
    if not isinstance(node, ArrayNode):
        message = f'"{key}" must be an array of names, not {describe(node)}.'
        log.error(ProblemCode.WRONG_TYPE, message, node.location)
        return []
    found = []
    for item in node.items:
        value = item.value if isinstance(item, ScalarNode) else None
        if isinstance(value, str) and pattern.fullmatch(value):
            found.append((value, item.location))
        else:
            shown = f'"{value[:60]}"' if isinstance(value, str) else describe(item)
            message = f'An item of "{key}" must be {expected}, not {shown}.'
            log.error(ProblemCode.WRONG_TYPE, message, item.location)
    return found
