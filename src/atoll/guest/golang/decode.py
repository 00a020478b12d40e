"""Reading values from a module's memory. Whatever is there is hostile: it may lie about anything.

For each type and selection a function is written as Python source and compiled. It unpacks all that
is wanted of an object, or of each element of a list, at once, and builds its JSON form in one
expression: ``{"name": text(v0, v1), "age": v2}``.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Literal, TypeAlias

from atoll.guest.core.scalar import shortest_float32, write_base64, write_moment
from atoll.guest.failure import BadGuestReply
from atoll.guest.golang.layout import Layouts, code_of, primitive_size
from atoll.guest.golang.maps import MapPlan
from atoll.guest.golang.memory import ENTRY_COST, OBJECT_COST, Reader
from atoll.guest.golang.module import Module, Slot
from atoll.guest.golang.types import (
    Array,
    GoType,
    Map,
    Named,
    Pointer,
    Primitive,
    Slice,
    String,
    Time,
    is_bytes,
)
from atoll.guest.selection import PAIR, Selection, Wanted

Form: TypeAlias = Literal["api", "native"]
"""``api``: JSON data as the API has it. ``native``: for host functions (bytes, dicts, numbers)."""
Read: TypeAlias = Callable[[Reader, int], Any]
"""From the address of a value to the value."""

_MAX_INLINE = 200
"""Words of a struct that is read together with what it is part of."""
_MAX_VARIABLES = 1000
"""Of a function that reads further structs together with others. Compiling takes time."""
_MAX_NESTING = 50
"""Of functions that are written at once. Those further inside are written when they are called."""
_TEXT_COST = 64
"""Of a 32-bit float or a time, whose text takes microseconds to find."""
_SINCE_YEAR_1 = 62_135_596_800
_SINCE_1885 = 2_682_288_000


@dataclass(slots=True)
class _Frame:
    """What is unpacked of some bytes, into variables. What is there twice is unpacked once."""

    taken: dict[int, tuple[str, int, str]] = field(default_factory=dict)
    """By offset: ``struct`` code, size and variable."""
    needs_address: bool = False
    cost: int = 0
    """What the values count as at least, without what they point to: some take more of our memory,
    or time, than of the guest's memory."""

    def take(self, offset: int, code: str, size: int) -> str:
        """The variable of what is at an offset."""
        return self.taken.setdefault(offset, (code, size, f"v{len(self.taken)}"))[2]

    def compiled(self, size: int) -> struct.Struct:
        format, at = "<", 0
        for offset, (code, length, _) in sorted(self.taken.items()):
            format += f"{offset - at}x{code}" if offset > at else code
            at = offset + length
        return struct.Struct(format + (f"{size - at}x" if size > at else ""))

    @property
    def target(self) -> str:
        return "(" + "".join(f"{name}, " for _, (_, _, name) in sorted(self.taken.items())) + ")"


