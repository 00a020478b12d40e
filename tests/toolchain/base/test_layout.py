from __future__ import annotations

import subprocess

import pytest

from atoll.guest.component.frame import EMPTY_MODULE, compose, identity
from atoll.guest.component.outline import component_outline
from atoll.toolchain import Base
from atoll.toolchain.base.layout import LayoutError, read_layout
from atoll.toolchain.base.split import split
from atoll.toolchain.base.workbench import build_workbench, wasm_tools


def validate(wasm: bytes) -> None:
    subprocess.run([wasm_tools(), "validate", "-"], input=wasm, check=True)


def test_layout_of_the_real_base(base: Base, base_component: bytes) -> None:
    layout = read_layout(base_component)
    assert layout.main == 0
    assert set(layout.libraries.values()) == {"libc", "libpython", "runtime"}
    assert tuple(entry.index for entry in layout.globals) == base.globals
    assert "memory" in layout.used_exports(layout.main)


def test_the_split_is_what_the_cache_holds(base: Base, base_component: bytes) -> None:
    parts = split(read_layout(base_component))
    assert identity(parts.frame) == base.code.identity
    assert parts.frame == base.code.frame()
    assert parts.image == base.read_image()
    assert set(parts.libraries) == set(base.code.libraries)
    assert compose(parts.frame, parts.image) == base_component


def test_all_parts_are_valid(base: Base, base_component: bytes) -> None:
    parts = split(read_layout(base_component))
    validate(parts.shell)
    validate(parts.image)
    validate(base_component)
    validate((base.directory / "workbench.wasm").read_bytes())


def test_only_the_workbench_shows_memory(base: Base, base_component: bytes) -> None:
    layout = read_layout(base_component)
    parts = split(layout)
    guest = ["exports", "load-app", "describe", "invoke"]
    assert component_outline(parts.shell).exports == guest
    exports = component_outline(build_workbench(layout, parts.shell)).exports
    assert exports == [*guest, "atoll-changes", "atoll-take", "atoll-pages", "atoll-globals"]


def test_an_unknown_library_is_noticed(base_component: bytes) -> None:
    renamed = base_component.replace(b"libpython3.14.so", b"libpython3.15.so")
    with pytest.raises(LayoutError, match=r"no core module named libpython3\.14\.so"):
        read_layout(renamed)


def test_a_missing_export_is_noticed(base_component: bytes) -> None:
    with pytest.raises(LayoutError, match="does not export describe"):
        read_layout(base_component.replace(b"\x08describe", b"\x08describo"))


def test_data_outside_of_main_is_noticed(base: Base, base_component: bytes) -> None:
    """As if the linker had begun to leave data in the library that owns it."""
    layout = read_layout(base_component)
    library = next(index for index, name in layout.libraries.items() if name == "runtime")
    place = layout.outline.core_modules[library]
    segment = b"\x0b\x07\x01\x00\x41\x00\x0b\x01\x00"
    module = base_component[place.start : place.end] + segment
    changed = b"".join(
        (
            base_component[: place.header],
            b"\x01" + _leb(len(module)) + module,
            base_component[place.end :],
        )
    )
    with pytest.raises(LayoutError, match="holds data"):
        read_layout(changed)


def test_an_unexported_global_is_noticed(base_component: bytes) -> None:
    layout = read_layout(base_component)
    name = layout.globals[-1].name.encode()
    place = layout.outline.core_modules[0]
    main = base_component[place.start : place.end]
    # The export becomes one of the memory.
    entry = bytes((len(name),)) + name + b"\x03" + _leb(layout.globals[-1].index)
    assert main.count(entry) == 1
    hidden = main.replace(entry, entry[: len(name) + 1] + b"\x02" + b"\x80\x00")
    changed = base_component[: place.start] + hidden + base_component[place.end :]
    with pytest.raises(LayoutError, match="cannot be read from outside"):
        read_layout(changed)


@pytest.mark.parametrize("content", [b"", b"\0asm", EMPTY_MODULE, b"\0asm\x0d\0\x01\0\x01\xff"])
def test_anything_else_is_a_layout_error(content: bytes) -> None:
    with pytest.raises(LayoutError):
        read_layout(content)


def _leb(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes((value,))
