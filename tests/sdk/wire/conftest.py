"""What the tests of wire formats share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from types import ModuleType

import pytest

from atoll.sdk.models import Completion, wire

PROVIDERS = {
    "openai": "openai_chat",
    "openai-responses": "openai_responses",
    "anthropic": "anthropic_messages",
    "gemini": "gemini_generate",
    "llama": "bedrock_llama",
}

Streamed = tuple[list[wire.Delta], Completion]


@pytest.fixture(params=PROVIDERS)
def interface(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def provider(interface: str) -> ModuleType:
    """Writes the answers of the interface."""
    return import_module(f"atoll_providers.{PROVIDERS[interface]}")


@pytest.fixture(scope="session")
def read() -> Callable[[str, Iterable[str]], Streamed]:
    """Reads a stream of an interface from pieces of text, to its end."""

    def run(interface: str, chunks: Iterable[str]) -> Streamed:
        reader = wire.DeltaReader(wire.for_interface(interface))
        deltas = [delta for chunk in chunks for delta in reader.feed(chunk)]
        deltas += reader.close()
        return deltas, reader.completion

    return run
