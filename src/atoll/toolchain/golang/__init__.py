"""Go apps: from a folder of source files to a WebAssembly module."""

from atoll.toolchain.golang.builder import GoBuild, GoBuilder

__all__ = ["GoBuild", "GoBuilder"]
