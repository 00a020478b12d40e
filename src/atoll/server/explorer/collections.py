"""``GET collections`` and what is below: texts, and searches for them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from atoll.collections.errors import CollectionError
from atoll.collections.types import Mode
from atoll.server.explorer.errors import ExplorerError
from atoll.server.explorer.place import Place, place_of
from atoll.server.explorer.request import ExplorerRequest, Route
from atoll.server.explorer.wire import Wire, milliseconds

if TYPE_CHECKING:
    from atoll.collections.types import CollectionStats, Found, GenerationStats, StoredText
    from atoll.manifest import Collection
    from atoll.server.explorer.explorer import Explorer

PAGE: Final = 50
LARGEST_PAGE: Final = 500
MOST_HITS: Final = 1000
_NOT_FOUND: Final = ("NO_SUCH_COLLECTION", "NO_SUCH_SEARCH_METHOD", "NO_SUCH_NAMESPACE")
_UNAVAILABLE: Final = ("STORE_UNAVAILABLE", "STORE_FULL", "EMBEDDER_BUSY", "NOT_EMBEDDED_YET")
_EMBEDDER: Final = ("EMBEDDER_FAILED", "NO_SUCH_EMBEDDER", "INVALID_EMBEDDER", "DIMENSION_MISMATCH")


class Namespace(Wire, frozen=True):
    name: str
    texts: int


class Method(Wire, frozen=True):
    name: str
    embedder: str
    distance: str
    index: str
    dimension: int | None
    vectors: int
    state: str


class CollectionInfo(Wire, frozen=True):
    name: str
    namespaces: list[Namespace]
    methods: list[Method]
    location: Place | None


class CollectionList(Wire, frozen=True):
    collections: list[CollectionInfo]


class Entry(Wire, frozen=True, kw_only=True):
    namespace: str
    key: str
    text: str
    labels: tuple[str, ...]
    metadata: Mapping[str, Any]


class Entries(Wire, frozen=True):
    entries: list[Entry]
    more: bool


class SearchRequest(Wire, frozen=True):
    method: str = ""
    mode: Mode = "vector"
    text: str = ""
    namespaces: tuple[str, ...] = ()
    filter: Any = None
    limit: int = 10


class Hit(Entry, frozen=True, kw_only=True):
    distance: float
    score: float


class SearchAnswer(Wire, frozen=True):
    ms: float
    hits: list[Hit]


def refused(error: CollectionError) -> ExplorerError:
    """What a collection did not do, as the API's failure."""
    if error.code in _NOT_FOUND:
        status = 404
    elif error.code in _UNAVAILABLE:
        status = 503
    else:
        status = 502 if error.code in _EMBEDDER else 400
    message = f"{error.message[:1].upper()}{error.message[1:].rstrip('.')}."
    return ExplorerError(status, error.code, message, error.hint)


async def _list(explorer: Explorer, request: ExplorerRequest) -> CollectionList:
    app = explorer.subject.app
    known = app.manifest.collections
    try:
        stored = {each.collection: each for each in await app.collections.stats()}
    except CollectionError as error:
        raise refused(error) from None
    names = [*known, *sorted(set(stored) - set(known))]
    return CollectionList([_info(name, known.get(name), stored.get(name)) for name in names])


def _info(name: str, known: Collection | None, stored: CollectionStats | None) -> CollectionInfo:
    namespaces = {} if stored is None else stored.namespaces
    generations = () if stored is None else stored.generations
    return CollectionInfo(
        name,
        [Namespace(each, namespaces[each]) for each in sorted(namespaces)],
        list(_methods(known, generations)),
        None if known is None else place_of(known.location),
    )


def _methods(known: Collection | None, stored: Sequence[GenerationStats]) -> Iterator[Method]:
    """The search methods of the manifest; of a collection that it does not name, none can be
    used."""
    for method in known.methods.values() if known else ():
        some = [each for each in stored if each.generation.method == method.name]
        # While an embedder is replaced, there are two.
        some.sort(key=lambda each: each.generation.state != "serving")
        if not some:
            nothing = "nothing stored yet"
            index = method.index.type
            yield Method(method.name, method.embedder, method.distance, index, None, 0, nothing)
            continue
        shape = some[0].generation.shape
        yield Method(
            method.name,
            method.embedder,
            shape.distance,
            "sequential" if shape.exact else "hnsw",
            shape.dimension,
            some[0].vectors,
            _state(some),
        )


def _state(stats: Sequence[GenerationStats]) -> str:
    first, last = stats[0], stats[-1]
    if last.generation.state != "building":
        return f"{first.missing:,} still to be embedded" if first.missing else "ready"
    whole = last.vectors + last.missing
    done = 100 * last.vectors // whole if whole else 0
    embedded = "being embedded anew" if len(stats) > 1 else "being embedded"
    return f"{embedded}, {done} %"


async def _entries(explorer: Explorer, request: ExplorerRequest) -> Entries:
    query = request.query
    limit = request.integer("limit", PAGE, least=1, most=LARGEST_PAGE)
    service, name = explorer.subject.app.collections, request.parameters["name"]
    try:
        if "key" in query:
            one = await service.entry(name, query.get("namespace", ""), query["key"])
            return Entries([] if one is None else [Entry(**_fields(one))], more=False)
        found = await service.page(
            name,
            query.get("namespace", ""),
            after=query.get("after", ""),
            limit=limit + 1,
            search=query.get("search", ""),
        )
    except CollectionError as error:
        raise refused(error) from None
    return Entries([Entry(**_fields(each)) for each in found[:limit]], len(found) > limit)


async def _search(explorer: Explorer, request: ExplorerRequest) -> SearchAnswer:
    asked = request.read(SearchRequest)
    started = time.perf_counter()
    try:
        found = await explorer.subject.app.collections.search(
            request.parameters["name"],
            asked.namespaces,
            asked.method,
            asked.text,
            min(asked.limit, MOST_HITS),
            mode=asked.mode,
            filter=asked.filter,
        )
    except CollectionError as error:
        raise refused(error) from None
    seconds = time.perf_counter() - started
    hits = [Hit(**_fields(each), distance=each.distance, score=each.score) for each in found]
    return SearchAnswer(milliseconds(seconds), hits)


def _fields(text: StoredText | Found) -> dict[str, Any]:
    return {
        "namespace": text.namespace,
        "key": text.key,
        "text": text.text,
        "labels": text.labels,
        "metadata": text.metadata,
    }


ROUTES = (
    Route("GET", "collections", _list),
    Route("GET", "collections/{name}/entries", _entries),
    Route("POST", "collections/{name}/search", _search),
)
