"""Headers of requests and responses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

HeaderValues = Mapping[str, str | Iterable[str]] | Iterable[tuple[str, str]]
"""Names with a value or several; or pairs, where a name may come again."""


class Headers(Mapping[str, str]):
    """Values by names in any case. What stands there several times is joined by commas."""

    def __init__(self, headers: HeaderValues = ()) -> None:
        self._pairs = list(_pairs(headers))

    def __repr__(self) -> str:
        return f"Headers({self._pairs!r})"

    def __getitem__(self, name: str) -> str:
        values = self.get_all(name)
        if not values:
            raise KeyError(name)
        return ", ".join(values)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name.lower() for name, _ in self._pairs))

    def __len__(self) -> int:
        return len({name.lower() for name, _ in self._pairs})

    def get_all(self, name: str) -> list[str]:
        """Each value of its own, such as those of ``Set-Cookie``."""
        folded = name.lower()
        return [value for given, value in self._pairs if given.lower() == folded]

    def append(self, name: str, value: str) -> None:
        """Add a value beside those that are there."""
        self._pairs.append((name, value))

    def pairs(self) -> list[tuple[str, str]]:
        """All names as they were given, with their values, in order."""
        return list(self._pairs)


def _pairs(headers: HeaderValues) -> Iterator[tuple[str, str]]:
    if isinstance(headers, Headers):
        yield from headers.pairs()
    elif isinstance(headers, Mapping):
        for name, values in headers.items():
            for value in [values] if isinstance(values, str) else values:
                yield name, value
    else:
        yield from headers
