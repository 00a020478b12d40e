"""The layout of componentize-py's output: which core module does what.

The split rests on it, so it is verified piece by piece, and anything unexpected is a
:class:`LayoutError`: then the base is used whole.

What is expected (componentize-py 0.25.1): the first core module, ``main``, holds the memory with
all data, the table, and every mutable global, all of them exported, and next to no code. The
libraries hold code only. The one other module with mutable globals is the adapter, whose stack is
allocated when it is first used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from atoll.guest.component.outline import (
    ComponentOutline,
    CoreAlias,
    CoreInstance,
    component_outline,
    core_instances,
)
from atoll.guest.wasm_binary import (
    External,
    MalformedWasm,
    Outline,
    Section,
    SectionId,
    outline,
    sections,
)

MAIN = "main"
ADAPTER = "wit-component:adapter:wasi_snapshot_preview1"
#: Libraries that are compiled once and shared, by debug name: those with much code.
LIBRARIES = {
    "libc.so": "libc",
    "libpython3.14.so": "libpython",
    "libcomponentize_py_runtime.so": "runtime",
}
EXPORTS = frozenset({"load-app", "describe", "invoke"})
_MUTABLE = 1
_I32 = 0x7F


class LayoutError(Exception):
    """The component is not laid out as expected; the text says in what."""


@dataclass(frozen=True, slots=True)
class MainGlobal:
    """A mutable 32-bit global of the main module."""

    name: str
    index: int


@dataclass(frozen=True, slots=True)
class Layout:
    component: bytes
    outline: ComponentOutline
    modules: tuple[Outline, ...]
    instances: tuple[CoreInstance, ...]
    aliases: tuple[CoreAlias, ...]
    main: int
    adapter: int
    libraries: Mapping[int, str]
    """Short names of the shared libraries by module index."""
    globals: tuple[MainGlobal, ...]

    def module_bytes(self, index: int) -> bytes:
        place = self.outline.core_modules[index]
        return self.component[place.start : place.end]

    def instance_of(self, module: int) -> int:
        """The index of the only core instance of a module."""
        found = [i for i, instance in enumerate(self.instances) if instance.module == module]
        if len(found) != 1:
            raise LayoutError(f"core module {module} has {len(found)} instances instead of one")
        return found[0]

    def used_exports(self, module: int) -> frozenset[str]:
        """The exports of a module that anything else in the component uses."""
        own = self.instance_of(module)
        used = {alias.name for alias in self.aliases if alias.instance == own}
        for instance in self.instances:
            for argument, source in instance.arguments.items():
                if source == own and instance.module is not None:
                    imports = self.modules[instance.module].imports
                    used |= {entry.name for entry in imports if entry.module == argument}
        return frozenset(used)


def read_layout(component: bytes) -> Layout:
    """Read and verify the layout of a base component. Raises LayoutError."""
    try:
        return _read(component)
    except MalformedWasm as error:
        raise LayoutError(str(error)) from error


def _read(component: bytes) -> Layout:
    found = component_outline(component)
    missing = EXPORTS - set(found.exports)
    if missing:
        raise LayoutError(f"the component does not export {', '.join(sorted(missing))}")
    names = {name: index for index, name in found.module_names.items()}
    for name in (MAIN, ADAPTER, *LIBRARIES):
        if names.get(name, len(found.core_modules)) >= len(found.core_modules):
            raise LayoutError(f"the component has no core module named {name}")
    modules = tuple(outline(component, place.start, place.end) for place in found.core_modules)
    main, adapter = names[MAIN], names[ADAPTER]
    if main != 0:
        raise LayoutError("the main module is not the first one")
    for index, (place, module) in enumerate(zip(found.core_modules, modules, strict=True)):
        if index == main:
            continue
        if _has_data(component, place):
            raise LayoutError(f"core module {index} holds data, which only the main module should")
        mutable = any(kind[1] == _MUTABLE for kind in module.globals)
        if mutable and index != adapter:
            raise LayoutError(f"core module {index} holds state, which only the main module should")
    instances, aliases = core_instances(component)
    layout = Layout(
        component,
        found,
        modules,
        tuple(instances),
        tuple(aliases),
        main,
        adapter,
        {names[name]: short for name, short in LIBRARIES.items()},
        _main_globals(modules[main]),
    )
    for index in (main, adapter, *layout.libraries):
        layout.instance_of(index)
    return layout


def _has_data(component: bytes, place: Section) -> bool:
    return any(
        section.id == SectionId.DATA and component[section.start] != 0
        for section in sections(component, place.start, place.end)
    )


def _main_globals(main: Outline) -> tuple[MainGlobal, ...]:
    if len(main.memories) != 1 or any(entry.kind is External.MEMORY for entry in main.imports):
        raise LayoutError("the main module does not define exactly one memory")
    if any(entry.kind is External.GLOBAL for entry in main.imports):
        raise LayoutError("the main module imports globals")
    exported = {
        export.target: export.name for export in main.exports if export.kind is External.GLOBAL
    }
    found: list[MainGlobal] = []
    for index, (kind, mutability) in enumerate(main.globals):
        if mutability != _MUTABLE:
            continue
        if index not in exported:
            raise LayoutError(f"global {index} of the main module cannot be read from outside")
        if kind != _I32:
            raise LayoutError(f"global {index} of the main module is not a 32-bit integer")
        found.append(MainGlobal(exported[index], index))
    return tuple(found)
