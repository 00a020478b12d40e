"""The builds of an app whose embedders made its vectors: kept in the store, and run again."""

from __future__ import annotations

import dataclasses
import hashlib
import zlib
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from atoll.collections.builds import EarlierBuild
from atoll.manifest import Manifest, parse_manifest
from atoll.manifest.model import LOCAL

if TYPE_CHECKING:
    from atoll.app.app import App
    from atoll.cli.runtime import Compiled


class _Kept(msgspec.Struct):
    """A build as it is kept: compressed, in MessagePack."""

    version: int
    name: str
    manifest: str
    wasm: bytes


_VERSION: Final = 1


def _own_models(manifest: Manifest, folder: Path) -> list[tuple[str, int, int]]:
    """Files of local models, each with its size and when it was changed."""
    from atoll.models.local.source import is_path

    sources = {each.source_model for each in manifest.models.values() if each.connection == LOCAL}
    roots = [folder / source for source in sorted(sources) if is_path(source)]
    found = [file for root in roots for file in (root, *root.glob("*"), *root.glob("onnx/*"))]
    stats = [(str(file), file.stat()) for file in sorted(found) if file.is_file()]
    return [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]


class RunningBuild:
    """The build that a process runs (``atoll.collections.builds.Builds``).

    Args:
        compiled: the build.
        load: makes an app of another one.
    """

    def __init__(self, compiled: Compiled, load: Callable[[Compiled], App]) -> None:
        self._compiled = compiled
        self._load = load
        # Read now: the file may be another build's by the time it is kept.
        path = compiled.manifest.path
        self._manifest = path.read_text(encoding="utf-8") if path is not None else "{}"

    @cached_property
    def id(self) -> str:
        """A hash of all that may change what an embedder gives: the code, the manifest's models and
        connections, and which files of the app's own models those are. The same in all processes
        of a build; takes some milliseconds at first."""
        compiled = self._compiled
        manifest = compiled.manifest
        known = (manifest.models, manifest.connections, _own_models(manifest, compiled.folder))
        found = hashlib.sha256(compiled.wasm)
        # Not their repr, in which the order of a set is another one in each process.
        found.update(msgspec.json.encode(known, enc_hook=str, order="deterministic"))
        return found.hexdigest()[:32]

    def content(self) -> bytes:
        """See ``Builds``."""
        compiled = self._compiled
        kept = _Kept(_VERSION, compiled.name, self._manifest, compiled.wasm)
        return zlib.compress(msgspec.msgpack.encode(kept), level=6)

    def open(self, content: bytes) -> EarlierBuild:
        """See ``Builds``."""
        kept = msgspec.msgpack.decode(zlib.decompress(content), type=_Kept)
        if kept.version != _VERSION:
            raise ValueError(f"it was kept in form {kept.version}, which is not known here")
        present = self._compiled
        manifest = dataclasses.replace(
            parse_manifest(kept.manifest), limits=present.manifest.limits
        )
        earlier = dataclasses.replace(
            present,
            wasm=kept.wasm,
            manifest=manifest,
            origin=f"an earlier build of {present.name}",
        )
        app = self._load(earlier)
        return EarlierBuild(app.embed, app.close)
