"""The collections of older apps, as far as they matter while collections are not available."""

from __future__ import annotations

from collections.abc import Iterator

from atoll.manifest.jsonc import ObjectNode
from atoll.manifest.problem import ProblemLog
from atoll.manifest.reader import entries


def read_embedders(section: ObjectNode, log: ProblemLog) -> Iterator[str]:
    """The functions that make vectors of a collection's texts; they are not part of the API."""
    for _, collection in entries(section, "collection", log):
        for _, method in entries(collection.object("searchMethods"), "search method", log):
            embedder = method.text("embedder", required=True)
            if embedder:
                yield embedder
