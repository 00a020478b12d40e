"""Collections of a test's host: in memory, and compared one by one."""

from __future__ import annotations

import math
import re
import uuid
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from atoll.sdk._stand_in_filters import check, holds
from atoll.sdk.errors import HostError

Embedder: TypeAlias = Callable[[list[str]], Iterable[Iterable[float]]]
"""Makes a vector of each text, as the embedder functions of apps do."""

Embedders: TypeAlias = Embedder | Mapping[str, Embedder | None] | None
"""Of a collection: one for all of its search methods, whatever they are called, or one for each by
its name. With None, texts are near each other that have words in common."""

_DIMENSION = 512
_LIMIT = 10_000
_MODES = ("vector", "hybrid", "text")
_LARGEST = 3.4028235677973366e38
"""What is nearer to this than to the largest f32 number is beyond them."""
_WORD = re.compile(r"\w+")


def by_words(texts: list[str]) -> list[list[float]]:
    """Vectors of length 1 that are the nearer to each other the more words the texts share."""
    vectors = []
    for text in texts:
        vector = [0.0] * _DIMENSION
        for word, count in Counter(_words(text)).items():
            vector[zlib.crc32(word.encode(errors="replace")) % _DIMENSION] += count
        length = math.hypot(*vector) or 1.0
        vectors.append([each / length for each in vector])
    return vectors


@dataclass(slots=True)
class _Stored:
    namespace: str
    key: str
    text: str
    labels: list[str]
    metadata: dict[str, Any]
    vectors: dict[str, list[float]]


@dataclass(slots=True)
class _Space:
    """One collection."""

    name: str
    methods: Mapping[str, Embedder]
    texts: dict[str, dict[str, _Stored]] = field(default_factory=lambda: {"": {}})
    """By namespace and key."""
    dimensions: dict[str, int] = field(default_factory=dict)
    """Of the vectors of each search method, once a text was stored."""

    def namespace(self, name: str) -> dict[str, _Stored]:
        if name not in self.texts:
            raise HostError(
                "NO_SUCH_NAMESPACE",
                f"namespace {name} not found in collection {self.name}",
                "it is there once a text was stored in it",
            )
        return self.texts[name]

    def method(self, name: str) -> str:
        if "" in self.methods:  # the one for all
            return ""
        if not name and len(self.methods) == 1:
            return next(iter(self.methods))
        if name not in self.methods:
            raise HostError(
                "NO_SUCH_SEARCH_METHOD",
                f"search method {name} not found in collection {self.name}"
                if name
                else f"collection {self.name} has {len(self.methods)} search methods: name one",
                f"it has: {', '.join(self.methods) or 'none'}",
            )
        return name

    def embed(self, method: str, texts: list[str]) -> list[list[float]]:
        try:
            found = [[float(each) for each in vector] for vector in self.methods[method](texts)]
        except HostError:
            raise
        except Exception as error:
            raise HostError("EMBEDDER_FAILED", f"the embedder failed: {error}") from error
        if len(found) != len(texts):
            raise HostError("EMBEDDER_FAILED", f"{len(found)} vectors for {len(texts)} texts")
        lengths = {len(vector) for vector in found}
        if len(lengths) > 1 or 0 in lengths:
            raise HostError("EMBEDDER_FAILED", f"vectors of {sorted(lengths)} numbers")
        if not all(map(_finite, found)):
            raise HostError("EMBEDDER_FAILED", "a vector has NaN or infinity")
        return found

    def check_dimension(self, method: str, vector: Sequence[float]) -> None:
        known = self.dimensions.get(method, len(vector))
        if len(vector) != known:
            raise HostError(
                "DIMENSION_MISMATCH",
                f"a vector of {len(vector)} numbers; collection {self.name} has those of {known}",
                "an embedder must give vectors of one length",
            )


class StandInCollections:
    def __init__(self, embedders: Mapping[str, Embedders]) -> None:
        self._spaces = {name: _Space(name, _methods(given)) for name, given in embedders.items()}

    def answer(self, operation: str, request: dict[str, Any]) -> Any:
        """Do a host operation; its result. Raises ``HostError``."""
        space = self._spaces.get(request["collection"])
        if space is None:
            raise HostError(
                "NO_SUCH_COLLECTION",
                f"the test host has no collection {request['collection']!r}",
                f"testing.host(collections=…) has: {', '.join(self._spaces) or 'none'}",
            )
        done = _OPERATIONS.get(operation.partition(".")[2])
        if done is None:
            raise HostError("NO_SUCH_OPERATION", f"the test host has no operation {operation}")
        return done(space, request)


