"""A text of a collection, with what is stored beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Metadata = dict[str, Any]
else:
    # The hint of a field in the API: there a dict would be a list of pairs.
    Metadata = Any


@dataclass(frozen=True, slots=True)
class Entry:
    """A text of a collection.

    Attributes:
        text: what is searched
        key: of its own in its namespace; without one, a new one is made
        labels: what it may be classified as
        metadata: any JSON object, by which searches can be narrowed
    """

    text: str
    key: str | None = None
    labels: Sequence[str] = ()
    metadata: Metadata = field(default_factory=dict)
