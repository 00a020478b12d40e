"""Which fields of a result are wanted."""

from __future__ import annotations

from typing import TypeAlias

Selection: TypeAlias = "tuple[tuple[str, Selection | None], ...]"
"""Wanted fields by API name, each with the selection inside it; ``None`` stands for all there is.

Lists are looked through: the selection is that of their items. A map's items have the fields
``key`` and ``value``. Hashable, so that decoders can be kept by it.
"""
