"""``atoll collections list`` and ``stats``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from atoll.cli.collections.group import JsonOption
from atoll.cli.collections.words import TO_GO_ON, are, counted
from atoll.cli.console import note, result, styled
from atoll.cli.failure import CommandError, printable
from atoll.cli.inspect import size
from atoll.cli.options import AppOption, SecretsOption

if TYPE_CHECKING:
    from atoll.collections.types import CollectionStats, GenerationStats
    from atoll.manifest.collection import Collection


def list_collections(
    app: AppOption = Path(),
    as_json: JsonOption = False,
    secrets: SecretsOption = None,
) -> None:
    """List the collections of the app, and what is stored in each.

    Those that modus.json no longer names are listed as well: their texts are kept until they are
    dropped.

    \b
    Examples:
      atoll collections list
      atoll collections list --app ./shop --json | jq '.[].texts'
    """
    found, place = _find(app, secrets)
    if as_json:
        result(json.dumps(found, indent=2))
    elif found:
        result("\n".join(_table(found)))
    else:
        note(f"modus.json names no collections, and none are in {place}")


def show_stats(
    name: Annotated[
        str, typer.Argument(metavar="[COLLECTION]", help="Which; all of them if left out.")
    ] = "",
    app: AppOption = Path(),
    as_json: JsonOption = False,
    secrets: SecretsOption = None,
) -> None:
    """Show how many texts and vectors there are, how many are indexed, and what is being done.

    Vectors that are not indexed are found as well: they are compared one by one, which is as fast
    while they are few. While an embedder or its model is replaced, a search method has two rows:
    one that serves, and one that is built.

    \b
    Examples:
      atoll collections stats
      atoll collections stats articles --json | jq '.[0].methods[].missing'
    """
    found, place = _find(app, secrets)
    if name:
        found = [one for one in found if one["collection"] == name]
        if not found:
            raise CommandError(
                "NO_SUCH_COLLECTION",
                f"neither modus.json nor {place} has a collection named {name[:100]}",
                "`atoll collections list` shows those there are",
            )
    if as_json:
        result(json.dumps(found, indent=2))
    elif found:
        result("\n".join(line for one in found for line in _lines(one)))
    else:
        note(f"modus.json names no collections, and none are in {place}")


def _find(app: Path, secrets: list[str] | None) -> tuple[list[dict[str, Any]], str]:
    """All collections as JSON data, and where they are stored."""
    from atoll.cli.collections.opening import (
        find_manifest,
        is_being_embedded,
        open_store,
        stats_of,
    )

    known = find_manifest(app).collections if (app / "modus.json").is_file() else {}
    with open_store(app, secrets) as backend:
        stored = {one.collection: one for one in stats_of(backend)}
        place = backend.place
        building = [
            each.generation
            for one in stored.values()
            for each in one.generations
            if each.generation.state == "building"
        ]
        embedding = {each.id for each in building if is_being_embedded(backend, each)}
    names = [*known, *sorted(set(stored) - set(known))]
    found = [_describe(name, known.get(name), stored.get(name), embedding) for name in names]
    return found, place


def _describe(
    name: str, known: Collection | None, stored: CollectionStats | None, embedding: set[int]
) -> dict[str, Any]:
    namespaces = dict(stored.namespaces) if stored else {}
    methods = [_describe_method(one, embedding) for one in stored.generations] if stored else []
    begun = {one["method"] for one in methods}
    for method in known.methods.values() if known else ():
        if method.name not in begun:  # nothing was stored yet
            methods.append({"method": method.name, "embedder": method.embedder, "state": "empty"})
    return {
        "collection": name,
        "inManifest": known is not None,
        "texts": sum(namespaces.values()),
        "namespaces": namespaces,
        "methods": methods,
    }


def _describe_method(stats: GenerationStats, embedding: set[int]) -> dict[str, Any]:
    generation, shape = stats.generation, stats.generation.shape
    return {
        "method": generation.method,
        "embedder": generation.embedder,
        "state": generation.state,
        "dimension": shape.dimension,
        "distance": shape.distance,
        "quantization": shape.quantization,
        "index": "sequential" if shape.exact else "hnsw",
        "vectors": stats.vectors,
        "missing": stats.missing,
        "embedding": generation.id in embedding,
        "indexed": stats.indexed,
        "removed": stats.removed,
        "indexBytes": stats.index_bytes,
        "indexing": stats.indexing,
        "indexingOf": stats.indexing_of,
    }


_HEADINGS = ("COLLECTION", "TEXTS", "NAMESPACES", "SEARCH METHODS")


def _table(found: list[dict[str, Any]]) -> list[str]:
    rows = [_HEADINGS, *(_row(one) for one in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    return [
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    methods = ", ".join(f"{each['method']}{_state(each)}" for each in one["methods"]) or "none"
    if not one["inManifest"]:
        methods += "  (not in modus.json)"
    cells = (one["collection"], f"{one['texts']:,}", f"{len(one['namespaces']):,}", methods)
    return tuple(printable(cell) for cell in cells)


def _state(method: dict[str, Any]) -> str:
    return f" (building, {_part(method)})" if method["state"] == "building" else ""


def _part(method: dict[str, Any]) -> str:
    whole = method["vectors"] + method["missing"]
    return f"{100 * method['vectors'] // whole} %" if whole else "0 %"


_MOST_NAMESPACES = 10


def _lines(one: dict[str, Any]) -> list[str]:
    namespaces = one["namespaces"]
    gone = "" if one["inManifest"] else "  (not in modus.json)"
    title = styled(printable(one["collection"]), "bold")
    lines = [f"{title}  {counted(one['texts'], 'text')}{gone}"]
    if set(namespaces) - {""}:
        largest = sorted(namespaces, key=lambda name: (-namespaces[name], name))
        listed = [f"{printable(n) or '(default)'} {namespaces[n]:,}" for n in largest]
        more = ", …" if len(listed) > _MOST_NAMESPACES else ""
        shown = ", ".join(listed[:_MOST_NAMESPACES])
        lines.append(f"  {counted(len(namespaces), 'namespace')}: {shown}{more}")
    for method in one["methods"]:
        lines += _method_lines(method)
    return lines


def _method_lines(method: dict[str, Any]) -> list[str]:
    name = f"  {printable(method['method'])}: "
    if method["state"] == "empty":
        return [f"{name}nothing stored yet, embedder {printable(method['embedder'])}"]
    made = f"by embedder {printable(method['embedder'])}, {method['dimension']:,} numbers each"
    lines = [
        f"{name}{method['state']}, {method['distance']} distance",
        f"    {counted(method['vectors'], 'vector')} {made}",
    ]
    if missing := method["missing"]:
        still = f"{counted(missing, 'text')} {are(missing)} still to be embedded ({_part(method)})"
        lines.append(f"    {still}")
    if method["state"] == "building" and not method["embedding"]:
        lines.append(f"    nobody embeds just now: {TO_GO_ON}")
    lines.append(f"    {_how_compared(method)}")
    if method["indexingOf"]:
        lines.append(f"    indexing: {method['indexing']:,} of {method['indexingOf']:,}")
    return lines


def _how_compared(method: dict[str, Any]) -> str:
    if method["index"] == "sequential":
        return "compared one by one, as modus.json has it (sequential)"
    if not method["indexed"]:
        return "compared one by one"
    there = min(method["indexed"] - method["removed"], method["vectors"])
    said = (
        f"{there:,} of {method['vectors']:,} indexed, {size(method['indexBytes'])} "
        f"({method['index']} of {method['quantization']})"
    )
    return f"{said}, {method['removed']:,} removed since" if method["removed"] else said
