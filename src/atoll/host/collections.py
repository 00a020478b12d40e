"""Capability: the collections named in the manifest."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, cast, get_args

import msgspec

from atoll.collections.errors import CollectionError
from atoll.collections.types import Found, Mode
from atoll.host import collection_requests as requests
from atoll.host import tracing
from atoll.host.collection_requests import (
    Classify,
    Collection,
    Distance,
    Key,
    Namespace,
    OfCollection,
    Recompute,
    Search,
    SearchByVector,
    SearchIn,
    Upsert,
    VectorOf,
)
from atoll.host.context import CollectionService, Context
from atoll.host.errors import HostError
from atoll.host.operation import ImportBinding, Operation, operation

_log = logging.getLogger("atoll.host")

_MODES: tuple[str, ...] = get_args(Mode)


class Call(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    payload: str
    """The JSON of the operation's request."""


def _import(
    name: str,
    request: Callable[[Sequence[Any]], Any],
    failed: str,
    result: Callable[[Any], Any] = lambda result: result,
    otherwise: Any = None,
) -> tuple[ImportBinding]:
    """What a guest gets when the operation failed is ``otherwise``."""
    title = f"modus_collections.{name}"
    return (ImportBinding(title, request, result, lambda error: otherwise, failed),)


def _or_empty(result: Any) -> Any:
    """Where the original gives a null that its SDKs do not expect."""
    return [] if result is None else result


@operation(
    "collections.upsert",
    Upsert,
    imports=_import("upsert", requests.upsert_of, "Error upserting to collection."),
)
async def upsert(context: Context, request: Upsert) -> dict[str, Any]:
    """Store texts, each in place of the one of its key; without keys, under new ones."""
    if not request.texts:
        raise CollectionError("INVALID_ARGUMENT", "there are no texts to store")
    keys = await _service(context).upsert(
        request.collection,
        request.namespace,
        request.keys,
        request.texts,
        request.labels,
        request.metadata,
    )
    return {**_done(request), "operation": "upsert", "keys": keys}


@operation(
    "collections.remove",
    Key,
    imports=_import("delete", requests.key_of, "Error deleting from collection."),
)
async def remove(context: Context, request: Key) -> dict[str, Any]:
    """Delete a text; there has to be one."""
    await _service(context).remove(request.collection, request.namespace, request.key)
    return {**_done(request), "operation": "delete", "keys": [request.key]}


@operation(
    "collections.search",
    Search,
    imports=_import("search", requests.search_of, "Error searching collection."),
)
async def search(context: Context, request: Search) -> dict[str, Any]:
    """Find texts by their meaning, by their words, or by both."""
    if request.mode not in _MODES:
        listed = ", ".join(_MODES)
        raise CollectionError(
            "INVALID_ARGUMENT",
            f"the mode of a search is one of {listed}, not {_shown(request.mode[:40])!r}",
        )
    found = await _service(context).search(
        request.collection,
        request.namespaces,
        request.search_method,
        request.text,
        request.limit,
        mode=cast("Mode", request.mode),
        filter=request.filter,
    )
    return _found(request, found)


@operation(
    "collections.searchByVector",
    SearchByVector,
    imports=_import(
        "searchByVector", requests.search_by_vector_of, "Error searching collection by vector."
    ),
)
async def search_by_vector(context: Context, request: SearchByVector) -> dict[str, Any]:
    """Find the texts whose vectors are nearest to one."""
    found = await _service(context).search_by_vector(
        request.collection,
        request.namespaces,
        request.search_method,
        request.vector,
        request.limit,
        filter=request.filter,
    )
    return _found(request, found)


@operation(
    "collections.classify",
    Classify,
    imports=_import("classifyText", requests.classify_of, "Error classifying text."),
)
async def classify(context: Context, request: Classify) -> dict[str, Any]:
    """Which labels the neighbours of a text have."""
    found = await _service(context).classify(
        request.collection, request.namespace, request.search_method, request.text
    )
    return {
        **_done(request),
        "searchMethod": request.search_method,
        "labelsResult": [
            {"label": each.label, "confidence": each.confidence} for each in found.labels
        ],
        "cluster": [
            {
                "key": each.key,
                "labels": list(each.labels),
                "distance": each.distance,
                "score": each.score,
            }
            for each in found.cluster
        ],
    }


@operation(
    "collections.recompute",
    Recompute,
    imports=_import(
        "recomputeIndex", requests.recompute_of, "Error recomputing index for collection."
    ),
)
async def recompute(context: Context, request: Recompute) -> dict[str, Any]:
    """Embed all texts anew."""
    fields = {
        "collection": request.collection[:80],
        "namespace": request.namespace[:80],
        "search_method": request.search_method[:80],
    }
    _log.info("Starting recomputing index for collection.", extra={"fields": fields})
    method = await _service(context).recompute(
        request.collection, request.namespace, request.search_method
    )
    _log.info("Completed recomputing index for collection.", extra={"fields": fields})
    return {**_done(request), "operation": "recompute", "searchMethod": method}


