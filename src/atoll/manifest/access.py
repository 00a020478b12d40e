"""Which callers may use which functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from atoll.manifest.jsonc import ArrayNode, Member, Node, ObjectNode, ScalarNode
from atoll.manifest.problem import ProblemCode, ProblemLog
from atoll.manifest.reader import ObjectReader, describe, did_you_mean, effective

Who: TypeAlias = Literal["public", "authenticated", "deny"]
ClaimValue: TypeAlias = str | int | float | bool

WORDS: Final[Mapping[str, Who]] = {
    "public": "public",
    "authenticated": "authenticated",
    "deny": "deny",
}
"""The rules that are one word."""


@dataclass(frozen=True, slots=True)
class AccessRule:
    """Who may call a function: everybody, those with a verified token, or nobody.

    ``scopes`` and ``claims`` are asked of a token in addition.
    """

    who: Who = "authenticated"
    scopes: tuple[str, ...] = ()
    """All of them must be the token's."""
    claims: Mapping[str, tuple[ClaimValue, ...]] = field(default_factory=dict)
    """Of each claim, one of the values."""


PUBLIC: Final = AccessRule("public")


@dataclass(frozen=True, slots=True)
class AccessRules:
    """The ``access`` section of a manifest, defaults filled in."""

    default: AccessRule = PUBLIC
    """For functions that have no rule of their own."""
    functions: Mapping[str, AccessRule] = field(default_factory=dict)
    """By the function's name, or by the beginning of names and ``*``."""
    issuers: tuple[str, ...] = ()
    """Of tokens that are accepted; empty for any."""
    audiences: tuple[str, ...] = ()
    """For one of which a token must be; empty for any."""
    scope_claim: str | None = None
    """The claim with a token's scopes; None for the usual ones."""

    @property
    def restricts(self) -> bool:
        """Whether there is a function that not everybody may call."""
        return any(rule.who != "public" for rule in (self.default, *self.functions.values()))


def read_access(section: ObjectNode, log: ProblemLog) -> AccessRules:
    """The rules of the ``access`` section; it is our own, so every problem is an error."""
    reader = ObjectReader(section, '"access"', log, strict=True)
    default = reader.value("default")
    functions = reader.object("functions")
    issuers = _texts(reader, "issuer", log)
    audiences = _texts(reader, "audience", log)
    scope_claim = reader.text("scopeClaim") or None
    reader.finish()
    return AccessRules(
        PUBLIC if default is None else _read_rule(default, '"default" of "access"', log),
        {} if functions is None else dict(_read_functions(functions, log)),
        issuers,
        audiences,
        scope_claim,
    )


def _read_functions(section: ObjectNode, log: ProblemLog) -> Iterator[tuple[str, AccessRule]]:
    for member in effective(section):
        if not member.key or "*" in member.key[:-1]:
            log.error(
                ProblemCode.INVALID_ACCESS,
                f'"{member.key}" in "functions" of "access" must be the name of a function, or the '
                "beginning of names and *.",
                member.location,
                'For example "deleteUser" or "admin*".',
            )
        yield member.key, _read_rule(member.value, f'The rule of "{member.key}"', log)


def _read_rule(node: Node, what: str, log: ProblemLog) -> AccessRule:
    """The rule that a node is; a faulty one, which leaves an error in ``log``, lets nobody in."""
    if isinstance(node, ObjectNode):
        return _read_demands(node, what, log)
    word = node.value if isinstance(node, ScalarNode) else None
    if isinstance(word, str) and word in WORDS:
        return AccessRule(WORDS[word])
    shown = f'"{word[:60]}"' if isinstance(word, str) else describe(node)
    log.error(
        ProblemCode.INVALID_ACCESS,
        f'{what} must be "public", "authenticated", "deny" or an object with "scopes" or "claims", '
        f"not {shown}.",
        node.location,
        did_you_mean(word, WORDS) if isinstance(word, str) else None,
    )
    return AccessRule("deny")


def _read_demands(node: ObjectNode, what: str, log: ProblemLog) -> AccessRule:
    reader = ObjectReader(node, what, log, strict=True)
    scopes = reader.value("scopes")
    claims = reader.object("claims")
    reader.finish()
    if not node.members:
        log.error(
            ProblemCode.INVALID_ACCESS,
            f"{what} asks for nothing.",
            node.location,
            'Write "authenticated" if any verified token will do.',
        )
    return AccessRule(
        "authenticated",
        () if scopes is None else _read_scopes(scopes, what, log),
        {} if claims is None else dict(_read_claims(claims, what, log)),
    )


def _read_scopes(node: Node, what: str, log: ProblemLog) -> tuple[str, ...]:
    items = node.items if isinstance(node, ArrayNode) else ()
    values = [item.value for item in items if isinstance(item, ScalarNode)]
    found = tuple(
        value for value in values if isinstance(value, str) and value and not _has_blank(value)
    )
    if not found or len(found) != len(items):
        log.error(
            ProblemCode.INVALID_ACCESS,
            f'"scopes" of {_inner(what)} must be an array of scopes, such as ["users:write"].',
            node.location,
        )
    return found


def _read_claims(
    section: ObjectNode, what: str, log: ProblemLog
) -> Iterator[tuple[str, tuple[ClaimValue, ...]]]:
    if not section.members:
        message = f'"claims" of {_inner(what)} names no claim.'
        log.error(ProblemCode.INVALID_ACCESS, message, section.location)
    for member in effective(section):
        values = _claim_values(member)
        if not values or not member.key:
            log.error(
                ProblemCode.INVALID_ACCESS,
                f'The claim "{member.key}" of {_inner(what)} must have a text, a number, true or '
                "false, or an array of those.",
                member.location,
                'For example "role": ["admin", "editor"].',
            )
        yield member.key, values


def _claim_values(member: Member) -> tuple[ClaimValue, ...]:
    """The values that a claim may have; none if one of them is of another kind."""
    node = member.value
    found: list[ClaimValue] = []
    for item in node.items if isinstance(node, ArrayNode) else (node,):
        if not isinstance(item, ScalarNode) or item.value is None:
            return ()
        found.append(item.value)
    return tuple(found)


def _texts(reader: ObjectReader, key: str, log: ProblemLog) -> tuple[str, ...]:
    """A text, or an array of texts."""
    node = reader.value(key)
    if node is None:
        return ()
    items = node.items if isinstance(node, ArrayNode) else (node,)
    values = [item.value for item in items if isinstance(item, ScalarNode)]
    found = tuple(value for value in values if isinstance(value, str) and value)
    if not found or len(found) != len(items):
        log.error(
            ProblemCode.INVALID_ACCESS,
            f'"{key}" of {reader.what} must be a text or an array of texts, none of them empty.',
            node.location,
        )
    return found


def _has_blank(text: str) -> bool:
    return any(character.isspace() for character in text)


def _inner(what: str) -> str:
    return what[0].lower() + what[1:]
