"""Tests of an app, offline: its functions at work, with models and connections faked or replayed.

The pytest plugin gives the fixture ``atoll_app``; ``open_app`` is the same for other test runners.
Nothing of Atoll is imported before it is used: pytest loads the plugin in every project.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from atoll.recording.errors import BadRecording, NoRecording
    from atoll.sdk.models.message import ToolCall
    from atoll.sdk.testing import (
        HttpAnswer,
        HttpRequest,
        ModelRequest,
        Statement,
        in_turn,
        tool_call,
    )
    from atoll.testing.app import AppUnderTest
    from atoll.testing.errors import FunctionFailed, TestSetupError
    from atoll.testing.opening import open_app

__all__ = [
    "AppUnderTest",
    "BadRecording",
    "FunctionFailed",
    "HttpAnswer",
    "HttpRequest",
    "ModelRequest",
    "NoRecording",
    "Statement",
    "TestSetupError",
    "ToolCall",
    "in_turn",
    "open_app",
    "tool_call",
]

_PLACES = {
    "AppUnderTest": "atoll.testing.app",
    "BadRecording": "atoll.recording.errors",
    "FunctionFailed": "atoll.testing.errors",
    "HttpAnswer": "atoll.sdk.testing",
    "HttpRequest": "atoll.sdk.testing",
    "ModelRequest": "atoll.sdk.testing",
    "NoRecording": "atoll.recording.errors",
    "Statement": "atoll.sdk.testing",
    "TestSetupError": "atoll.testing.errors",
    "ToolCall": "atoll.sdk.models.message",
    "open_app": "atoll.testing.opening",
    "in_turn": "atoll.sdk.testing",
    "tool_call": "atoll.sdk.testing",
}


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        from importlib import import_module

        return getattr(import_module(_PLACES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
