"""The builds of an app whose embedders made its vectors: kept in the store, and run again."""

from __future__ import annotations

import dataclasses
import hashlib
import zlib
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Final

import msgspec

from atoll.collections.builds import EarlierBuild
from atoll.manifest import parse_manifest

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


class RunningBuild:
    """The build that a process runs (``atoll.collections.builds.Builds``).

    Args:
        compiled: the build.
        load: makes an app of another one.
    """

    def __init__(self, compiled: Compiled, load: Callable[[Compiled], App]) -> None:
        self._compiled = compiled
        self._load = load

    @cached_property
    def id(self) -> str:
        """A hash of all that may change what an embedder gives: the code, and the manifest's models
        and connections."""
        compiled = self._compiled
        known = (compiled.manifest.models, compiled.manifest.connections)
        found = hashlib.sha256(compiled.wasm)
        found.update(repr([sorted(each.items()) for each in known]).encode())
        return found.hexdigest()[:32]

    def content(self) -> bytes:
        """See ``Builds``."""
        compiled = self._compiled
        path = compiled.manifest.path
        text = path.read_text(encoding="utf-8") if path is not None else "{}"
        kept = _Kept(_VERSION, compiled.name, text, compiled.wasm)
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
