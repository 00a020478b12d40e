"""Lines in lots of which each is stored at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, NamedTuple

from atoll.collections.transfer.line import ONLY_METHOD, BadLine, Line
from atoll.collections.types import Vectors

BATCH: Final = 500
"""Lines."""
BATCH_BYTES: Final = 8 << 20
"""About, of texts and vectors, unless a single line has more."""


class Repeated(NamedTuple):
    """A line that does not count, because a later one has its key."""

    number: int
    later: int
    key: str


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one namespace that have vectors for the same search methods. Their keys differ."""

    namespace: str
    methods: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def keys(self) -> set[tuple[str, str]]:
        return {(self.namespace, line.text.key) for line in self.lines}

    def vectors(self) -> dict[str, Vectors]:
        """By search method, in the lines' order."""
        import numpy

        return {
            method: numpy.stack([line.vectors[method] for line in self.lines])
            for method in self.methods
        }


@dataclass(slots=True)
class Batch:
    """Lines that follow each other, as they are to be stored."""

    groups: list[Group] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)
    repeated: list[Repeated] = field(default_factory=list)
    lines: int = 0
    """How many there were, bad ones included."""
    size: int = 0
    """What they are of the whole, in its own unit."""

    @property
    def texts(self) -> int:
        """How many are to be stored."""
        return sum(len(group.lines) for group in self.groups)


class VectorCheck:
    """Whether the vectors of a file are those that a collection can store.

    Args:
        collection: its name.
        methods: its search methods.
        dimensions: of the vectors that are stored, by method; several while they are replaced.
    """

    def __init__(
        self, collection: str, methods: Sequence[str], dimensions: Mapping[str, set[int]]
    ) -> None:
        self._collection = collection
        self._methods = methods
        self._dimensions = {method: set(known) for method, known in dimensions.items()}

    def __call__(self, line: Line) -> Line | BadLine:
        """The line, with the names of its vectors' methods."""
        if not line.vectors:
            return line
        named = {}
        for given, vector in line.vectors.items():
            method = given
            if given == ONLY_METHOD and len(self._methods) == 1:
                method = self._methods[0]
            if method not in self._methods:
                return BadLine(line.number, self._unknown(given), of_vectors=True)
            known = self._dimensions.setdefault(method, set()) or {len(vector)}
            if len(vector) not in known:
                expected = " or ".join(map(str, sorted(known)))
                return BadLine(
                    line.number,
                    f"has a vector of {len(vector)} numbers, and those of search method "
                    f"[{method}] of collection [{self._collection}] have {expected}",
                    of_vectors=True,
                )
            self._dimensions[method] = known
            named[method] = vector
        return dataclasses.replace(line, vectors=named)

    def _unknown(self, method: str) -> str:
        listed = ", ".join(self._methods) or "none"
        if method == ONLY_METHOD:
            return (
                f'has a "vector", and collection [{self._collection}] has {len(self._methods)} '
                f'search methods: name them, "vectors": {{"{self._example}": […]}}'
            )
        return (
            f"has a vector of search method [{method[:60]}], which collection "
            f"[{self._collection}] does not have ({listed})"
        )

    @property
    def _example(self) -> str:
        return self._methods[0] if self._methods else "name"


def make_batches(
    lines: Iterable[Line | BadLine],
    check: Callable[[Line], Line | BadLine],
    *,
    namespace: str = "",
    position: Callable[[], int],
    stop_at_bad: bool = True,
) -> Iterator[Batch]:
    """Put lines together.

    Args:
        lines: in their order.
        check: what else makes a line bad.
        namespace: of those that name none.
        position: how much of the whole was read so far.
        stop_at_bad: whether the first bad line is the last one that is looked at.
    """
    batch, good, at, weight = Batch(), list[Line](), 0, 0
    for line in lines:
        checked = line if isinstance(line, BadLine) else check(line)
        batch.lines += 1
        if isinstance(checked, BadLine):
            batch.bad.append(checked)
        else:
            good.append(checked)
            weight += _weight(checked)
        if batch.lines >= BATCH or weight >= BATCH_BYTES or (batch.bad and stop_at_bad):
            batch.size, at = position() - at, position()
            yield _filled(batch, good, namespace)
            if batch.bad and stop_at_bad:
                return
            batch, good, weight = Batch(), [], 0
    batch.size = position() - at
    yield _filled(batch, good, namespace)


def _weight(line: Line) -> int:
    return len(line.text.text) + sum(vector.nbytes for vector in line.vectors.values())


def _filled(batch: Batch, lines: list[Line], namespace: str) -> Batch:
    last: dict[tuple[str, str], Line] = {}
    for line in lines:
        place = (namespace if line.namespace is None else line.namespace, line.text.key)
        if (before := last.pop(place, None)) is not None:
            batch.repeated.append(Repeated(before.number, line.number, line.text.key))
        last[place] = line

    def kind(item: tuple[tuple[str, str], Line]) -> tuple[str, tuple[str, ...]]:
        return item[0][0], tuple(sorted(item[1].vectors))

    for (of, methods), items in groupby(sorted(last.items(), key=kind), kind):
        batch.groups.append(Group(of, methods, tuple(line for _, line in items)))
    return batch
