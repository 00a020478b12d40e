"""What a component is made of, read from its binary without running it.

Encodings: the component model's ``Binary.md``. Types are passed over: names and indices are enough
to tell what a component asks of its host, and to take one apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from atoll.guest.wasm_binary import (
    Buffer,
    ComponentSectionId,
    MalformedWasm,
    Reader,
    Section,
    custom_section,
    sections,
)

_CORE_MODULE_SORT = b"\x00\x11"


@dataclass(frozen=True, slots=True)
class CoreInstance:
    """One instantiation of a core module, or a bundle of exports (``module`` is None)."""

    module: int | None
    arguments: Mapping[str, int] = field(default_factory=dict)
    """Which core instance satisfies the imports from each module name."""


@dataclass(frozen=True, slots=True)
class CoreAlias:
    """The use of one export of a core instance."""

    instance: int
    name: str


@dataclass(slots=True)
class ComponentOutline:
    imports: list[str] = field(default_factory=list)
    exports: list[str] = field(default_factory=list)
    core_modules: list[Section] = field(default_factory=list)
    module_names: dict[int, str] = field(default_factory=dict)
    """Debug names of core modules by index; absent in stripped components."""


def component_outline(component: Buffer) -> ComponentOutline:
    """Read what ``component`` imports, exports and contains. Raises MalformedWasm."""
    found = ComponentOutline(module_names=_module_names(component))
    for section in sections(component):
        reader = Reader(component, section.start, section.end)
        match section.id:
            case ComponentSectionId.CORE_MODULE:
                found.core_modules.append(section)
                continue
            case ComponentSectionId.IMPORT:
                found.imports += reader.vector(_import)
            case ComponentSectionId.EXPORT:
                found.exports += reader.vector(_export)
            case _:
                continue
        if not reader.done:
            raise reader.fail("a section is longer than its content")
    return found


def core_instances(component: Buffer) -> tuple[list[CoreInstance], list[CoreAlias]]:
    """The core instances of ``component`` in index order, and every use of their exports."""
    instances: list[CoreInstance] = []
    aliases: list[CoreAlias] = []
    for section in sections(component):
        reader = Reader(component, section.start, section.end)
        if section.id == ComponentSectionId.CORE_INSTANCE:
            instances += reader.vector(_core_instance)
        elif section.id == ComponentSectionId.ALIAS:
            aliases += [alias for alias in reader.vector(_alias) if alias is not None]
    return instances, aliases


def _extern_name(reader: Reader) -> str:
    if reader.byte() not in (0x00, 0x01):
        raise reader.fail("unknown kind of name")
    return reader.name()


def _sort(reader: Reader) -> None:
    sort = reader.byte()
    if sort == 0x00:
        reader.byte()  # which core sort
    elif sort > 0x05:
        raise reader.fail("unknown sort")


def _extern_type(reader: Reader) -> None:
    match reader.byte():
        case 0x00:
            reader.byte()
            reader.u32()
        case 0x01 | 0x04 | 0x05:
            reader.u32()
        case 0x02:
            reader.byte()
            reader.u32()
        case 0x03:
            if reader.byte() == 0x00:
                reader.u32()
        case _:
            raise reader.fail("unknown kind of import or export")


def _import(reader: Reader) -> str:
    name = _extern_name(reader)
    _extern_type(reader)
    return name


def _export(reader: Reader) -> str:
    name = _extern_name(reader)
    _sort(reader)
    reader.u32()
    if reader.byte() == 0x01:
        _extern_type(reader)
    return name


def _core_instance(reader: Reader) -> CoreInstance:
    match reader.byte():
        case 0x00:
            module = reader.u32()
            return CoreInstance(module, dict(reader.vector(_argument)))
        case 0x01:
            reader.vector(_inline_export)
            return CoreInstance(None)
        case _:
            raise reader.fail("unknown kind of core instance")


def _argument(reader: Reader) -> tuple[str, int]:
    name = reader.name()
    if reader.byte() != 0x12:
        raise reader.fail("an argument is not an instance")
    return name, reader.u32()


def _inline_export(reader: Reader) -> None:
    reader.name()
    reader.byte()
    reader.u32()


def _alias(reader: Reader) -> CoreAlias | None:
    _sort(reader)
    match reader.byte():
        case 0x00:
            reader.u32()
            reader.name()
            return None
        case 0x01:
            return CoreAlias(reader.u32(), reader.name())
        case 0x02:
            reader.u32()
            reader.u32()
            return None
        case _:
            raise reader.fail("unknown kind of alias")


def _module_names(component: Buffer) -> dict[int, str]:
    """Debug names, which are optional and never worth a failure."""
    try:
        content = custom_section(component, "component-name")
        if content is None:
            return {}
        reader = Reader(content)
        while not reader.done:
            id = reader.byte()
            part = Reader(reader.take(reader.u32()))
            if id == 0x01 and part.take(2) == _CORE_MODULE_SORT:
                return dict(part.vector(lambda names: (names.u32(), names.name())))
    except MalformedWasm:
        return {}
    return {}
