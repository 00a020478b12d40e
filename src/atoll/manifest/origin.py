"""The web origins whose pages may call the app from a browser."""

from __future__ import annotations

import re

from atoll.manifest.jsonc import ArrayNode, Node, ScalarNode
from atoll.manifest.location import Location
from atoll.manifest.problem import ProblemCode, ProblemLog
from atoll.manifest.reader import describe

ANY = "*"
_ORIGIN = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://"
    r"(?P<host>[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
)
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def read_cors(node: Node, log: ProblemLog) -> tuple[str, ...]:
    """The origins of the ``cors`` list; each must be what a browser sends as ``Origin``."""
    if not isinstance(node, ArrayNode):
        log.error(
            ProblemCode.WRONG_TYPE,
            f'"cors" must be an array of origins, not {describe(node)}.',
            node.location,
            'For example "cors": ["https://app.example.com"].',
        )
        return ()
    origins: dict[str, Location] = {}
    for item in node.items:
        if not isinstance(item, ScalarNode) or not isinstance(item.value, str):
            log.error(
                ProblemCode.WRONG_TYPE,
                f'An origin in "cors" must be a string, not {describe(item)}.',
                item.location,
            )
            continue
        problem = _problem(item.value)
        if problem:
            reason, hint = problem
            log.error(
                ProblemCode.INVALID_ORIGIN,
                f'"{item.value}" in "cors" is not an origin: {reason}.',
                item.location,
                hint,
            )
        origins.setdefault(item.value, item.location)
    if ANY in origins and len(origins) > 1:
        log.error(
            ProblemCode.INVALID_ORIGIN,
            '"*" in "cors" already allows every origin.',
            origins[ANY],
            'Remove "*", or all others.',
        )
    return tuple(origins)


def _problem(origin: str) -> tuple[str, str | None] | None:
    """Why a browser would never send ``origin``, and what to write instead."""
    if origin == ANY:
        return None
    if origin == "null":
        # Any sandboxed frame and any local file sends it, so it would allow everyone by stealth.
        return "pages of any origin can send it", 'To allow every origin, write "*".'
    match = _ORIGIN.fullmatch(origin)
    if match is None:
        return _shape_problem(origin)
    scheme, port = match["scheme"], match["port"]
    if port is not None and int(port) > 65535:
        return "the port is above 65535", None
    if port is not None and port == _DEFAULT_PORTS.get(scheme):
        return "browsers leave out the default port", f'Write "{origin.rpartition(":")[0]}".'
    return None


def _shape_problem(origin: str) -> tuple[str, str | None]:
    if "://" not in origin:
        return "it has no scheme", 'Origins look like "https://app.example.com".'
    if "*" in origin:
        return "patterns are not supported", "List each origin."
    if not origin.isascii():
        return "browsers send such a host in Punycode", 'Write it as "xn--…".'
    scheme, _, rest = origin.partition("://")
    host, slash, _ = rest.partition("/")
    shorter = f"{scheme}://{host}".lower()
    hint = f'Write "{shorter}".' if _ORIGIN.fullmatch(shorter) else None
    if slash:
        return "it has a path", hint
    if origin != origin.lower():
        return "browsers send it in lower case", hint
    return "expected scheme://host or scheme://host:port", None
