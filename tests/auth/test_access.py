from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.auth.access import Access
from atoll.guest.types import Function
from atoll.manifest import AccessRule, AccessRules

PUBLIC, DENY, ANY = AccessRule("public"), AccessRule("deny"), AccessRule("authenticated")


def function(name: str, export: str | None = None) -> Function:
    return Function(name, export or name, (), None)


def denial(rule: AccessRule, claims: dict[str, Any] | None, **settings: Any) -> str | None:
    return Access(AccessRules(rule, **settings)).denial(function("sayHello"), claims)


def test_words() -> None:
    assert denial(PUBLIC, None) is None
    assert denial(ANY, None) == "UNAUTHENTICATED"
    assert denial(ANY, {}) is None
    assert denial(DENY, None) == denial(DENY, {"role": "admin"}) == "FORBIDDEN"


@pytest.mark.parametrize(
    ("claims", "allowed"),
    [
        ({"scope": "users:read users:write"}, True),
        ({"scope": "users:write  users:read openid"}, True),
        ({"scope": ["users:read", "users:write"]}, True),
        ({"scp": ["users:read", "users:write"]}, True),
        ({"permissions": ["users:read", "users:write"]}, True),
        ({"scope": "users:read", "permissions": ["users:write"]}, True),
        ({"scope": "users:read"}, False),
        ({"scope": "users:read users:writer"}, False),
        ({"scope": ["users:read users:write"]}, False),
        ({"scope": {"users:read": True, "users:write": True}}, False),
        ({"scope": None, "permissions": [["users:read", "users:write"]]}, False),
        ({"roles": ["users:read", "users:write"]}, False),
        ({}, False),
    ],
)
def test_all_scopes_are_needed(claims: dict[str, Any], allowed: bool) -> None:
    rule = AccessRule("authenticated", ("users:read", "users:write"))

    assert denial(rule, claims) == (None if allowed else "FORBIDDEN")
    assert denial(rule, None) == "UNAUTHENTICATED"


def test_scopes_can_be_in_another_claim() -> None:
    rule = AccessRule("authenticated", ("a",))

    assert denial(rule, {"realm": {"roles": ["a"]}}, scope_claim="realm.roles") is None
    assert denial(rule, {"scope": "a"}, scope_claim="realm.roles") == "FORBIDDEN"


@pytest.mark.parametrize(
    ("wanted", "claims", "allowed"),
    [
        ({"role": ("admin", "editor")}, {"role": "editor"}, True),
        ({"role": ("admin", "editor")}, {"role": ["reader", "admin"]}, True),
        ({"role": ("admin",)}, {"role": "Admin"}, False),
        ({"role": ("admin",)}, {"role": "admin editor"}, False),
        ({"role": ("admin",)}, {"role": []}, False),
        ({"role": ("admin",)}, {"role": [["admin"]]}, False),
        ({"role": ("admin",)}, {"role": {"admin": True}}, False),
        ({"role": ("admin",)}, {}, False),
        ({"role": ("admin",), "team": ("a",)}, {"role": "admin"}, False),
        ({"verified": (True,)}, {"verified": True}, True),
        ({"verified": (True,)}, {"verified": 1}, False),
        ({"verified": (True,)}, {"verified": "true"}, False),
        ({"verified": (False,)}, {}, False),
        ({"verified": (False,)}, {"verified": 0}, False),
        ({"level": (1,)}, {"level": True}, False),
        ({"level": (1,)}, {"level": 1.0}, True),
        ({"org.role": ("admin",)}, {"org": {"role": "admin"}}, True),
        ({"org.role": ("admin",)}, {"org.role": "admin"}, True),
        ({"org.role": ("admin",)}, {"org.role": "reader", "org": {"role": "admin"}}, False),
        ({"org.role": ("admin",)}, {"org": [{"role": "admin"}]}, False),
        ({"org.role": ("admin",)}, {"org": "role"}, False),
        ({"https://a.example/role": ("x",)}, {"https://a.example/role": ["x"]}, True),
    ],
)
def test_each_claim_is_needed(wanted: Any, claims: dict[str, Any], allowed: bool) -> None:
    rule = AccessRule("authenticated", (), wanted)

    assert denial(rule, claims) == (None if allowed else "FORBIDDEN")
    assert denial(rule, None) == "UNAUTHENTICATED"


def test_the_most_specific_rule_counts() -> None:
    a, b, c, d = (AccessRule("authenticated", (name,)) for name in "abcd")
    access = Access(AccessRules(a, {"get*": b, "getUser*": c, "getUser": d, "*": PUBLIC}))

    assert access.rule(function("getUser")) == d
    assert access.rule(function("getUserById")) == c
    assert access.rule(function("getTime")) == b
    assert access.rule(function("sayHello")) == PUBLIC
    assert Access(AccessRules(a)).rule(function("sayHello")) == a


def test_functions_go_by_both_their_names() -> None:
    deny = {"deleteUser": DENY}
    for rules in ({"deleteUser": DENY}, {"delete_user": DENY}, {"delete_*": DENY}):
        found = Access(AccessRules(PUBLIC, rules)).rule(function("deleteUser", "delete_user"))
        assert found == DENY
    assert Access(AccessRules(PUBLIC, deny)).rule(function("deleteuser")) == PUBLIC


def test_functions_with_the_same_name_and_another_export_have_rules_of_their_own() -> None:
    access = Access(AccessRules(PUBLIC, {"ticks_": DENY}))

    assert access.denial(function("ticks", "ticks_"), None) == "FORBIDDEN"
    assert access.denial(function("ticks"), None) is None


def test_what_does_not_fit_the_app_is_told() -> None:
    rules = {"deleteUser": DENY, "admin*": DENY, "say*": ANY, "sayHello": ANY, "say_hello": DENY}

    warnings = list(
        Access(AccessRules(PUBLIC, rules)).warnings([function("sayHello", "say_hello")])
    )

    assert [("deleteUser" in w, "admin*" in w, "two rules" in w) for w in warnings] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]


@given(
    st.none()
    | st.dictionaries(
        st.sampled_from(["scope", "scp", "permissions", "role", "a.b", "a"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
            ),
            max_leaves=5,
        ),
    )
)
def test_any_claims_are_decided_on(claims: dict[str, Any] | None) -> None:
    rule = AccessRule("authenticated", ("admin-scope",), {"a.b": ("long value",)})

    assert denial(rule, claims) == ("UNAUTHENTICATED" if claims is None else "FORBIDDEN")
