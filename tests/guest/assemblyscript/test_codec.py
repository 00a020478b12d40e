from __future__ import annotations

import base64
import contextlib
import struct
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.guest.assemblyscript.codec import give
from atoll.guest.assemblyscript.decode import Decoders
from atoll.guest.assemblyscript.key_hash import hash_bytes, hash_small
from atoll.guest.assemblyscript.layout import capacity, map_entry, places
from atoll.guest.assemblyscript.memory import Reader
from atoll.guest.assemblyscript.outline import outline_of
from atoll.guest.assemblyscript.types import parse_type
from atoll.guest.core.fit import SELECTIONS
from atoll.guest.core.scalar import INTEGERS
from atoll.guest.failure import BadGuestReply, GuestFailure
from atoll.guest.selection import Wanted

S = "~lib/string/String"
CRATE = {
    "assembly/fruit/Crate": {"label": S, "kilos": "f64", "tags": f"~lib/array/Array<{S}> | null"}
}
NODE = {"assembly/x/Node": {"name": S, "next": "assembly/x/Node | null"}}


def words(text: str) -> bytes:
    return text.encode("utf-16-le")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (hash_bytes(b""), 0x02CC5D05),
        (hash_bytes(words("a")), 0x19832F52),
        (hash_bytes(words("abc")), 0xB9B5787E),
        (hash_bytes(words("abcdefg")), 0x35C6E214),
        (hash_bytes(words("abcdefgh")), 0xE8E89263),
        (hash_bytes(words("orange-17")), 0xE06DACE9),
        (hash_bytes(words("こんにちは、世界")), 0x02CFDA47),
        (hash_bytes(words("😀")), 0x9FEC023A),
        (hash_small(0, 1), 0x9485C89B),
        (hash_small(255, 1), 0x84A1480C),
        (hash_small(-5, 1), 0xA2F69F1B),
        (hash_small(-1, 2), 0xB55B0E8E),
        (hash_small(7, 4), 0xE68BC8F8),
        (hash_small(-1, 4), 0x04079E5F),
        (hash_bytes(struct.pack("<q", 1 << 40)), 0xFBD3B7E2),
        (hash_bytes(struct.pack("<f", 1.5)), 0xA9D25F4E),
        (hash_bytes(struct.pack("<d", 1.5)), 0xFB2F2C63),
    ],
)
def test_hashes_of_keys(found, expected):
    assert found == expected


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("u8", "u8", (1, 4, 8)), ("u8", "u16", (2, 4, 8)), ("u8", "i32", (4, 8, 12)),
        ("u8", "f64", (8, 16, 24)), ("u16", "bool", (2, 4, 8)), ("u16", "i64", (8, 16, 24)),
        ("i32", "u8", (4, 8, 12)), ("i32", "f64", (8, 16, 24)), ("i64", "u8", (8, 12, 16)),
        ("i64", "i32", (8, 12, 16)), ("i64", "i64", (8, 16, 24)), (S, S, (4, 8, 12)),
        (S, "u8", (4, 8, 12)), (S, "f64", (8, 16, 24)),
    ],
)  # fmt: skip
def test_layout_of_maps(key, value, expected):
    layout = map_entry(parse_type(key), parse_type(value))
    assert (layout.value, layout.link, layout.size) == expected


def test_capacity_of_maps():
    assert [capacity(n) for n in (0, 4, 5, 8, 9, 17, 128)] == [
        (4, 4), (4, 4), (8, 21), (8, 21), (16, 42), (32, 85), (128, 341),
    ]  # fmt: skip


def test_layout_of_a_class(border):
    fields = {"p": "u8", "q": "i64", "x": "u16", "y": "f32", "z": "u8", "w": "bool", "fn": "i32",
              "k": "u64", "s": S}  # fmt: skip
    module = border("assembly/a/C", {"assembly/a/C": fields}).codec.module
    found, size = places(module.types["assembly/a/C"].fields or ())
    assert [place.offset for place in found] == [0, 8, 16, 20, 24, 25, 28, 32, 40]
    assert size == 48