def _methods(given: Embedders) -> Mapping[str, Embedder]:
    if isinstance(given, Mapping):
        return {name: each or by_words for name, each in given.items()}
    return {"": given or by_words}


def _upsert(space: _Space, request: dict[str, Any]) -> Any:
    texts = request["texts"]
    keys = request["keys"] or [str(uuid.uuid4()) for _ in texts]
    labels = request["labels"] or [[] for _ in texts]
    metadata = request["metadata"] or [{} for _ in texts]
    if "" in keys:
        raise HostError("INVALID_ARGUMENT", "a key is empty", "leave it out to get one")
    if len(set(keys)) < len(keys):
        raise HostError("DUPLICATE_KEY", "two texts have the same key")
    vectors = {method: space.embed(method, list(texts)) for method in space.methods}
    for method, made in vectors.items():
        space.check_dimension(method, made[0])
        space.dimensions[method] = len(made[0])
    stored = space.texts.setdefault(request["namespace"], {})
    for at, key in enumerate(keys):
        stored.pop(key, None)
        own = {method: made[at] for method, made in vectors.items()}
        stored[key] = _Stored(
            request["namespace"], key, texts[at], list(labels[at]), dict(metadata[at]), own
        )
    return {"keys": keys}


def _remove(space: _Space, request: dict[str, Any]) -> Any:
    if space.namespace(request["namespace"]).pop(request["key"], None) is None:
        raise HostError("NO_SUCH_KEY", f"there is no text of the key [{request['key']}]")
    return {"keys": [request["key"]]}


def _search(space: _Space, request: dict[str, Any]) -> Any:
    limit, mode = request["limit"], request.get("mode", "vector")
    _check_search(limit, mode, request["filter"])
    given = request.get("vector")
    if given is not None:
        _check_vector(given)
    among = [
        each
        for name in request["namespaces"] or [""]
        for each in space.namespace(name).values()
        if holds(request["filter"], each.key, each.labels, each.metadata)
    ]
    found = []
    if mode != "text":
        method = space.method(request["searchMethod"])
        vector = space.embed(method, [request["text"]])[0] if given is None else given
        space.check_dimension(method, vector)
        found = _nearest(among, method, vector)
    if mode == "vector":
        best = [(each, distance, 1 - distance) for each, distance in found]
    elif mode == "text":
        best = _ranked(_worded(among, request["text"]))
    else:
        best = _fused(found, _worded(among, request["text"]))
    return {
        "objects": [
            {
                "namespace": each.namespace,
                "key": each.key,
                "text": each.text,
                "labels": each.labels,
                "metadata": each.metadata,
                "distance": distance,
                "score": score,
            }
            for each, distance, score in best[:limit]
        ]
    }


def _check_search(limit: int, mode: str, where: Any) -> None:
    if mode not in _MODES:
        raise HostError(
            "INVALID_ARGUMENT", f"the mode of a search is one of {', '.join(_MODES)}, not {mode!r}"
        )
    if not 0 <= limit <= _LIMIT:
        raise HostError("INVALID_ARGUMENT", f"the limit must be from 0 to {_LIMIT}, not {limit}")
    check(where)


def _check_vector(vector: Sequence[float]) -> None:
    if not vector:
        raise HostError("INVALID_VECTOR", "the vector is empty")
    if not _finite(vector):
        raise HostError("INVALID_VECTOR", "the vector has a number beyond those of f32")


def _finite(vector: Sequence[float]) -> bool:
    """Whether these are finite in 32 bits."""
    return all(abs(each) < _LARGEST for each in vector)


def _nearest(
    among: Sequence[_Stored], method: str, vector: Sequence[float]
) -> list[tuple[_Stored, float]]:
    found = [(each, _distance(each.vectors[method], vector)) for each in among]
    return sorted(found, key=lambda pair: pair[1])