class Decoders:
    """Compiles the readers of one module's types, for one form."""

    def __init__(self, module: Module, layouts: Layouts, form: Form) -> None:
        self._module = module
        self._layouts = layouts
        self._word = module.word
        self._form = form
        self._names: dict[tuple[str, GoType, Selection | None], str] = {}
        self._plans: dict[tuple[Map, Selection | None], str] = {}
        self._depth = 0
        self._scope: dict[str, Any] = {
            "short32": shortest_float32,
            "moment": moment,
            "base64": _base64,
            "plain_bytes": _plain_bytes,
            "first": itemgetter(0),
        }

    def at(self, type: GoType, selection: Selection | None) -> Read:
        """A reader of what lies at an address."""
        read: Read = self._scope[self._at(type, selection)]
        return read

    def results(self, slots: Sequence[Slot], selection: Selection | None) -> Read:
        """A reader of values that lie as the fields of a struct do, as an object."""
        frame = _Frame()
        value = self._object(frame, slots, selection, 0)
        size = self._layouts.struct([slot.type for slot in slots]).size
        name = self._fresh("results")
        self._define_at(name, frame, value, size)
        read: Read = self._scope[name]
        return read

    def direct(self, type: GoType, selection: Selection | None) -> Callable[..., Any]:
        """``read(reader, data, at)``: of the bytes of a value, which may also lie at ``at``."""
        frame = _Frame()
        value = self._value(frame, type, selection, 0)
        name = self._fresh("direct")
        self._scope[f"{name}_unpack"] = frame.compiled(self._layouts.of(type).size).unpack_from
        self._define(
            f"def {name}(r, data, at):\n text = r.text\n"
            f" {frame.target} = {name}_unpack(data)\n return {value}\n"
            if frame.taken
            else f"def {name}(r, data, at):\n return {value}\n"
        )
        return self._scope[name]  # type: ignore[no-any-return]  # defined above

    # Expressions --------------------------------------------------------------------------------

    def _value(self, frame: _Frame, type: GoType, selection: Selection | None, offset: int) -> str:
        """An expression for the value at an offset of what ``frame`` unpacks."""
        word = self._word
        code = "I" if word == 4 else "Q"
        found = self._module.real(type)
        frame.cost += self._cost(found)
        if is_bytes(found):
            if isinstance(found, Array):
                frame.needs_address = True
                return f"{self._bytes()}(r, at + {offset}, {found.length})"
            at = frame.take(offset, code, word)
            count = frame.take(offset + word, code, word)
            return f"({self._bytes()}(r, {at}, {count}) if {at} else None)"
        match found:
            case Primitive(name):
                raw = frame.take(offset, code_of(name, word), primitive_size(name, word))
                return f"short32({raw})" if name == "float32" and self._form == "api" else raw
            case String():
                at = frame.take(offset, code, word)
                count = frame.take(offset + word, code, word)
                return f'(text({at}, {count}) if {count} else "")'
            case Time():
                return f"moment({frame.take(offset, 'Q', 8)}, {frame.take(offset + 8, 'q', 8)})"
            case Pointer(_, of):
                at = frame.take(offset, code, word)
                return f"({self._at(of, selection)}(r, {at}) if {at} else None)"
            case Slice(_, item):
                at = frame.take(offset, code, word)
                count = frame.take(offset + word, code, word)
                return f"({self._list(item, selection)}(r, {at}, {count}) if {at} else None)"
            case Array(_, length, item):
                frame.needs_address = True
                return f"{self._list(item, selection)}(r, at + {offset}, {length})"
            case Map() as map:
                frame.needs_address = True
                ref = frame.take(offset, code, word)
                return f"(r.map({self._plan(map, selection)}, at + {offset}) if {ref} else None)"
            case Named(name):
                slots = self._module.fields_of(name) or ()
                leaves = self._layouts.of(found).leaves
                inline = 0 < leaves <= _MAX_INLINE and self._depth < _MAX_NESTING
                fits = len(frame.taken) + leaves <= _MAX_VARIABLES
                if slots and not (inline and fits):
                    frame.needs_address = True
                    return f"{self._at(found, selection)}(r, at + {offset})"
                return self._object(frame, slots, selection, offset)

    def _object(
        self, frame: _Frame, slots: Sequence[Slot], selection: Selection | None, offset: int
    ) -> str:
        self._depth += 1
        offsets = self._layouts.offsets([slot.type for slot in slots])
        shown = {
            slot.name: (slot.type, offset + place)
            for slot, place in zip(slots, offsets, strict=True)
            if not slot.hidden or self._form == "native"
        }
        parts = []
        for key, name, inner, constant in _all_of(shown) if selection is None else selection:
            if name is None:
                frame.cost += ENTRY_COST
                value = repr(constant)
            else:
                type, place = shown[name]
                value = self._value(frame, type, inner, place)
            parts.append(f"{key!r}: {value}")
        self._depth -= 1
        return "{" + ", ".join(parts) + "}"

    def _cost(self, type: GoType) -> int:
        match type:
            case Primitive("float32") if self._form == "api":
                return _TEXT_COST
            case Time():
                return _TEXT_COST
            case Array() | Named():
                return ENTRY_COST + OBJECT_COST
        return ENTRY_COST

    def _bytes(self) -> str:
        return "base64" if self._form == "api" else "plain_bytes"

    # Functions ----------------------------------------------------------------------------------

    def _at(self, type: GoType, selection: Selection | None) -> str:
        type = self._module.real(type)
        key = "at", type, selection
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = self._fresh("at")
            self._write(name, lambda: self._write_at(name, type, selection))
        return name

    def _write_at(self, name: str, type: GoType, selection: Selection | None) -> None:
        frame = _Frame()
        if isinstance(type, Named):  # not by way of itself
            value = self._object(frame, self._module.fields_of(type.name) or (), selection, 0)
        else:
            value = self._value(frame, type, selection, 0)
        guarded = selection is None and self._contains_itself(type)
        self._define_at(name, frame, value, self._layouts.of(type).size, guarded=guarded)

    def _define_at(
        self, name: str, frame: _Frame, value: str, size: int, *, guarded: bool = False
    ) -> None:
        kind = len(self._scope)
        lines = [f"def {name}(r, at):", " text = r.text"]
        if guarded:
            lines += [f" if r.visit({kind}, at):", f"  r.leave({kind}, at)", "  return None"]
        if frame.cost > size:
            lines.append(f" r.left -= {frame.cost - size}")
        lines += [" r.enter()", f" data = r.span(at, {size})"]
        if frame.taken:
            self._scope[f"{name}_unpack"] = frame.compiled(size).unpack
            lines.append(f" {frame.target} = {name}_unpack(data)")
        lines += [f" value = {value}", " r.depth -= 1"]
        if guarded:
            lines.append(f" r.leave({kind}, at)")
        lines.append(" return value")
        self._define("\n".join(lines))

    def _list(self, item: GoType, selection: Selection | None) -> str:
        """A function of the address and number of elements."""
        item = self._module.real(item)
        key = "list", item, selection
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = self._fresh("list")
            self._write(name, lambda: self._write_list(name, item, selection))
        return name

    def _write_list(self, name: str, item: GoType, selection: Selection | None) -> None:
        size = self._layouts.of(item).size
        if isinstance(item, Primitive) and not (item.name == "float32" and self._form == "api"):
            self._scope[f"{name}_unpack"] = struct.unpack
            code = code_of(item.name, self._word)
            self._define(
                f"def {name}(r, at, count):\n data = r.items(at, count, {size})\n"
                f' return list({name}_unpack(f"<{{count}}{code}", data))\n'
            )
        else:
            frame = _Frame()
            value = self._value(frame, item, selection, 0)
            cost = max(ENTRY_COST, frame.cost - size)
            each = self._each(name, frame, size)
            self._define(
                f"def {name}(r, at, count):\n text = r.text\n r.enter()\n"
                f" data = r.items(at, count, {size}, {cost})\n"
                f" value = [{value} for {each}]\n r.depth -= 1\n return value\n"
            )

    def _each(self, name: str, frame: _Frame, size: int) -> str:
        """How a comprehension goes through the elements."""
        if size == 0:
            return "_ in range(count)"
        if not frame.taken:
            return f"at in range(at, at + count * {size}, {size})"
        self._scope[f"{name}_each"] = frame.compiled(size).iter_unpack
        if not frame.needs_address:
            return f"{frame.target} in {name}_each(data)"
        places = f"range(at, at + count * {size}, {size})"
        return f"at, {frame.target} in zip({places}, {name}_each(data))"

    def _plan(self, map: Map, selection: Selection | None) -> str:
        key = map, selection
        name = self._plans.get(key)
        if name is not None:
            return name
        name = self._plans[key] = self._fresh("plan")
        self._depth += 1
        real = self._module.real(map.key)
        is_dict = self._form == "native" and (
            isinstance(real, String | Primitive | Time) or is_bytes(real)
        )
        if is_dict:
            keys, values = self._list(map.key, None), self._list(map.value, None)
            found = f"dict(zip({keys}(r, keys, count), {values}(r, values, count), strict=True))"
            cost = OBJECT_COST
        else:
            entries = PAIR if selection is None else selection
            found = self._pairs(map, entries)
            cost = OBJECT_COST + len(entries) * ENTRY_COST
        self._define(
            f"def {name}_read(r, keys, values, count):\n"
            f" r.items(0, count, 0, {cost})\n return {found}\n"
        )
        info = self._module.types.get(map.name)
        self._scope[name] = MapPlan(
            0 if info is None else info.id, self._scope[f"{name}_read"], self._hold(map), is_dict
        )
        self._depth -= 1
        return name

    def _pairs(self, map: Map, selection: Selection) -> str:
        """An expression for the list of a map's items, in the order of their keys: Go has none."""
        lists: list[str] = []
        is_sorted = isinstance(self._module.real(map.key), String | Primitive)
        if is_sorted and any(wanted.field is not None for wanted in selection):
            lists.append(f"{self._list(map.key, None)}(r, keys, count)")
        parts = []
        for key, name, inner, constant in selection:
            if name is None:
                parts.append(f"{key!r}: {constant!r}")
                continue
            type, at = (map.key, "keys") if name == "key" else (map.value, "values")
            items = f"{self._list(type, inner)}(r, {at}, count)"
            if items not in lists:
                lists.append(items)
            parts.append(f"{key!r}: v{lists.index(items)}")
        item = "{" + ", ".join(parts) + "}"
        if not lists:
            return f"[{item} for _ in range(count)]"
        variables = "".join(f"v{index}, " for index in range(len(lists)))
        rows = f"zip({', '.join(lists)}, strict=True)"
        return f"[{item} for {variables} in {f'sorted({rows}, key=first)' if is_sorted else rows}]"

    def _hold(self, map: Map) -> int | None:
        if self._module.calls == "flat" and any(
            isinstance(found, Map) for found in self._module.reaches(map.value)
        ):
            info = self._module.types.get(f"[]{map.value.name}")
            return None if info is None else info.id
        return None

    # Their making -------------------------------------------------------------------------------

    def _fresh(self, kind: str) -> str:
        return f"{kind}{len(self._names) + len(self._plans) + len(self._scope)}"

    def _write(self, name: str, write: Callable[[], None]) -> None:
        scope = self._scope
        if self._depth >= _MAX_NESTING:

            def later(*arguments: Any) -> Any:
                if scope[name] is later:
                    write()
                return scope[name](*arguments)

            scope[name] = later
            return
        self._depth += 1
        write()
        self._depth -= 1

    def _define(self, source: str) -> None:
        # Names in it are ours, and texts from metadata are literals.
        exec(compile(source, "<decoder>", "exec"), self._scope)  # noqa: S102

    def _contains_itself(self, type: GoType) -> bool:
        return isinstance(type, Named) and any(
            type == self._module.real(part)
            for found in self._module.reaches(type)
            for part in self._module.inside(found)
        )


def _all_of(names: Iterable[str]) -> Selection:
    return tuple(Wanted(name, name) for name in names)


def _base64(reader: Reader, at: int, count: int) -> str:
    return write_base64(bytes(reader.span(at, count)))


def _plain_bytes(reader: Reader, at: int, count: int) -> bytes:
    return bytes(reader.span(at, count))


def moment(wall: int, ext: int) -> str:
    """RFC 3339 of a ``time.Time``, by its first two words (see Go's ``time/time.go``)."""
    nanoseconds = wall & 0x3FFFFFFF
    if wall >> 63:
        seconds = (wall >> 30 & 0x1FFFFFFFF) - _SINCE_1885
    else:
        seconds = ext - _SINCE_YEAR_1
    if nanoseconds >= 1_000_000_000:
        raise BadGuestReply("the guest gave a time with more than a second of nanoseconds")
    return write_moment(seconds, nanoseconds)