def test_a_worked_example(border):
    crates = border("assembly/fruit/Crate", CRATE)
    at = crates.write({"label": "A1", "kilos": 2.5, "tags": ["x"]})
    data = crates.memory.data
    label, kilos, tags = struct.unpack_from("<I4xdI", data, at)
    assert (kilos, data[label : label + 4]) == (2.5, words("A1"))
    buffer, start, size, length = struct.unpack_from("<4I", data, tags)
    assert (buffer, size, length) == (start, 4, 1)
    (text,) = struct.unpack_from("<I", data, start)
    assert struct.unpack_from("<II", data, text - 8) == (2, 2)
    assert crates.read(at) == {"label": "A1", "kilos": 2.5, "tags": ["x"]}


def test_only_what_is_wanted_is_read(border):
    crates = border("assembly/fruit/Crate", CRATE)
    at = crates.write({"label": "A1", "kilos": 2.5, "tags": ["x"]})
    struct.pack_into("<I", crates.memory.data, at, 0xFFFFFFF0)  # a label that cannot be read
    assert crates.read(at, only("kilos", "tags")) == {"kilos": 2.5, "tags": ["x"]}
    with pytest.raises(BadGuestReply):
        crates.read(at, only("label"))
    assert crates.read(at, ()) == {}


def only(*names):
    return tuple(Wanted(name, name) for name in names)


def test_entries_are_as_the_selection_has_them(border):
    crates = border("assembly/fruit/Crate", CRATE)
    at = crates.write({"label": "A1", "kilos": 2.5, "tags": ["x"]})
    kind = Wanted("kind", None, None, "Crate")
    wanted = (Wanted("last", "tags"), kind, Wanted("a", "label"), Wanted("b", "label"))
    found = crates.read(at, wanted)
    assert list(found.items()) == [
        ("last", ["x"]), ("kind", "Crate"), ("a", "A1"), ("b", "A1")
    ]  # fmt: skip
    assert crates.read(at, (kind,)) == {"kind": "Crate"}
    with pytest.raises(KeyError):
        crates.read(at, only("colour"))


def test_entries_of_an_object_cost_something_each(border):
    crates = border("~lib/array/Array<assembly/fruit/Crate>", CRATE, max_bytes=100_000)
    at = crates.write([{"label": "A1", "kilos": 2.5, "tags": None}] * 100)
    wanted = tuple(Wanted(f"k{n}", None, None, "T") for n in range(1000))
    assert crates.read(at, wanted[:1]) == [{"k0": "T"}] * 100
    with pytest.raises(BadGuestReply, match="payloadMb"):
        crates.read(at, wanted)
    maps = border("~lib/map/Map<i32,bool>", max_bytes=100_000)
    at = maps.write([{"key": n, "value": True} for n in range(100)])
    assert maps.read(at, wanted[:1]) == [{"k0": "T"}] * 100
    with pytest.raises(BadGuestReply, match="payloadMb"):
        maps.read(at, wanted)


def test_wanted_parts_of_maps(border):
    name = "assembly/fruit/Crate"
    maps = border(f"~lib/map/Map<{S},{name}>", CRATE)
    at = maps.write([{"key": "k", "value": {"label": "A", "kilos": 1, "tags": None}}])
    assert maps.read(at, only("key")) == [{"key": "k"}]
    wanted = (Wanted("value", "value", only("kilos")),)
    assert maps.read(at, wanted) == [{"value": {"kilos": 1.0}}]


def test_what_an_object_contains_of_itself_is_cut(border):
    nodes = border("assembly/x/Node", NODE)
    at = nodes.write({"name": "a", "next": None})
    struct.pack_into("<I", nodes.memory.data, at + 4, at)
    value, depth = nodes.read(at), 0
    while value is not None:
        value, depth = value["next"], depth + 1
    assert depth == 6
    wanted = (Wanted("next", "next", (Wanted("next", "next", only("name")),)),)
    assert nodes.read(at, wanted) == {"next": {"next": {"name": "a"}}}


def test_a_long_chain_is_refused(border):
    nodes = border("assembly/x/Node", NODE)
    value = None
    for _ in range(60):
        value = {"name": "n", "next": value}
    assert nodes.echo(value) == value
    at = nodes.write(value)
    for _ in range(60):
        further = nodes.write({"name": "n", "next": None})
        struct.pack_into("<I", nodes.memory.data, further + 4, at)
        at = further
    with pytest.raises(BadGuestReply, match="deeper"):
        nodes.read(at)


