"""Docstrings, as the SDK reads them: they tell models and clients of the API the same."""

from __future__ import annotations

from atoll.sdk._docstring import Docstring, parse

__all__ = ["Docstring", "parse"]
