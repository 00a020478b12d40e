"""Taking a base component apart: shell, libraries, image, frame.

* The *image* is the main module: memory and globals. Each app is an image of its own.
* The *libraries* hold nearly all code; compiled once, they serve every app on the machine.
* The *shell* is the rest. It imports the image and the libraries as core modules.
* The *frame* is the component with an empty main module. Put an image in its place, and it is an
  ordinary component again. Whatever two builds of the same sources may differ in (CPython draws
  its hash seed while the base is built) is in the image, so the frame's hash is the same on every
  machine: it names the code that an image belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from atoll.guest.component.frame import EMPTY_MODULE
from atoll.guest.wasm_binary import (
    ComponentSectionId,
    External,
    Outline,
    Reader,
    SectionId,
    constant_expression,
    limits,
    sections,
)
from atoll.guest.wasm_encoding import i32_const, section, text, unsigned, vector
from atoll.toolchain.base.layout import MAIN, Layout, LayoutError


@dataclass(frozen=True, slots=True)
class Split:
    frame: bytes
    shell: bytes
    image: bytes
    libraries: Mapping[str, bytes]


def split(layout: Layout) -> Split:
    """Take a base component apart. Raises LayoutError."""
    frame = _replace_modules(
        layout,
        {layout.main: _core_module(EMPTY_MODULE), layout.adapter: _core_module(_adapter(layout))},
    )
    libraries = {name: layout.module_bytes(index) for index, name in layout.libraries.items()}
    return Split(frame, _shell(layout), layout.module_bytes(layout.main), libraries)


def _shell(layout: Layout) -> bytes:
    imported = {layout.main: MAIN, **layout.libraries}
    replacements = {layout.adapter: _core_module(_adapter(layout))}
    for type_index, (index, name) in enumerate(sorted(imported.items())):
        replacements[index] = _module_import(layout, index, name, type_index)
    return _replace_modules(layout, replacements)


def _replace_modules(layout: Layout, replacements: Mapping[int, bytes]) -> bytes:
    """The component with some core modules' sections replaced by other sections."""
    component = layout.component
    out = bytearray(component[:8])
    index = 0
    for place in sections(component):
        if place.id == ComponentSectionId.CORE_TYPE:
            raise LayoutError("the component defines core types, whose numbers a split would shift")
        if place.id == ComponentSectionId.CORE_MODULE:
            out += replacements.get(index, component[place.header : place.end])
            index += 1
        else:
            out += component[place.header : place.end]
    return bytes(out)


def _core_module(module: bytes) -> bytes:
    return section(ComponentSectionId.CORE_MODULE, module)


def _module_import(layout: Layout, index: int, name: str, type_index: int) -> bytes:
    """A core module type, and the import of a module of that type."""
    module = layout.modules[index]
    exports = layout.used_exports(index)
    if index == layout.main:
        # What the workbench reads; the component uses nearly all of it anyway.
        exports |= {"memory"} | {entry.name for entry in layout.globals}
        # An image may be of any size that the libraries can work with.
        module = replace(module, memories=[_smallest_memory(layout)])
    module_type = _module_type(module, exports)
    imported = b"\x00" + text(name) + b"\x00\x11" + unsigned(type_index)
    return section(ComponentSectionId.CORE_TYPE, vector([module_type])) + section(
        ComponentSectionId.IMPORT, vector([imported])
    )


def _smallest_memory(layout: Layout) -> bytes:
    minima = [
        limits(Reader(entry.type)).minimum
        for module in layout.modules
        for entry in module.imports
        if entry.kind is External.MEMORY
    ]
    return b"\x00" + unsigned(max(minima, default=0))


def _module_type(module: Outline, exports: frozenset[str]) -> bytes:
    """The component model's type of a core module. Only the given exports are
    declared, because each is checked whenever the component is instantiated."""
    declarations: list[bytes] = []
    type_numbers: dict[bytes, int] = {}

    def function(type_index: int) -> bytes:
        raw = module.types[type_index]
        if raw not in type_numbers:
            type_numbers[raw] = len(type_numbers)
            declarations.append(b"\x01" + raw)
        return b"\x00" + unsigned(type_numbers[raw])

    spaces: dict[External, list[bytes]] = {
        External.FUNCTION: [], External.TABLE: [], External.MEMORY: [], External.GLOBAL: [],
    }  # fmt: skip
    function_types: list[int] = []
    for entry in module.imports:
        if entry.kind is External.FUNCTION:
            type_index = Reader(entry.type).u32()
            function_types.append(type_index)
            described = function(type_index)
        elif entry.kind in spaces:
            spaces[entry.kind].append(entry.type)
            described = bytes((entry.kind,)) + entry.type
        else:
            raise LayoutError("a library imports an exception tag")
        declarations.append(b"\x00" + text(entry.module) + text(entry.name) + described)
    function_types += module.functions
    spaces[External.TABLE] += module.tables
    spaces[External.MEMORY] += module.memories
    spaces[External.GLOBAL] += module.globals
    for export in module.exports:
        if export.name not in exports:
            continue
        if export.kind is External.FUNCTION:
            described = function(function_types[export.target])
        else:
            described = bytes((export.kind,)) + spaces[export.kind][export.target]
        declarations.append(b"\x03" + text(export.name) + described)
    return b"\x50" + vector(declarations)


def _adapter(layout: Layout) -> bytes:
    """The adapter as if it had never run: its globals are all zero, and it allocates its stack in
    the guest's memory when it is first used. (It serves the runtime's panic messages only.)"""
    module = layout.module_bytes(layout.adapter)
    out = bytearray(module[:8])
    for place in sections(module):
        if place.id != SectionId.GLOBAL:
            out += module[place.header : place.end]
            continue
        reader = Reader(module, place.start, place.end)
        count = reader.u32()
        globals = bytearray(unsigned(count))
        for _ in range(count):
            start = reader.position
            kind = reader.take(2)
            constant_expression(reader)
            globals += kind + i32_const(0) if kind == b"\x7f\x01" else reader.since(start)
        out += section(SectionId.GLOBAL, globals)
    return bytes(out)