def _distance(first: Sequence[float], second: Sequence[float]) -> float:
    return 1 - math.fsum(a * b for a, b in zip(first, second, strict=True))


def _worded(among: Sequence[_Stored], text: str) -> list[tuple[_Stored, int]]:
    """Texts that have any of the words, with how often they do."""
    words = set(_words(text))
    counted = [(each, sum(word in words for word in _words(each.text))) for each in among]
    return sorted((pair for pair in counted if pair[1]), key=lambda pair: -pair[1])


def _ranked(worded: Sequence[tuple[_Stored, int]]) -> list[tuple[_Stored, float, float]]:
    scores = [61 / (61 + rank) for rank in range(len(worded))]
    return [(each, 1 - score, score) for (each, _), score in zip(worded, scores, strict=True)]


def _fused(
    found: Sequence[tuple[_Stored, float]], worded: Sequence[tuple[_Stored, int]]
) -> list[tuple[_Stored, float, float]]:
    """The mean of how near they are and how well their words match, each from 0 to 1."""
    if not found:
        return []
    least, worst = found[0][1], found[-1][1]
    counts = {id(each): count for each, count in worded}
    most = max(counts.values(), default=1)
    fused = []
    for each, distance in found:
        meaning = (worst - distance) / (worst - least) if worst > least else 1.0
        fused.append((each, distance, (meaning + counts.get(id(each), 0) / most) / 2))
    return sorted(fused, key=lambda hit: -hit[2])


def _classify(space: _Space, request: dict[str, Any]) -> Any:
    texts = space.namespace(request["namespace"])
    most = max(1, int(math.log10(len(texts) or 1)) ** 2)
    asked = {**request, "namespaces": [request["namespace"]], "limit": most, "filter": None}
    cluster = _search(space, asked)["objects"]
    counts = Counter(label for each in cluster for label in each["labels"])
    return {
        "labelsResult": [
            {"label": label, "confidence": count / counts.total()}
            for label, count in counts.most_common()
        ],
        "cluster": cluster,
    }


def _pair(space: _Space, request: dict[str, Any]) -> Any:
    texts, method = space.namespace(request["namespace"]), space.method(request["searchMethod"])
    for key in (request["key1"], request["key2"]):
        if key not in texts:
            raise HostError("NO_SUCH_KEY", f"vector for key {key} not found")
    first, second = (texts[request[name]].vectors[method] for name in ("key1", "key2"))
    found = _distance(first, second)
    return {"distance": found, "score": 1 - found}


def _entry(space: _Space, request: dict[str, Any]) -> Any:
    found = space.namespace(request["namespace"]).get(request["key"])
    if found is None:
        return None
    return {
        "namespace": found.namespace,
        "key": found.key,
        "text": found.text,
        "labels": found.labels,
        "metadata": found.metadata,
    }


def _labels(space: _Space, request: dict[str, Any]) -> Any:
    found = _entry(space, request)
    return None if found is None else found["labels"]


def _texts(space: _Space, request: dict[str, Any]) -> Any:
    return {key: each.text for key, each in space.namespace(request["namespace"]).items()}


def _namespaces(space: _Space, request: dict[str, Any]) -> Any:
    return sorted(name for name, texts in space.texts.items() if texts)


def _vector(space: _Space, request: dict[str, Any]) -> Any:
    method = space.method(request["searchMethod"])
    found = space.namespace(request["namespace"]).get(request["key"])
    return None if found is None else found.vectors[method]


def _recompute(space: _Space, request: dict[str, Any]) -> Any:
    method = space.method(request["searchMethod"])
    stored = list(space.namespace(request["namespace"]).values())
    made = space.embed(method, [each.text for each in stored])
    for each, vector in zip(stored, made, strict=True):
        space.check_dimension(method, vector)
        each.vectors[method] = vector
    return {"searchMethod": method}


_OPERATIONS: Mapping[str, Callable[[_Space, dict[str, Any]], Any]] = {
    "upsert": _upsert,
    "remove": _remove,
    "search": _search,
    "searchByVector": _search,
    "classify": _classify,
    "recompute": _recompute,
    "distance": _pair,
    "entry": _entry,
    "labels": _labels,
    "texts": _texts,
    "namespaces": _namespaces,
    "vector": _vector,
}


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
