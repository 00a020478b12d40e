"""AssemblyScript apps: from a folder of source files to a WebAssembly module."""

from atoll.toolchain.assemblyscript.builder import AssemblyScriptBuild, AssemblyScriptBuilder

__all__ = ["AssemblyScriptBuild", "AssemblyScriptBuilder"]
