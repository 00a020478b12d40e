"""What an app says of itself in ``package.json`` and ``asconfig.json``."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from atoll.toolchain.assemblyscript.assets import SDK, toolchain
from atoll.toolchain.assemblyscript.json_file import JsonFile, read_json, short
from atoll.toolchain.assemblyscript.options import OPTIONS, SECTIONS, expected, like
from atoll.toolchain.errors import BuildError, Location
from atoll.toolchain.warned import Warned

PACKAGE = "package.json"
ASCONFIG = "asconfig.json"
ENTRY = "assembly/index.ts"
_OWN_TRANSFORMS = (f"{SDK}/transform", "json-as/transform")
_PLUGIN = f"{SDK}/plugin.asconfig.json"
"""What all apps are compiled with: a file of the SDK, which apps extend where they say so."""
_FIXED = ("exportRuntime", "exportStart", "runtime")
"""Options by which a module meets its host. An app may repeat them, not change them."""
_STARTS = ("_initialize", "_start")
_OUTPUTS = frozenset(
    ("outFile", "textFile", "binaryFile", "sourceMap", "bindings", "baseDir", "stats", "config",
     "noEmit", "showConfig")
)  # fmt: skip
"""Options about files that the compiler would write; Atoll writes the module only."""
_NOT_PASSED_ON = frozenset((*_OUTPUTS, "path", "transform", "disableWarning"))
_NOT_OFFERED = frozenset(
    ("importMemory", "importTable", "sharedMemory", "noExportMemory", "stackSize", "wasm",
     "memoryBase", "tableBase", "lowMemoryLimit")
)  # fmt: skip
"""Options that change how memory and table are shared, or what lies where in them."""
_TOOLS = frozenset(
    ("assemblyscript", "json-as", SDK, "@assemblyscript/wasi-shim", "visitor-as", "try-as",
     "typescript", "eslint", "prettier", "assemblyscript-prettier", "typescript-eslint",
     "assemblyscript-eslint")
)  # fmt: skip
_TRY_AS = "try-as"
_CHECKED = OPTIONS.keys() - _OUTPUTS - {*_FIXED, "disableWarning"}
"""Options whose values are of the type that the compiler says; of others they do not matter."""
_DEPENDENCY = re.compile(r"(@[\w.~-]+/)?[\w.~-]+", re.ASCII)
_LONGEST_NAME, _LONGEST_VALUE = 214, 4096
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
    disabled: frozenset[int] | None = frozenset()
    """Codes of the compiler's warnings that are not shown; None for all of them."""
    warnings: tuple[Warned, ...] = ()


def read_settings(app: Path) -> Settings:
    """Read both files; either may be missing.

    Raises:
        BuildError: ``NO_ENTRY``, ``PACKAGE_INVALID``, ``ASCONFIG_INVALID``; ``TOOLCHAIN_MISSING``.
    """
    base = _base()
    package = read_json(app, PACKAGE, "PACKAGE_INVALID")
    config = read_json(app, ASCONFIG, "ASCONFIG_INVALID")
    _check_base(config)
    unknown = _unknown(config, config.data, "", SECTIONS)
    entries = _entries(app, config)
    options = _options(config, config.data.get("options"), "options")
    unknown += _unknown(config, options, "options.", OPTIONS)
    transforms = _transforms(config, options)
    targets: dict[str, Any] = {}
    given_targets = config.data.get("targets") or {}
    if not isinstance(given_targets, dict):
        raise config.bad("targets", "targets is not an object")
    for target, ours in base["targets"].items():
        given = _options(config, given_targets.get(target), f"targets.{target}")
        unknown += _unknown(config, given, f"targets.{target}.", OPTIONS)
        transforms += [each for each in _transforms(config, given) if each not in transforms]
        targets[target] = {**ours, **_passed_on(given)}
    text = {
        "entries": entries,
        "options": {
            **_passed_on(options),
            **_passed_on(base["options"]),
            "path": ["./node_modules"],
            "lib": [*base["options"]["lib"], *_strings(config, options, "lib")],
            "use": [*_strings(config, options, "use"), *base["options"]["use"]],
        },
        "targets": targets,
    }
    run = tuple(each for each in transforms if not each.startswith(_TRY_AS))
    return Settings(
        _text(package, "name") or app.resolve().name,
        _text(package, "version"),
        _dependencies(package, run),
        run,
        json.dumps(text),
        _disabled_warnings(config, options),
        (
            *unknown,
            *(_no_exceptions(config, each) for each in transforms if each.startswith(_TRY_AS)),
        ),
    )


@cache
def _base() -> Mapping[str, Any]:
    """The SDK's own configuration, with its paths as an app sees them."""
    base: dict[str, Any] = json.loads((toolchain() / _PLUGIN).read_text(encoding="utf-8"))
    options = base["options"]
    options["lib"] = [
        "./" + posixpath.normpath(f"node_modules/{SDK}/{path}") for path in options["lib"]
    ]
    return base


def _check_base(config: JsonFile) -> None:
    base = config.data.get("extends")
    if base is not None and not (isinstance(base, str) and base.endswith(_PLUGIN)):
        raise config.bad(
            "extends",
            f"extends is {json.dumps(base)}; an app can extend the SDK's configuration only",
            f"write its options into {ASCONFIG}",
        )


