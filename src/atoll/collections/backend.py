"""What collections ask of a store, whichever it is.

All methods block, and all may be called from any thread, several at once. They raise
CollectionError (``STORE_UNAVAILABLE``, ``STORE_FULL``) when the store is of no use at the moment.
What a method writes is there as a whole or not at all, is on the disk when it returns, and is found
by each search that begins afterwards in this process; in other processes, within a second.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from atoll.collections.filters import Filter
from atoll.collections.types import (
    CollectionStats,
    Generation,
    Hit,
    Shape,
    StoredText,
    Text,
    Vector,
    Vectors,
)


class Backend(Protocol):
    """A store of collections. App lifetime."""

    @property
    def place(self) -> str:
        """For people: a file, or a host. Without credentials."""

    def close(self) -> None:
        """Give back all that is open. Never raises."""

    # Texts.

    def upsert(
        self,
        collection: str,
        namespace: str,
        texts: Sequence[Text],
        vectors: Mapping[int, Vectors],
    ) -> None:
        """Store texts, each in place of the one of the same key, together with their vectors.

        Keys differ from each other. ``vectors`` has those of each generation of the collection that
        is given in `generations` at this moment, by its id.

        Raises:
            GenerationsChanged: the collection has other generations than those; nothing was stored.
        """

    def remove(self, collection: str, namespace: str, keys: Sequence[str]) -> list[str]:
        """Delete texts and their vectors. Gives the keys there were."""

    def find(self, collection: str, namespace: str, keys: Sequence[str]) -> list[StoredText]:
        """The texts of these keys that there are, in any order."""

    def load(self, ids: Sequence[int]) -> dict[int, StoredText]:
        """The texts of these ids that are still there."""

    def texts(
        self, collection: str, namespace: str | None, *, after: int = 0, limit: int = 1000
    ) -> list[StoredText]:
        """Texts whose ids are larger than ``after``, by id; of all namespaces for None."""

    def page(
        self,
        collection: str,
        namespace: str,
        *,
        after: str = "",
        limit: int = 100,
        search: str = "",
    ) -> list[StoredText]:
        """Texts whose keys are larger than ``after``, by key (in the order of their UTF-8).

        With ``search``, those that have it in their key or text, in letters of either case: this
        looks at each text.
        """

    def sample(self, collection: str, namespace: str | None, limit: int) -> list[StoredText]:
        """So many texts at most, about evenly from first to last stored, by id; all of them where
        there are no more. The same ones as long as no text is stored or removed. Of all namespaces
        for None."""

    def namespaces(self, collection: str) -> dict[str, int]:
        """Those that texts were ever stored in, with the number of texts in each."""

    def vectors(self, generation: int, ids: Sequence[int]) -> tuple[list[int], Vectors]:
        """The vectors of texts, as they were stored, and which texts they are of; those without
        one are left out. There may be none of a generation that is gone."""

    # Searches. Of texts in ``namespaces`` for which ``filter`` holds.

    def nearest(
        self,
        generation: Generation,
        namespaces: Sequence[str],
        vector: Vector,
        limit: int,
        filter: Filter | None = None,
    ) -> list[Hit]:
        """The nearest texts, the nearest first; equally near ones by their ids.

        Distances are computed of the vectors as they were stored: for ``dot`` 1 - a·b, for
        ``cosine`` 1 - a·b/(|a||b|), which is 1 if a length is 0, for ``euclidean`` |a-b|.

        Raises GenerationsChanged: the generation is gone.
        """

    def matching(
        self,
        collection: str,
        namespaces: Sequence[str],
        words: str,
        limit: int,
        filter: Filter | None = None,
    ) -> list[Hit]:
        """Texts that have any of the words, the best first. Words are compared without regard to
        case, and marks between them do not count; none at all finds nothing."""

    # Generations.

    def generations(self, collection: str) -> list[Generation]:
        """Those that there are, the oldest first. Cheap: asked with each search."""

    def start_generation(
        self,
        collection: str,
        method: str,
        shape: Shape,
        *,
        embedder: str,
        probe: bytes,
        build: str,
    ) -> Generation:
        """Begin one. It serves at once if the method has no other and the collection has no text;
        else it is being built.

        If the method has one already that is being built, with the same shape and probe, that one
        is given; so is one that serves, while the collection has no text. Another one that is
        being built is dropped: its embedder has been replaced in its turn.
        """

    def missing(self, generation: int, *, after: int = 0, limit: int = 100) -> list[StoredText]:
        """Texts of its collection without a vector in it, whose ids are larger, by id. None of a
        generation that is gone."""

    def add_vectors(self, generation: int, ids: Sequence[int], vectors: Vectors) -> int:
        """Store vectors of texts that were missing. Those that are gone by now, or have a vector,
        are left out; gives how many were stored.

        Raises GenerationsChanged: it is gone.
        """

    def finish_generation(self, generation: int) -> bool:
        """Have it serve, and drop the method's other ones, if no vector is missing. Says whether it
        serves; True if it did before.

        Raises GenerationsChanged: it is gone.
        """

    def reshape(self, generation: int, shape: Shape) -> None:
        """Take over other settings of the index (all but the dimension), which is then built anew.
        Vectors stay."""

    def drop_generation(self, generation: int) -> None: ...

    def drop_collection(self, collection: str) -> None:
        """Delete all that there is of it."""

    # Builds of apps whose embedders made generations.

    def build(self, id: str) -> bytes | None:
        """What was kept of one."""

    def keep_build(self, id: str, content: bytes) -> None:
        """Keep what is needed to run it again, as long as a generation was made by it."""

    # Upkeep.

    def stats(self, collection: str | None = None) -> list[CollectionStats]:
        """Of one collection, or of all that have been stored, also those that no manifest names."""

    def maintain(self, *, whole: bool = False) -> bool:
        """Do one step of what is to be done behind the back of searches: index new vectors, leave
        removed ones out, delete files that nothing names. At most one process does at a time;
        others return at once. Says whether there was something to do.

        With ``whole``, all vectors are indexed, however few are not (`atoll collections reindex`).
        """

    def note(self, name: str) -> str | None:
        """A small text that the store keeps for all processes."""

    def set_note(self, name: str, value: str) -> None: ...

    def lock(self, name: str) -> Lock | None:
        """Something that one process at a time may do; None while another one does."""

    def export(self, collection: str) -> Iterator[tuple[StoredText, Mapping[str, Vector]]]:
        """All texts, by id, each with its vectors in the serving generations by method."""


class Lock(Protocol):
    """Held until it is released, or its process ends."""

    def release(self) -> None: ...
