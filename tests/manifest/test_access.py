from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from atoll.manifest import AccessRule, AccessRules, Manifest, ManifestError, parse_manifest


def access(section: Any) -> AccessRules:
    return parse_manifest(json.dumps({"access": section})).access


def refusal(section: Any) -> ManifestError:
    with pytest.raises(ManifestError) as caught:
        access(section)
    return caught.value


def test_without_the_section_everything_is_public() -> None:
    assert Manifest().access == parse_manifest("{}").access == AccessRules()
    assert not AccessRules().restricts


def test_every_key_is_read() -> None:
    found = access(
        {
            "default": "authenticated",
            "functions": {
                "deleteUser": {
                    "scopes": ["users:write", "users:read"],
                    "claims": {"role": ["admin", 7], "email_verified": True},
                },
                "admin*": "deny",
                "sayHello": "public",
            },
            "issuer": "https://id.example.com/",
            "audience": ["a", "b"],
            "scopeClaim": "roles",
        }
    )

    assert found == AccessRules(
        AccessRule("authenticated"),
        {
            "deleteUser": AccessRule(
                "authenticated",
                ("users:write", "users:read"),
                {"role": ("admin", 7), "email_verified": (True,)},
            ),
            "admin*": AccessRule("deny"),
            "sayHello": AccessRule("public"),
        },
        ("https://id.example.com/",),
        ("a", "b"),
        "roles",
    )
    assert found.restricts


@pytest.mark.parametrize(
    "section",
    [
        [],
        "public",
        {"rules": {}},
        {"default": "privat"},
        {"default": None},
        {"default": []},
        {"default": {}},
        {"default": {"scope": ["a"]}},
        {"default": {"scopes": []}},
        {"default": {"scopes": "a"}},
        {"default": {"scopes": ["a", 1]}},
        {"default": {"scopes": ["a b"]}},
        {"default": {"scopes": None}},
        {"default": {"claims": {}}},
        {"default": {"claims": []}},
        {"default": {"claims": {"role": None}}},
        {"default": {"claims": {"role": []}}},
        {"default": {"claims": {"role": {"is": "admin"}}}},
        {"default": {"claims": {"role": ["admin", None]}}},
        {"default": {"claims": {"": "admin"}}},
        {"functions": []},
        {"functions": {"": "deny"}},
        {"functions": {"a*b": "deny"}},
        {"functions": {"a**": "deny"}},
        {"functions": {"a": True}},
        {"issuer": ""},
        {"issuer": 1},
        {"audience": []},
        {"audience": ["a", ""]},
        {"scopeClaim": 1},
        {"scopeClaim": ""},
        {"Default": "public"},
    ],
    ids=json.dumps,
)
def test_every_problem_is_an_error(section: Any, complains: Callable[[Any], bool]) -> None:
    error = refusal(section)

    assert error.location is not None
    if section != {"Default": "public"}:  # the schema knows one spelling, like the loader
        assert complains({"access": section})


def test_a_near_miss_is_corrected() -> None:
    assert refusal({"default": "authentcated"}).hint == 'Did you mean "authenticated"?'


def test_messages_name_the_rule() -> None:
    error = refusal({"functions": {"deleteUser": {"claims": {"role": None}}}})

    assert error.message.startswith('The claim "role" of the rule of "deleteUser" must have')


@pytest.fixture
def complains() -> Callable[[Any], bool]:
    """Whether the schema that editors get objects to a manifest."""
    import jsonschema

    from atoll.manifest import schema_text

    validator = jsonschema.Draft7Validator(json.loads(schema_text()))
    return lambda manifest: not validator.is_valid(manifest)


def test_the_schema_takes_what_the_loader_takes(complains: Callable[[Any], bool]) -> None:
    for rule in ("public", "authenticated", "deny", {"scopes": ["a"]}, {"claims": {"a.b": 1}}):
        manifest = {"access": {"default": rule, "functions": {"a": rule, "b*": rule, "*": rule}}}
        assert not complains(manifest)
        parse_manifest(json.dumps(manifest), strict=True)
