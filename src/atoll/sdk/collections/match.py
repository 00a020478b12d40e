"""What searches find."""

from __future__ import annotations

from dataclasses import dataclass, field

from atoll.sdk.collections.entry import Metadata


@dataclass(frozen=True, slots=True)
class Match:
    """A text that a search found.

    Attributes:
        key: of the text
        text: the text itself
        score: larger for what fits better; 1 is the most, for vectors of length 1
        distance: smaller for what is nearer, as the search method measures it
        labels: stored with the text
        metadata: stored with the text
        namespace: where it is; empty for the default one
    """

    key: str
    text: str
    score: float
    distance: float
    labels: list[str] = field(default_factory=list)
    metadata: Metadata = field(default_factory=dict)
    namespace: str = ""
