from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from atoll.host.calls import HostCalls
from atoll.host.context import CallLimits, Context
from atoll.host.errors import HostError
from atoll.host.streams import Streams


@dataclass
class Information:
    name: str
    full_name: str
    interface: str = "openai"


class Models:
    """A model service in the process: it answers with its input, after the delay asked for."""

    def info(self, name: str) -> Information:
        if name != "known":
            raise HostError("UNKNOWN_MODEL", f"model {name} is not in the manifest")
        return Information(name, "Known-1")

    async def invoke(self, name: str, input: str) -> str:
        request = json.loads(input)
        await asyncio.sleep(request.get("delay", 0))
        if request.get("fail"):
            raise RuntimeError("a secret detail")
        return input

    async def stream(self, name: str, input: str) -> AsyncIterator[str]:
        for word in json.loads(input)["words"]:
            yield word


def make_calls(limits: CallLimits | None = None, streams: Streams | None = None) -> HostCalls:
    return HostCalls(Context(Models(), streams or Streams(), limits or CallLimits()))


@pytest.fixture(name="make_calls")
def _make_calls():
    return make_calls


@pytest.fixture
def calls() -> HostCalls:
    return make_calls()
