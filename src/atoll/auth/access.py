"""Which functions a caller may use, by the rules of the manifest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias

from atoll.guest.types import Function
from atoll.manifest import AccessRule, AccessRules

Denial: TypeAlias = Literal["UNAUTHENTICATED", "FORBIDDEN"]
"""Why a function may not be called: there is no verified token, or it does not allow that."""

SCOPE_CLAIMS: Final = ("scope", "scp", "permissions")
"""Where identity providers put the scopes of a token."""

_MISSING: Final = object()


class Access:
    """Decides about calls. App lifetime.

    A rule of a function's own name counts before one of the beginning of its name, the longest
    such before shorter ones, and each of these before the default.
    """

    def __init__(self, rules: AccessRules) -> None:
        self._rules = rules
        self._scope_claims = SCOPE_CLAIMS if rules.scope_claim is None else (rules.scope_claim,)
        prefixes = [name[:-1] for name in rules.functions if name.endswith("*")]
        self._prefixes = sorted(prefixes, key=len, reverse=True)
        self._found: dict[tuple[str, str], AccessRule] = {}

    def denial(self, function: Function, claims: Mapping[str, Any] | None) -> Denial | None:
        """Why the caller with these claims may not call a function; None if it may."""
        key = (function.name, function.export)
        rule = self._found.get(key)
        if rule is None:
            rule = self._found[key] = self.rule(function)
        if rule.who == "public":
            return None
        if rule.who == "deny":
            return "FORBIDDEN"
        if claims is None:
            return "UNAUTHENTICATED"
        if rule.scopes and not scopes_of(claims, self._scope_claims).issuperset(rule.scopes):
            return "FORBIDDEN"
        for name, values in rule.claims.items():
            if not _matches(claim(claims, name), values):
                return "FORBIDDEN"
        return None

    def rule(self, function: Function) -> AccessRule:
        """The rule that counts for a function."""
        rules = self._rules
        names = (function.name, function.export)
        for name in names:
            if name in rules.functions:
                return rules.functions[name]
        for prefix in self._prefixes:
            if any(name.startswith(prefix) for name in names):
                return rules.functions[f"{prefix}*"]
        return rules.default

    def warnings(self, functions: Iterable[Function]) -> Iterator[str]:
        """What does not fit the functions of an app."""
        names = [(function.name, function.export) for function in functions]
        flat = {name for both in names for name in both}
        for rule in self._rules.functions:
            if rule.endswith("*"):
                if not any(name.startswith(rule[:-1]) for name in flat):
                    yield (
                        f"access.functions in modus.json has a rule for {rule}, which fits no "
                        "function of the app."
                    )
            elif rule not in flat:
                yield (
                    f"access.functions in modus.json names the function {rule}, which the app does "
                    "not have."
                )
        for name, export in names:
            if name != export and {name, export} <= self._rules.functions.keys():
                yield (
                    f"access.functions in modus.json has two rules for one function, as {name} and "
                    f"as {export}; the one for {name} counts."
                )


def scopes_of(claims: Mapping[str, Any], names: Iterable[str] = SCOPE_CLAIMS) -> set[str]:
    """The scopes of a token, from claims of these names."""
    found: set[str] = set()
    for name in names:
        value = claim(claims, name)
        if isinstance(value, str):
            found.update(value.split())
        elif isinstance(value, list):
            found.update(item for item in value if isinstance(item, str))
    return found


def claim(claims: Mapping[str, Any], name: str) -> object:
    """The claim of exactly that name, or else the one that its dots lead to."""
    if name in claims:
        return claims[name]
    value: Any = claims
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return _MISSING
        value = value[part]
    return value


def _matches(value: object, wanted: Collection[object]) -> bool:
    if isinstance(value, str):
        return value in wanted
    given = value if isinstance(value, list) else [value]
    # In Python, true is 1.
    return any(
        item == one and isinstance(item, bool) is isinstance(one, bool)
        for item in given
        for one in wanted
    )
