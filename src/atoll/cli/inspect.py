"""``atoll inspect``: what a WebAssembly file holds, wants and offers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from atoll.cli.console import result
from atoll.cli.failure import CommandError, printable

if TYPE_CHECKING:
    from atoll.guest.wasm_binary import Outline

METADATA = "atoll-metadata"
BASE = "atoll-base"
MODUS_METADATA = "modus_metadata"
PAGE = 65536
#: Capabilities by the beginning of the import's module name, for guests that import each by name.
_CAPABILITIES = {
    "wasi": "WASI (only clocks, randomness and environment are answered; the rest is refused)",
    "atoll:guest/host": "host calls (as far as modus.json names what they reach)",
    "atoll_stream": "streams",
    "atoll_models": "the models that modus.json names, as streams",
    "atoll_http": "the HTTP connections that modus.json names, as streams",
    "modus_system": "logging, and the time in the caller's zone",
    "modus_models": "the models that modus.json names",
    "modus_http_client": "the HTTP connections that modus.json names",
    "modus_graphql_client": "the HTTP connections that modus.json names, for GraphQL",
    "modus_sql_client": "the PostgreSQL and MySQL connections that modus.json names",
    "modus_dgraph_client": "the Dgraph connections that modus.json names",
    "modus_neo4j_client": "the Neo4j connections that modus.json names",
    "modus_secrets": "the app's own secrets (MODUS_APP_...)",
    "modus_collections": "the collections that modus.json names",
    "atoll_collections": "the collections that modus.json names",
    "modus_agents": "agents of the same app",
    "env": "the language's own run-time support",
}


def inspect(
    file: Annotated[Path, typer.Argument(help="A .wasm file: a module or a component.")],
    wat: Annotated[
        str | None,
        typer.Option(
            "--wat",
            metavar="FUNCTION",
            help="Print one function as WebAssembly text, by its export name, name or index.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what a .wasm file exports, imports, stores and may do.

    \b
    Examples:
      atoll inspect build/hello.wasm
      atoll inspect build/hello.wasm --json | jq .functions
      atoll inspect other.wasm --wat run
    """
    from atoll.guest.wasm_binary import MalformedWasm, NotWasm

    try:
        wasm = file.read_bytes()
    except IsADirectoryError:
        raise CommandError(
            "NOT_A_FILE", f"{file} is a folder", f"name the module: atoll inspect {file}/NAME.wasm"
        ) from None
    except FileNotFoundError:
        raise CommandError(
            "NO_SUCH_FILE", f"there is no file {file}", "`atoll build` writes build/NAME.wasm"
        ) from None
    try:
        if wat is not None:
            from atoll.cli.wat import function_text

            result(function_text(file, wasm, wat))
            return
        summary = describe(wasm)
    except NotWasm:
        raise CommandError(
            "NOT_WASM",
            f"{file} is not a WebAssembly module or component",
            "`atoll build` writes one to build/",
        ) from None
    except MalformedWasm as error:
        raise CommandError(
            "DAMAGED_WASM", f"{file} is damaged: {error}", "build it again, or copy it again"
        ) from None
    result(json.dumps(summary, indent=2) if as_json else "\n".join(_lines(file, summary)))


def describe(wasm: bytes) -> dict[str, Any]:
    """Collect what the binary says of itself, as JSON data. Raises MalformedWasm."""
    from atoll.guest.wasm_binary import (
        ComponentSectionId,
        SectionId,
        custom_sections,
        kind_of,
        outline,
        sections,
    )

    kind = kind_of(wasm)
    custom = {name: wasm[start:end] for name, start, end in custom_sections(wasm)}
    summary: dict[str, Any] = {"kind": kind, "size": len(wasm)}
    if kind == "module":
        summary |= _module(outline(wasm))
        data = (s for s in sections(wasm) if s.id == SectionId.DATA)
        summary["data"] = sum(section.end - section.start for section in data)
    else:
        modules = [s for s in sections(wasm) if s.id == ComponentSectionId.CORE_MODULE]
        summary["modules"] = [section.end - section.start for section in modules]
        memories = [
            outline(wasm, section.start, section.end).memory_limits() for section in modules
        ]
        summary["memory"] = [_limits(*limits) for found in memories for limits in found]
    summary["custom"] = {name: len(content) for name, content in custom.items()}
    if BASE in custom:
        summary["base"] = custom[BASE].decode(errors="replace")
    summary |= _metadata(custom.get(METADATA)) or _modus_metadata(custom.get(MODUS_METADATA))
    summary["capabilities"] = _capabilities(summary)
    return summary


def _module(outline: Outline) -> dict[str, Any]:
    return {
        "imports": [
            {"module": entry.module, "name": entry.name, "kind": entry.kind.name.lower()}
            for entry in outline.imports
        ],
        "exports": [
            {"name": entry.name, "kind": entry.kind.name.lower()} for entry in outline.exports
        ],
        "defined": len(outline.functions),
        "memory": [_limits(*limits) for limits in outline.memory_limits()],
    }


def _limits(minimum: int, maximum: int | None) -> dict[str, int | None]:
    return {"minimum": minimum * PAGE, "maximum": None if maximum is None else maximum * PAGE}