def numbers(name: str):
    if name == "bool":
        return st.booleans()
    if name in INTEGERS:
        return st.integers(*INTEGERS[name])
    width = 32 if name == "f32" else 64
    finite = st.floats(allow_nan=False, width=width)
    return finite.filter(lambda value: width == 64 or abs(value) < 3e38)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
KEYS = ["bool", "i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "isize", "usize", "f64"]
LISTED = {
    "Int8Array": "i8", "Int16Array": "i16", "Uint16Array": "u16", "Int32Array": "i32",
    "Uint32Array": "u32", "Int64Array": "i64", "Uint64Array": "u64", "Float64Array": "f64",
}  # fmt: skip


def maps_of(keys, values):
    pairs = st.dictionaries(keys, values, max_size=12)
    return pairs.map(lambda found: [{"key": k, "value": v} for k, v in found.items()])


@st.composite
def types_and_values(draw, depth: int = 3):
    """The name of a type, the fields of its classes, and a strategy for values of it."""
    kind = draw(st.sampled_from(
        ["number", "text", "bytes", "date", "typed"]
        + (["array", "static", "set", "map", "class", "nullable"] if depth else [])
    ))  # fmt: skip
    if kind == "number":
        name = draw(st.sampled_from([*KEYS, "f32"]))
        # What a 32-bit float is, in the fewest digits, is what comes back.
        values = numbers(name).map(lambda v: float(f"{v:.6g}")) if name == "f32" else numbers(name)
        return name, {}, values.filter(lambda v: name != "f32" or v == 0 or 2e-38 < abs(v) < 3e38)
    if kind == "text":
        return S, {}, texts
    if kind == "bytes":
        name = draw(st.sampled_from(
            ["~lib/arraybuffer/ArrayBuffer", "~lib/typedarray/Uint8Array", "~lib/array/Array<u8>"]
        ))  # fmt: skip
        return name, {}, st.binary(max_size=20).map(lambda data: base64.b64encode(data).decode())
    if kind == "date":
        moments = st.datetimes().map(lambda m: m.replace(microsecond=0).isoformat() + "Z")
        return "~lib/wasi_date/wasi_Date", {}, moments
    if kind == "typed":
        name = draw(st.sampled_from(sorted(LISTED)))
        return f"~lib/typedarray/{name}", {}, st.lists(numbers(LISTED[name]), max_size=5)
    if kind == "map":
        value, classes, values = draw(types_and_values(depth - 1))
        key = draw(st.sampled_from([S, *KEYS]))
        keys = texts if key == S else numbers(key).filter(lambda v: v == 0 or v)
        return f"~lib/map/Map<{key},{value}>", classes, maps_of(keys, values)
    if kind == "set":
        key = draw(st.sampled_from([S, "i32", "u8"]))
        items = texts if key == S else numbers(key)
        return f"~lib/set/Set<{key}>", {}, st.lists(items, unique=True, max_size=12)
    if kind == "class":
        members = draw(st.lists(types_and_values(depth - 1), max_size=4))
        fields = {f"f{i}": spelled for i, (spelled, _, _) in enumerate(members)}
        name = f"assembly/c/C{crc32(repr(fields).encode())}"  # the same fields, the same class
        classes = {}
        for _, inner, _ in members:
            classes |= inner
        classes[name] = fields
        return (
            name,
            classes,
            st.fixed_dictionaries({f"f{i}": values for i, (_, _, values) in enumerate(members)}),
        )
    item, classes, values = draw(types_and_values(depth - 1))
    if kind == "nullable":
        if not item.startswith(("~lib", "assembly")) or item.endswith("null"):
            return item, classes, values
        return f"{item} | null", classes, st.none() | values
    inner = item.replace(" | null", "|null")
    if inner == "u8":
        return item, classes, values
    family = "~lib/array/Array" if kind == "array" else "~lib/staticarray/StaticArray"
    return f"{family}<{inner}>", classes, st.lists(values, max_size=5)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_value_of_any_type_survives(border, data):
    name, classes, values = data.draw(types_and_values())
    value = data.draw(values)
    border = border(name, classes)
    assert border.echo(value) == value
    native = border.codec.imported("m.f")
    # A host function gets the same, and its result is what it was given.
    (found,) = native.decode(border.memory, (border.write(value),))
    records, raw = native.encode(found)
    raw = border.memory.run(give(records, raw, border.memory, None))
    assert native.decode(border.memory, (raw,)) == [found]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_memory_that_lies_gives_a_value_or_a_clean_error(border, data):
    name, classes, values = data.draw(types_and_values())
    border = border(name, classes, max_bytes=1 << 16)
    at = border.write(data.draw(values))
    memory = border.memory.data
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(1024, max(border.memory.top - 4, 1024)))
        word = data.draw(st.sampled_from([0, 1, 4, 20, 1024, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
                         | st.integers(0, 1 << 17) | st.integers(0, 0xFFFFFFFF))  # fmt: skip
        struct.pack_into("<I", memory, place & ~3, word)
    with contextlib.suppress(BadGuestReply):
        border.read(at)
    with contextlib.suppress(BadGuestReply):
        border.codec.imported("m.f").decode(border.memory, (at,))


@pytest.mark.parametrize("raw", [1, 19, 20, 65535, 65536, 0x7FFFFFFF, -1, -20, -0x80000000])
@pytest.mark.parametrize(
    "name",
    [S, "~lib/arraybuffer/ArrayBuffer", f"~lib/array/Array<{S}>", "~lib/array/Array<i64>",
     f"~lib/map/Map<{S},i32>", "~lib/set/Set<i32>", "~lib/wasi_date/wasi_Date",
     "~lib/typedarray/Int32Array", f"~lib/staticarray/StaticArray<{S}>", "assembly/fruit/Crate"],
)  # fmt: skip
def test_pointers_that_lead_nowhere(border, name, raw):
    lies = border(name, CRATE)
    with contextlib.suppress(BadGuestReply):
        lies.read(raw)


def test_the_same_large_text_a_million_times(border):
    lists = border(f"~lib/array/Array<{S}>", max_bytes=1 << 20)
    at = lists.write(["x" * 10_000])
    (_, start, _, _) = struct.unpack_from("<4I", lists.memory.data, at)
    (text,) = struct.unpack_from("<I", lists.memory.data, start)
    lists.memory.data += struct.pack("<I", text) * 100_000
    end = len(lists.memory.data) - 400_000
    struct.pack_into("<4I", lists.memory.data, at, end, end, 400_000, 100_000)
    with pytest.raises(BadGuestReply, match="payloadMb"):
        lists.read(at)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("i8", 128, "128 is out of range for i8: -128 to 127"),
        ("u64", -1, "out of range"),
        ("i32", 1.5, "expected an integer"),
        ("i32", "x", "expected an integer"),
        ("i32", [], "expected an integer"),
        ("i32", None, "null is not allowed"),
        ("bool", "maybe", "expected true or false"),
        ("f64", "x", "expected a number"),
        ("f64", "1_0", "expected a number"),
        ("f32", "1e39", "out of range for f32"),
        ("f64", "1e999", "out of range for f64"),
        ("~lib/array/Array<f32>", ["1e39"], "out of range for f32"),
        (S, None, "null is not allowed"),
        (S, {}, "expected a text"),
        ("~lib/arraybuffer/ArrayBuffer", "%", "base64"),
        ("~lib/typedarray/Uint8Array", [256], "byte values"),
        ("~lib/typedarray/Int16Array", [1, 40000], r"\[1\]: 40000 is out of range"),
        ("~lib/wasi_date/wasi_Date", "yesterday", "timestamp"),
        (f"~lib/array/Array<{S}>", ["a", None], r"\[1\]: null is not allowed"),
        (f"~lib/map/Map<{S},i32>", [{"key": "a"}], r"\[0\]: the value is missing"),
        ("assembly/fruit/Crate", {"label": "a"}, "kilos: the field is missing"),
        ("assembly/fruit/Crate", {"label": "a", "kilos": 1, "tags": [3, []]}, r"tags\[1\]"),
        ("assembly/fruit/Crate", 3, "expected an object"),
    ],
)
def test_values_that_do_not_fit(border, name, value, message):
    with pytest.raises(GuestFailure, match=f"function parameter 'value' is invalid: .*{message}"):
        border(name, CRATE).write(value)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("i64", "9007199254740993", 9007199254740993),
        ("i32", 3.0, 3),
        ("bool", 1, True),
        ("f64", "1.5", 1.5),
        ("f64", "-Inf", float("-inf")),
        ("f32", "+.5e1", 5.0),
        (S, 5, "5"),
        ("~lib/array/Array<u8>", [1, 2], "AQI="),
        ("~lib/typedarray/Float32Array", [0.1, 213061e3, 3e30], [0.1, 213061e3, 3e30]),
        ("~lib/typedarray/Int16Array", "AQACAA==", [1, 2]),
        ("~lib/wasi_date/wasi_Date", "2024-12-31", "2024-12-31T00:00:00Z"),
        ("~lib/wasi_date/wasi_Date", "2024-12-31 23:59", "2024-12-31T23:59:00Z"),
        ("~lib/wasi_date/wasi_Date", "2025-01-01T01:00:00.5004+02:00", "2024-12-31T23:00:00.5Z"),
        ("~lib/wasi_date/wasi_Date", "1900-01-01T00:00:00.001Z", "1900-01-01T00:00:00.001Z"),
        (
            "assembly/fruit/Crate",
            {"label": "a", "kilos": 1},
            {"label": "a", "kilos": 1.0, "tags": None},
        ),
    ],
)  # fmt: skip
def test_forms_that_are_accepted(border, name, value, expected):
    assert border(name, CRATE).echo(value) == expected


