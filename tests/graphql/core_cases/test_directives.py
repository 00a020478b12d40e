from __future__ import annotations

from typing import Any

import pytest

A_AND_B = {"a": "a", "b": "b"}
ONLY_A = {"a": "a"}


@pytest.fixture
def ask(api: Any) -> Any:
    return api("type Query { a: String b: String }", a="a", b="b")


async def data(ask: Any, query: str) -> Any:
    """What comes of a query; the skipped field's function must not be called."""
    answer = await ask(query)
    assert answer.errors == []
    assert [name for name, _ in answer.calls] == list(answer.data)
    return answer.data


class TestWorksWithoutDirectives:
    async def test_basic_query_works(self, ask: Any) -> None:
        assert await data(ask, "{ a, b }") == A_AND_B


class TestWorksOnScalars:
    async def test_if_true_includes_scalar(self, ask: Any) -> None:
        assert await data(ask, "{ a, b @include(if: true) }") == A_AND_B

    async def test_if_false_omits_on_scalar(self, ask: Any) -> None:
        assert await data(ask, "{ a, b @include(if: false) }") == ONLY_A

    async def test_unless_false_includes_scalar(self, ask: Any) -> None:
        assert await data(ask, "{ a, b @skip(if: false) }") == A_AND_B

    async def test_unless_true_omits_scalar(self, ask: Any) -> None:
        assert await data(ask, "{ a, b @skip(if: true) }") == ONLY_A


class TestWorksOnFragmentSpreads:
    spread = "query {{ a ...Frag {} }} fragment Frag on Query {{ b }}"

    async def test_if_false_omits_fragment_spread(self, ask: Any) -> None:
        assert await data(ask, self.spread.format("@include(if: false)")) == ONLY_A

    async def test_if_true_includes_fragment_spread(self, ask: Any) -> None:
        assert await data(ask, self.spread.format("@include(if: true)")) == A_AND_B

    async def test_unless_false_includes_fragment_spread(self, ask: Any) -> None:
        assert await data(ask, self.spread.format("@skip(if: false)")) == A_AND_B

    async def test_unless_true_omits_fragment_spread(self, ask: Any) -> None:
        assert await data(ask, self.spread.format("@skip(if: true)")) == ONLY_A


class TestWorksOnInlineFragment:
    inline = "query {{ a ... on Query {} {{ b }} }}"

    async def test_if_false_omits_inline_fragment(self, ask: Any) -> None:
        assert await data(ask, self.inline.format("@include(if: false)")) == ONLY_A

    async def test_if_true_includes_inline_fragment(self, ask: Any) -> None:
        assert await data(ask, self.inline.format("@include(if: true)")) == A_AND_B

    async def test_unless_false_includes_inline_fragment(self, ask: Any) -> None:
        assert await data(ask, self.inline.format("@skip(if: false)")) == A_AND_B

    async def test_unless_true_omits_inline_fragment(self, ask: Any) -> None:
        assert await data(ask, self.inline.format("@skip(if: true)")) == ONLY_A


class TestWorksOnAnonymousInlineFragment:
    inline = "query {{ a ... {} {{ b }} }}"

    async def test_if_false_omits_anonymous_inline_fragment(self, ask: Any) -> None:
        assert await data(ask, self.inline.format("@include(if: false)")) == ONLY_A

    async def test_if_true_includes_anonymous_inline_fragment(self, ask: Any) -> None:
        assert await data(ask, self.inline.format("@include(if: true)")) == A_AND_B

    async def test_unless_false_includes_anonymous_inline_fragment(self, ask: Any) -> None:
        assert await data(ask, self.inline.format("@skip(if: false)")) == A_AND_B

    async def test_unless_true_omits_anonymous_inline_fragment(self, ask: Any) -> None:
        assert await data(ask, self.inline.format("@skip(if: true)")) == ONLY_A


class TestWorksWithSkipAndIncludeDirectives:
    async def test_include_and_no_skip(self, ask: Any) -> None:
        assert await data(ask, "{ a b @include(if: true) @skip(if: false) }") == A_AND_B

    async def test_include_and_skip(self, ask: Any) -> None:
        assert await data(ask, "{ a b @include(if: true) @skip(if: true) }") == ONLY_A

    async def test_no_include_or_skip(self, ask: Any) -> None:
        assert await data(ask, "{ a b @include(if: false) @skip(if: false) }") == ONLY_A
