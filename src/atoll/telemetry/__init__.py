"""Traces: what happened for one request, as spans with a beginning, an end and a parent."""

from __future__ import annotations

from atoll.telemetry.spans import (
    NO_SPAN,
    Attributes,
    AttributeValue,
    Kind,
    Span,
    Tracing,
    begin,
    current,
    install,
    installed,
    span,
)

__all__ = [
    "NO_SPAN",
    "AttributeValue",
    "Attributes",
    "Kind",
    "Span",
    "Tracing",
    "begin",
    "current",
    "install",
    "installed",
    "span",
]
