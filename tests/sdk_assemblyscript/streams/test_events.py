"""Server-sent events, however they are written and cut."""

from __future__ import annotations

import re

import pytest
from atoll_providers.replies import Raw
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SOME = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PIECES = [
    "data", "event", "id", "retry", ":", ": ", " ", "x", "é🎉", "\n", "\r", "\r\n", "\n\n",
    "data: a\n", "data:b\r", "event: e\n", "\ufeff",
]  # fmt: skip


def reference(text: str) -> tuple[list[list[str]], bool]:
    """The events of a text, and whether it has lines that are no part of any."""
    found, name, data, stray = [], "", [], False
    for line in [*re.split("\r\n|\n|\r", text.removeprefix("\ufeff")), ""]:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                found.append([name, "\n".join(data)])
            name, data = "", []
        elif field == "data":
            data.append(value)
        elif field == "event":
            name = value
        elif field not in ("", "id", "retry"):
            stray = True
    return found, stray


@SOME
@given(text=st.lists(st.sampled_from(PIECES)).map("".join), split=st.integers(1, 40))
async def test_events(app, providers, text, split):
    providers.answer(Raw(text.encode(), content_type="text/event-stream", split=split))
    events, stray = reference(text)
    if events or not stray:
        assert await app.call("allEvents") == events
    else:
        assert "is not a stream of events" in await app.failure("allEvents")


@pytest.mark.parametrize("size", [16384, 16385, 200_000])
async def test_events_of_any_length(app, providers, size):
    data = "é" * size
    providers.answer(Raw(f"data: {data}\n\ndata: b".encode(), content_type="text/event-stream"))
    assert await app.call("allEvents") == [["", data], ["", "b"]]