def _entries(app: Path, config: JsonFile) -> list[str]:
    entries = config.data.get("entries") or [ENTRY]
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise config.bad(
            "entries", "entries is not a list of files", f'write "entries": ["{ENTRY}"]'
        )
    for entry in entries:
        if not _is_file(app / entry):
            raise BuildError(
                "NO_ENTRY",
                f"there is no {short(entry)} in {app.resolve()}",
                "the functions that this file exports are the app's API",
                config.place(entry) if entry in (config.data.get("entries") or ()) else None,
            )
    return entries


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long, or with characters that no name has
        return False


def _text(package: JsonFile, key: str) -> str:
    """Name or version, empty if it is not given."""
    text = package.data.get(key)
    if not isinstance(text, str):
        return ""
    if len(text) > _LONGEST_NAME or not text.isprintable():
        raise package.bad(
            key,
            f"{key} is too long, or has characters that cannot be printed",
            f"write at most {_LONGEST_NAME} printable characters",
        )
    return text


def _dependencies(package: JsonFile, transforms: Iterable[str]) -> dict[str, str]:
    """Those of the app, and of those for its development the ones that hold its transforms."""
    given = []
    for key in ("dependencies", "devDependencies"):
        section = package.data.get(key) or {}
        if not isinstance(section, dict):
            raise package.bad(key, f"{key} is not an object")
        given.append({name: wanted for name, wanted in section.items() if isinstance(wanted, str)})
    dependencies, tools = given
    for transform in transforms:
        names = [name for name in tools if f"{transform}/".startswith(f"{name}/")]
        dependencies |= {name: tools[name] for name in names}
    others = {
        name: wanted
        for name, wanted in dependencies.items()
        if name not in _TOOLS and not name.startswith(_TOOL_PREFIXES)
    }
    for name, wanted in others.items():
        _check_dependency(package, name, wanted)
    return others


def _check_dependency(package: JsonFile, name: str, wanted: str) -> None:
    if not _DEPENDENCY.fullmatch(name) or len(name) > _LONGEST_NAME:
        shown = json.dumps(short(name))
        raise package.bad(name, f"{shown} is not the name of a package", "npm has no such names")
    if not wanted.isprintable() or len(wanted) > _LONGEST_VALUE:
        raise package.bad(name, f"the version of {name} is too long, or cannot be printed")


def _options(config: JsonFile, given: object, where: str) -> dict[str, Any]:
    """The options that an app gives, if it may."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise config.bad(where.rpartition(".")[2], f"{where} is not an object")
    for name, value in given.items():
        if name in _NOT_OFFERED:
            raise config.bad(name, f"{where}.{name} is not possible in an app", f'remove "{name}"')
        ours = _base()["options"][name] if name in _FIXED else value
        if value != ours and not (name == "exportStart" and value in _STARTS):
            raise config.bad(
                name,
                f"{where}.{name} is {json.dumps(value)}; apps run with {json.dumps(ours)} only",
                f'remove "{name}"',
            )
        wanted = expected(name, value) if name in _CHECKED else None
        if wanted is not None:
            raise config.bad(name, f"{where}.{name} is not {wanted}")
    return given


def _unknown(
    config: JsonFile, given: Mapping[str, Any], where: str, known: Collection[str]
) -> list[Warned]:
    found = []
    for name in given:
        if name not in known and not name.startswith("$"):
            meant = like(name, known)
            found.append(
                Warned(
                    f"{ASCONFIG}: {where}{short(name)} is not known, and left out",
                    config.place(name),
                    "OPTION_UNKNOWN",
                    None if meant is None else f"did you mean {meant}?",
                )
            )
    return found


def _passed_on(options: Mapping[str, Any]) -> dict[str, Any]:
    """Of the options, those that are the compiler's business."""
    known = OPTIONS.keys() - _NOT_PASSED_ON
    return {name: value for name, value in options.items() if name in known}


def _transforms(config: JsonFile, options: Mapping[str, Any]) -> list[str]:
    """Further ones, by the names of their packages where they are given by path."""
    names = [e.removeprefix("./node_modules/") for e in _strings(config, options, "transform")]
    return [name for name in names if not name.startswith(_OWN_TRANSFORMS)]


def _no_exceptions(config: JsonFile, transform: str) -> Warned:
    return Warned(
        f"the transform {transform} is left out: errors cannot be caught in an app",
        config.place(transform),
        "TRANSFORM_IGNORED",
        f'remove it from {ASCONFIG}; an error is thrown by `throw new Error("...")`,'
        " and ends the call",
    )


def _strings(config: JsonFile, options: Mapping[str, Any], name: str) -> list[str]:
    value = options.get(name, [])
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")]
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise config.bad(name, f"{name} is not a list of strings")
    return value


def _disabled_warnings(config: JsonFile, options: Mapping[str, Any]) -> frozenset[int] | None:
    """An empty list means all, as the compiler takes it."""
    value, always = options.get("disableWarning"), _base()["options"]["disableWarning"]
    if value is None or value is False:
        return frozenset(always)
    codes = [] if value is True else value if isinstance(value, list) else [value]
    if not all(isinstance(code, int) for code in codes):
        raise config.bad("disableWarning", "disableWarning is not a list of numbers")
    return frozenset((*codes, *always)) if codes else None


def place_in(app: Path, word: str) -> Location:
    """Where a key or a string first stands in ``asconfig.json``."""
    return read_json(app, ASCONFIG, "ASCONFIG_INVALID").place(word)
