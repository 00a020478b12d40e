"""A build directory: what ``atoll build`` writes and ``atoll serve`` reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MANIFEST = "modus.json"
_EXAMPLE_MANIFEST = (
    '{ "endpoints": { "default": { "type": "graphql", "path": "/graphql", "auth": "none" } } }'
)


class BuildNotFound(Exception):
    """A folder holds no build."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.code = "BUILD_NOT_FOUND"
        self.message = message
        self.hint = hint
        self.location = None


class ManifestNotFound(Exception):
    """A folder holds no manifest."""

    def __init__(self, directory: Path) -> None:
        super().__init__(f"there is no {MANIFEST} in {directory.resolve()}")
        self.code = "NO_MANIFEST"
        self.message = str(self)
        self.hint = f"name an app's folder, or write one: {_EXAMPLE_MANIFEST}"
        self.location = None


@dataclass(frozen=True, slots=True)
class Build:
    """A compiled app on disk: one module and its manifest, which may be missing."""

    directory: Path
    module: Path

    @property
    def name(self) -> str:
        return self.module.stem

    @property
    def manifest(self) -> Path:
        return self.directory / MANIFEST


def require_manifest(directory: Path) -> None:
    """See that there is a manifest: an API without endpoints is not meant by its absence.

    Raises:
        ManifestNotFound: there is none.
    """
    if not (directory / MANIFEST).exists():
        raise ManifestNotFound(directory)


def find_build(directory: Path) -> Build:
    """The build in ``directory``, or in the ``build`` folder inside it.

    Raises:
        BuildNotFound: no module there, or more than one.
    """
    if not directory.is_dir():
        raise BuildNotFound(
            f"{directory} is not a folder", "name a folder that `atoll build` wrote"
        )
    for candidate in (directory, directory / "build"):
        modules = sorted(candidate.glob("*.wasm"))
        if len(modules) > 1:
            names = ", ".join(module.name for module in modules)
            raise BuildNotFound(
                f"{candidate} holds more than one module: {names}",
                "keep the one to serve, or build into an empty folder",
            )
        if modules:
            return Build(candidate, modules[0])
    raise BuildNotFound(
        f"{directory} holds no .wasm module", f"build the app first: atoll build {directory}"
    )
