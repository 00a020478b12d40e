"""Modules that say other things of themselves than those that are built now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atoll.guest.failure import BadGuestReply, GuestFailure
from atoll.guest.types import Default


@pytest.fixture(scope="module")
def app(run_app):
    return run_app("app")


def with_default(app, function, value):
    """The app, whose function has a default for its only parameter."""
    module = app.guest.module
    signature = module.exports[function]
    [slot] = signature.parameters
    changed = replace(signature, parameters=(replace(slot, default=Default(value)),))
    return app.described(replace(module, exports={**module.exports, function: changed}))


async def test_a_default_stands_for_what_is_left_out(app):
    for function, value in [
        ("testInt32Input_max", (1 << 31) - 1),
        ("testStringInput", "こんにちは、世界"),
        ("testSliceInput_string_empty", []),
        ("testMapInput_string_string", {"a": "1", "b": "2", "c": "3"}),
        ("testStringPtrInput_nil", None),
    ]:
        await with_default(app, function, value).call(function)
    other = with_default(app, "testEchoInt", 7)
    assert await other.call("testEchoInt") == 7
    assert await other.call("testEchoInt", n=8) == 8
    with pytest.raises(GuestFailure, match="not null"):
        await other.call("testEchoInt", n=None)


def with_id(app, name, id=9999):
    """The app, which knows a type of its own by another number."""
    module = app.guest.module
    types = {**module.types, name: replace(module.types[name], id=id)}
    return app.described(replace(module, types=types))


@pytest.mark.parametrize(
    ("type", "function", "arguments"),
    [
        ("[]string", "testSliceInput_string", {"list": ["abc", "def", "ghi"]}),
        ("*string", "testStringPtrInput", {"s": "text"}),
        ("map[string]string", "testMapInput_string_string", {"m": {"a": "1"}}),
        ("map[string]string", "testMapOutput_string_string", {}),
    ],
)
async def test_types_that_the_module_does_not_know(app, type, function, arguments):
    with pytest.raises(BadGuestReply, match=r"does not know the type|cannot list the map"):
        await with_id(app, type).invoke(function, arguments)
    with pytest.raises(BadGuestReply, match=r"does not know the type|cannot list the map"):
        await with_id(app, type, 0).invoke(function, arguments)


async def test_arguments_that_the_module_does_not_know(app):
    module = app.guest.module
    changed = replace(module.exports["testEchoInt"], arguments_id=9999)
    other = app.described(replace(module, exports={**module.exports, "testEchoInt": changed}))
    with pytest.raises(BadGuestReply, match="does not know the type of its own arguments"):
        await other.call("testEchoInt", n=1)