def _metadata(section: bytes | None) -> dict[str, Any]:
    if section is None:
        return {}
    try:
        metadata = json.loads(section)
    except (ValueError, RecursionError):
        return {"metadataError": f"the section {METADATA} is not JSON"}
    if not isinstance(metadata, dict):
        return {"metadataError": f"the section {METADATA} is not a JSON object"}
    return {key: metadata[key] for key in ("language", "runtime", "functions") if key in metadata}


def _modus_metadata(section: bytes | None) -> dict[str, Any]:
    """The same from the metadata of a module that a Modus SDK, or ours, described."""
    if section is None:
        return {}
    try:
        metadata = json.loads(section)
    except (ValueError, RecursionError):
        return {"metadataError": f"the section {MODUS_METADATA} is not JSON"}
    exports = metadata.get("fnExports") if isinstance(metadata, dict) else None
    if not isinstance(exports, dict):
        return {"metadataError": f"the section {MODUS_METADATA} describes no functions"}
    sdk = str(metadata.get("sdk"))
    languages = {"modus-sdk-as": "assemblyscript", "modus-sdk-go": "go"}
    guest = metadata.get("guest")
    compiler = guest.get("compiler") if isinstance(guest, dict) else None
    return {
        "language": languages.get(sdk.partition("@")[0], "unknown"),
        "runtime": sdk,
        **({} if compiler is None else {"compiler": compiler}),
        "functions": [
            {"name": name, "parameters": function.get("parameters", []), **_about(function)}
            for name, function in exports.items()
            if isinstance(function, dict) and not name.startswith("_")  # those are no part of it
        ],
    }


def _about(function: dict[str, Any]) -> dict[str, Any]:
    return {key: function[key] for key in ("file", "line", "stream") if key in function}


def _capabilities(summary: dict[str, Any]) -> list[str]:
    """What the file could ask of its host, going by what it imports."""
    if METADATA in summary["custom"] or BASE in summary["custom"]:
        return [
            "clock and randomness",
            "logging",
            _CAPABILITIES["atoll:guest/host"],
        ]
    modules = {entry["module"] for entry in summary.get("imports", [])}
    found = []
    for module in sorted(modules):
        known = (text for prefix, text in _CAPABILITIES.items() if module.startswith(prefix))
        found.append(next(known, f"functions of {module!r}"))
    return sorted(set(found))


def _lines(file: Path, summary: dict[str, Any]) -> list[str]:
    lines = [f"{file}: WebAssembly {summary['kind']}, {size(summary['size'])}"]
    if "language" in summary:
        made = [_text(summary[key]) for key in ("runtime", "compiler") if key in summary]
        lines.append(f"language:     {_text(summary['language'])} ({', '.join(made)})")
    if "base" in summary:
        lines.append(f"base:         {_text(summary['base'])}")
    for limits in summary["memory"]:
        maximum = limits["maximum"]
        most = (
            "may grow, with no limit of its own" if maximum is None else f"at most {size(maximum)}"
        )
        lines.append(f"memory:       {size(limits['minimum'])} at start, {most}")
    if "data" in summary:
        lines.append(f"data:         {size(summary['data'])}")
    if "modules" in summary:
        lines.append(f"core modules: {len(summary['modules'])}")
    if "metadataError" in summary:
        lines.append(f"metadata:     {summary['metadataError']}")
    lines += _functions(summary.get("functions"))
    lines += _entries("imports", summary.get("imports", []))
    lines += _entries("exports", summary.get("exports", []))
    if summary["custom"]:
        lines.append("custom sections:")
        lines += [f"  {_text(name)}  {size(length)}" for name, length in summary["custom"].items()]
    lines.append("may use:" if summary["capabilities"] else "may use:      nothing of its host")
    lines += [f"  {capability}" for capability in summary["capabilities"]]
    return lines


def _functions(functions: object) -> list[str]:
    if not isinstance(functions, list):
        return []
    lines = ["functions:"]
    for function in functions:
        if not isinstance(function, dict):
            continue
        parameters = function.get("parameters")
        names = [
            _text(p.get("name"))
            for p in (parameters if isinstance(parameters, list) else [])
            if isinstance(p, dict)
        ]
        at = (function.get("file"), function.get("line"))
        place = "" if at == (None, None) else f"  {_text(at[0])}:{_text(at[1])}"
        streams = "  (streams)" if function.get("stream") is True else ""
        lines.append(f"  {_text(function.get('name'))}({', '.join(names)}){streams}{place}")
    return lines


def _entries(title: str, entries: list[dict[str, str]], most: int = 40) -> list[str]:
    if not entries:
        return []
    lines = [f"{title}: {len(entries)}"]
    for entry in entries[:most]:
        name = f"{entry['module']}.{entry['name']}" if "module" in entry else entry["name"]
        lines.append(f"  {entry['kind']:8} {_text(name)}")
    if len(entries) > most:
        lines.append(f"  ... and {len(entries) - most} more (--json lists all)")
    return lines


def _text(value: object) -> str:
    return printable(str(value))


def size(count: int) -> str:
    """A number of bytes as people read it."""
    if count < 1024:
        return f"{count} bytes"
    value = float(count)
    for unit in ("KiB", "MiB", "GiB"):
        value /= 1024
        if value < 1024 or unit == "GiB":
            return f"{value:.1f} {unit}"
    raise AssertionError
