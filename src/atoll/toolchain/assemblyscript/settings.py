"""What an app says of itself in ``package.json`` and ``asconfig.json``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from atoll.toolchain.errors import BuildError, Location

PACKAGE = "package.json"
ASCONFIG = "asconfig.json"
ENTRY = "assembly/index.ts"
_SDK = "@hypermode/modus-sdk-as"
_OWN_TRANSFORMS = (f"{_SDK}/transform", "json-as/transform", "json-as/transform/lib/index.js")
_LIBRARIES = (
    f"./node_modules/{_SDK}/overrides",
    "./node_modules/@assemblyscript/wasi-shim/assembly",
)
_ALIASES = (
    "console=modus_console", "abort=modus_abort", "trace=modus_trace", "seed=wasi_seed",
    "crypto=wasi_crypto", "performance=wasi_performance", "process=wasi_process",
    "Date=wasi_Date",
)  # fmt: skip
_TARGETS: Mapping[str, Mapping[str, Any]] = {
    "debug": {"debug": True},
    "release": {"optimizeLevel": 3, "shrinkLevel": 0, "converge": False, "noAssert": False},
}
_OURS: Mapping[str, Any] = {
    "exportRuntime": True,
    "exportStart": "_initialize",
    "runtime": "incremental",
}
"""Options by which a module meets its host. An app may repeat them, not change them."""
_STARTS = ("_initialize", "_start")
_OUTPUTS = frozenset(
    ("outFile", "textFile", "binaryFile", "sourceMap", "bindings", "baseDir", "stats", "config")
)
"""Options about files that the compiler would write; Atoll writes the module only."""
_NOT_OFFERED = frozenset(
    ("importMemory", "importTable", "sharedMemory", "noExportMemory", "stackSize", "wasm")
)
_TOOLS = frozenset(
    ("assemblyscript", "json-as", _SDK, "@assemblyscript/wasi-shim", "visitor-as", "try-as",
     "typescript", "eslint", "prettier", "assemblyscript-prettier", "typescript-eslint",
     "assemblyscript-eslint")
)  # fmt: skip
_TOOL_PREFIXES = ("@types/", "@eslint/", "@typescript-eslint/", "eslint-", "prettier-")


@dataclass(frozen=True, slots=True)
class Settings:
    name: str
    version: str
    dependencies: Mapping[str, str] = field(default_factory=dict)
    """npm packages besides those that Atoll brings: name and what version of it."""
    transforms: tuple[str, ...] = ()
    """Further transforms of the compiler, run after Atoll's."""
    config: str = "{}"
    """The compiler's configuration, in JSON."""


def read_settings(app: Path) -> Settings:
    """Read both files; either may be missing.

    Raises:
        BuildError: ``NO_ENTRY``, ``PACKAGE_INVALID``, ``ASCONFIG_INVALID``.
    """
    package = _read(app, PACKAGE, "PACKAGE_INVALID")
    config = _read(app, ASCONFIG, "ASCONFIG_INVALID")
    entries = config.get("entries") or [ENTRY]
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise _bad_config(
            "entries is not a list of files", 'write "entries": ["assembly/index.ts"]'
        )
    for entry in entries:
        if not (app / entry).is_file():
            raise BuildError(
                "NO_ENTRY",
                f"there is no {entry} in {app.resolve()}",
                "the functions that this file exports are the app's API",
            )
    options, transforms = _options(config.get("options"), "options")
    targets = {}
    given_targets = config.get("targets") or {}
    if not isinstance(given_targets, dict):
        raise _bad_config("targets is not an object")
    for target, ours in _TARGETS.items():
        given, more = _options(given_targets.get(target), f"targets.{target}")
        targets[target] = {**ours, **given}
        transforms += tuple(each for each in more if each not in transforms)
    text = {
        "entries": entries,
        "options": {
            **options,
            **_OURS,
            "path": ["./node_modules"],
            "lib": [*_LIBRARIES, *_strings(options, "lib")],
            "use": [*_strings(options, "use"), *_ALIASES],
            "disableWarning": [*options.get("disableWarning", []), 228],
        },
        "targets": targets,
    }
    name, version = package.get("name"), package.get("version")
    return Settings(
        name if isinstance(name, str) and name else app.resolve().name,
        version if isinstance(version, str) else "",
        _dependencies(package),
        transforms,
        json.dumps(text),
    )


def _dependencies(package: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key in ("dependencies", "devDependencies"):
        section = package.get(key) or {}
        if not isinstance(section, dict):
            raise BuildError(
                "PACKAGE_INVALID", f"{key} in {PACKAGE} is not an object", None, Location(PACKAGE)
            )
        for name, wanted in section.items():
            is_tool = name in _TOOLS or name.startswith(_TOOL_PREFIXES)
            if not is_tool and isinstance(wanted, str) and key == "dependencies":
                found[name] = wanted
    return found


def _options(given: object, where: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Options that the app may set, and its further transforms."""
    if given is None:
        return {}, ()
    if not isinstance(given, dict):
        raise _bad_config(f"{where} is not an object")
    options: dict[str, Any] = {}
    for name, value in given.items():
        if name in _OURS:
            same = value == _OURS[name] or (name == "exportStart" and value in _STARTS)
            if not same:
                raise _bad_config(
                    f"{where}.{name} is {json.dumps(value)}; apps run with"
                    f" {json.dumps(_OURS[name])} only",
                    f'remove "{name}"',
                )
        elif name in _NOT_OFFERED:
            raise _bad_config(f"{where}.{name} is not possible in an app", f'remove "{name}"')
        elif name not in _OUTPUTS and name not in ("path", "transform"):
            options[name] = value
    transforms = tuple(each for each in _strings(given, "transform") if each not in _OWN_TRANSFORMS)
    for transform in transforms:
        if transform.startswith("try-as"):
            raise _bad_config(
                f"the transform {transform} is not supported",
                "remove it; a failure is thrown with `throw new Error(...)` and ends the call",
            )
    return options, transforms


def _strings(options: Mapping[str, Any], name: str) -> list[str]:
    value = options.get(name, [])
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")]
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise _bad_config(f"{name} is not a list of strings")
    return value


def _bad_config(message: str, hint: str | None = None) -> BuildError:
    return BuildError("ASCONFIG_INVALID", f"{ASCONFIG}: {message}", hint, Location(ASCONFIG))


def _read(app: Path, file: str, code: str) -> dict[str, Any]:
    try:
        text = (app / file).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise BuildError(code, f"{file} cannot be read: {error}", None, Location(file)) from error
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        message = re.sub(r": line \d+ column \d+ \(char \d+\)$", "", str(error))
        raise BuildError(
            code,
            f"{file} is not valid JSON: {message}",
            "comments and trailing commas are not allowed there",
            Location(file, error.lineno, error.colno),
        ) from error
    except RecursionError as error:
        raise BuildError(code, f"{file} nests too deeply", None, Location(file)) from error
    if not isinstance(data, dict):
        raise BuildError(code, f"{file} is not a JSON object", None, Location(file))
    return data
