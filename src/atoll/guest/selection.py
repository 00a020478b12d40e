"""What is wanted of a result, and how it is to be arranged."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class Wanted(NamedTuple):
    """An entry of an object in the result."""

    key: str
    """Its name there."""
    field: str | None
    """The field whose value it has, by API name; None for one that is ``constant``."""
    selection: Selection | None = None
    """What is wanted of the field's value; None for all there is."""
    constant: str | None = None


Selection: TypeAlias = "tuple[Wanted, ...]"
"""The entries of an object, in their order. Their keys differ; one field may be under several.

Lists are looked through: the selection is that of their items. A map's items have the fields
``key`` and ``value``. Instead of a selection, None stands for all fields under their own names.
Hashable, so that decoders can be kept by it.
"""
PAIR: Selection = (Wanted("key", "key"), Wanted("value", "value"))
"""All there is of a map's item."""