def test_lone_surrogates_become_replacement_characters(border):
    assert border(S).echo("a\ud800b") == "a�b"


def test_classes_in_classes(border):
    chain = {f"assembly/x/C{i}": {"n": f"assembly/x/C{i + 1}"} for i in range(94)}
    chain["assembly/x/C94"] = {}
    value: dict[str, object] = {}
    for _ in range(94):
        value = {"n": value}
    assert border("assembly/x/C0", chain).echo(value) == value


def test_arguments_that_nest_without_end(border):
    value = None
    for _ in range(5000):
        value = {"name": "n", "next": value}
    with pytest.raises(GuestFailure, match="nests too deeply"):
        border("assembly/x/Node", NODE).write(value)


def test_arguments_have_a_limit(border):
    with pytest.raises(GuestFailure, match="payloadMb"):
        border(S, max_bytes=1000).write("x" * 1000)


def test_a_date_has_all_its_parts(border):
    dates = border("~lib/wasi_date/wasi_Date")
    at = dates.write("2025-01-01T01:00:00+02:00")
    assert struct.unpack_from("<iii4xq", dates.memory.data, at) == (2024, 12, 31, 1735686000000)


def test_host_functions_take_null_for_nothing(border):
    crates = border("assembly/fruit/Crate", CRATE)
    at = crates.write({"label": "A", "kilos": 1, "tags": ["x"]})
    struct.pack_into("<I", crates.memory.data, at, 0)  # the label, which may not be null
    assert crates.codec.imported("m.f").decode(crates.memory, (at,)) == [
        {"label": "", "kilos": 1.0, "tags": ["x"]}
    ]
    assert border(S).codec.imported("m.f").decode(crates.memory, (0,)) == [""]
    with pytest.raises(BadGuestReply, match="label of Crate is null"):
        crates.read(at)


def test_decoders_go_with_their_selections(border):
    codec = border("assembly/fruit/Crate", CRATE).codec.export("f")
    kept = [codec.decoder(only(name)) for name in ("label", "kilos")]
    assert codec.decoder(only("label")) is kept[0]
    assert codec.decoder.cache_info().maxsize == SELECTIONS


def test_hidden_fields_are_neither_needed_nor_given(border):
    fields = {"_kept": f"{S} | null", "label": S, "_next": "assembly/x/Kept | null"}
    kept = border("assembly/x/Kept", {"assembly/x/Kept": fields})
    assert kept.echo({"label": "a"}) == {"label": "a"}
    assert kept.echo({"label": "a"}, (Wanted("x", "label"),)) == {"x": "a"}
    given = kept.write({"label": "a", "_kept": "b"})
    types = kept.codec.module.types
    assert kept.read(given) == {"label": "a"}
    shown = Decoders(types, "native").pointer(parse_type("assembly/x/Kept"), None)
    native = shown(Reader(kept.memory.view(), 1000), given)
    assert native == {"label": "a", "_kept": "b", "_next": None}
    outline = outline_of(types, parse_type("assembly/x/Kept"), None)
    assert b"label" in outline
    assert b"_kept" not in outline
