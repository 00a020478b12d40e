"""Models that are asked in their provider's own form."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from atoll.sdk import _host
from atoll.sdk.errors import HostError, ModelError
from atoll.sdk.models.model import Model, ModelInfo
from atoll.sdk.models.response import model_error
from atoll.sdk.models.wire.events import Event, EventReader
from atoll.sdk.streams import HostStream

JSON = dict[str, Any]


class RawModel:
    """A model of the manifest. Operations raise ``ModelError``."""

    def __init__(self, name: str) -> None:
        self.model = Model(name)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.model.name!r})"

    @property
    def name(self) -> str:
        """In the manifest."""
        return self.model.name

    @property
    def info(self) -> ModelInfo:
        """What the manifest says of the model."""
        return self.model.info

    def _events(self, request: Mapping[str, Any]) -> Iterator[JSON]:
        """The events of a streamed answer, each as it came."""
        reader = EventReader()
        try:
            opened = _host.call("models.stream", self.model.payload(request))
            with HostStream(opened["handle"]) as stream:
                for chunk in stream:
                    yield from _read(reader.feed(chunk))
                yield from _read(reader.close())
        except HostError as error:
            raise model_error(error) from None

    async def _events_async(self, request: Mapping[str, Any]) -> AsyncIterator[JSON]:
        reader = EventReader()
        try:
            opened = await _host.call_async("models.stream", self.model.payload(request))
            with HostStream(opened["handle"]) as stream:
                async for chunk in stream:
                    for event in _read(reader.feed(chunk)):
                        yield event
                for event in _read(reader.close()):
                    yield event
        except HostError as error:
            raise model_error(error) from None


def given(options: Mapping[str, Any]) -> JSON:
    """The options that are not None, with those of ``extra`` among them."""
    found = {name: value for name, value in options.items() if value is not None}
    extra = found.pop("extra", {})
    return {**found, **extra}


def _read(events: Iterator[Event]) -> Iterator[JSON]:
    for event in events:
        if event.data in ("", "[DONE]"):
            continue
        try:
            data = json.loads(event.data)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            raise ModelError("BAD_MODEL_RESPONSE", "The model's answer is not a stream of objects.")
        yield data