@operation(
    "collections.distance",
    Distance,
    imports=_import("computeDistance", requests.distance_of, "Error computing distance."),
)
async def distance(context: Context, request: Distance) -> dict[str, Any]:
    """How far two stored texts are from each other."""
    found, score = await _service(context).distance(
        request.collection, request.namespace, request.search_method, request.key1, request.key2
    )
    return {
        "namespace": request.namespace,
        "key": "",
        "text": "",
        "labels": [],
        "distance": found,
        "score": score,
    }


@operation(
    "collections.text",
    Key,
    imports=_import(
        "getText", requests.key_of, "Error getting text from collection.", otherwise=""
    ),
)
async def text(context: Context, request: Key) -> str:
    """A text by its key; "" if there is none."""
    found = await _service(context).entry(request.collection, request.namespace, request.key)
    return "" if found is None else found.text


@operation("collections.entry", Key)
async def entry(context: Context, request: Key) -> dict[str, Any] | None:
    """A text with all that was stored with it; null if there is none."""
    found = await _service(context).entry(request.collection, request.namespace, request.key)
    if found is None:
        return None
    return {
        "namespace": found.namespace,
        "key": found.key,
        "text": found.text,
        "labels": list(found.labels),
        "metadata": dict(found.metadata),
    }


@operation(
    "collections.texts",
    Namespace,
    imports=_import("dumpTexts", requests.namespace_of, "Error getting texts from collection."),
)
async def texts(context: Context, request: Namespace) -> dict[str, str]:
    """All texts of a namespace, by their keys."""
    return await _service(context).texts(request.collection, request.namespace)


@operation(
    "collections.namespaces",
    Collection,
    imports=_import(
        "getNamespaces", requests.collection_of, "Error getting namespaces of collection."
    ),
)
async def namespaces(context: Context, request: Collection) -> list[str]:
    return await _service(context).namespaces(request.collection)


@operation(
    "collections.vector",
    VectorOf,
    imports=_import(
        "getVector", requests.vector_of, "Error getting vector from collection.", _or_empty
    ),
)
async def vector(context: Context, request: VectorOf) -> list[float] | None:
    """A text's vector; null if there is no such text."""
    return await _service(context).vector(
        request.collection, request.namespace, request.search_method, request.key
    )


@operation(
    "collections.labels",
    Key,
    imports=_import(
        "getLabels", requests.key_of, "Error getting labels from collection.", _or_empty
    ),
)
async def labels(context: Context, request: Key) -> list[str] | None:
    """A text's labels; null if there is no such text."""
    found = await _service(context).entry(request.collection, request.namespace, request.key)
    return None if found is None else list(found.labels)


def _told(error: Exception) -> str:
    known = isinstance(error, CollectionError | HostError)
    told = {
        "code": getattr(error, "code", None) if known else "INTERNAL",
        "message": _shown(str(error)) if known else "the host failed",
        "hint": getattr(error, "hint", None),
    }
    return msgspec.json.encode({"error": told}).decode()


@operation(
    "collections.call",
    Call,
    imports=(
        ImportBinding(
            "atoll_collections.call",
            lambda arguments: Call(arguments[0] or "", arguments[1] or ""),
            lambda result: result,
            on_failure=_told,
            failed="Error using collection.",
        ),
    ),
)
async def call(context: Context, request: Call) -> str:
    """Do another of these operations, with JSON texts both ways: for what the imports that have
    values cannot say.

    Gives ``{"ok": result}``, or ``{"error": {"code", "message", "hint"}}``, with hint null if there
    is none.
    """
    try:
        found = _named(request.name)
        result = await tracing.run(found, context, _decoded(found, request.payload))
    except (CollectionError, HostError) as error:
        return _told(error)
    return msgspec.json.encode({"ok": result}).decode()


def _named(name: str) -> Operation[Any]:
    found = _OPERATIONS.get(name)
    if found is None:
        raise HostError(
            "UNKNOWN_OPERATION", f"the host has no operation named collections.{_shown(name[:80])}"
        )
    return found


def _decoded(operation: Operation[Any], payload: str) -> Any:
    try:
        return operation.decode(payload)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        reason = f"the request to {operation.name} is not valid: {_shown(str(error))}"
        raise HostError("BAD_REQUEST", reason) from None


_OPERATIONS: dict[str, Operation[Any]] = {
    each.name.removeprefix("collections."): each
    for each in (
        upsert, remove, search, search_by_vector, classify, recompute, distance, text, entry,
        texts, namespaces, vector, labels,
    )
}  # fmt: skip


def _service(context: Context) -> CollectionService:
    return context.service("collections")


def _done(request: OfCollection) -> dict[str, Any]:
    return {"collection": request.collection, "status": "success", "error": ""}


def _found(request: SearchIn, found: Sequence[Found]) -> dict[str, Any]:
    return {
        **_done(request),
        "searchMethod": request.search_method,
        "objects": [
            {
                "namespace": each.namespace,
                "key": each.key,
                "text": each.text if request.return_text else "",
                "labels": list(each.labels),
                "metadata": dict(each.metadata),
                "distance": each.distance,
                "score": each.score,
            }
            for each in found
        ],
    }


def _shown(text: str) -> str:
    return text[:1000].encode(errors="backslashreplace").decode()
