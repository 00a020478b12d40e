"""How server-sent events are written (the HTML standard, section 9.2)."""

from __future__ import annotations

import json
from typing import Any


def data(value: Any, event: str | None = None) -> str:
    # Characters beyond ASCII stay, as providers send them: they are what a chunk may cut.
    text = json.dumps(value, ensure_ascii=False)
    named = f"event: {event}\n" if event else ""
    return f"{named}data: {text}\n\n"
