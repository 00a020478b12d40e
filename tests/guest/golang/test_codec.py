from __future__ import annotations

import base64
import contextlib
import itertools
import struct

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from atoll.guest.core.fit import SELECTIONS
from atoll.guest.failure import BadGuestReply, GuestFailure
from atoll.guest.golang.codec import MAX_LEAVES
from atoll.guest.golang.layout import bounds_of
from atoll.guest.selection import Wanted

INTEGERS = [
    "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64",
    "uintptr", "byte", "rune", "time.Duration",
]  # fmt: skip
EVERY = settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def moments():
    def text(parts):
        moment, nanoseconds = parts
        tail = f".{nanoseconds:09d}".rstrip("0") if nanoseconds else ""
        return f"{moment.replace(microsecond=0).isoformat()}{tail}Z"

    return st.tuples(st.datetimes(), st.just(0) | st.integers(0, 999_999_999)).map(text)


def primitives(name: str, word: int):
    if name == "bool":
        return st.booleans()
    if name in INTEGERS:
        return st.integers(*bounds_of(name, word))
    if name == "float64":
        return st.floats(allow_nan=False)
    # What a 32-bit float is, in the fewest digits, is what comes back.
    found = st.floats(allow_nan=False, width=32).map(lambda v: float(f"{v:.6g}"))
    return found.filter(lambda v: v == 0 or 2e-38 < abs(v) < 3e38)  # subnormal ones have fewer


class Types:
    """Draws types, with strategies for values of them as the API has them."""

    def __init__(self, draw, word: int) -> None:
        self.draw = draw
        self.word = word
        self.declared: dict[str, dict[str, object]] = {}
        self._count = itertools.count(1)

    def of(self, depth: int = 3):
        kinds = ["primitive", "string", "time", "bytes"]
        if depth:
            kinds += ["pointer", "slice", "array", "struct", "named", "recursive", "recursive"]
            kinds += ["map"] * 5
        return getattr(self, self.draw(st.sampled_from(kinds)))(depth - 1)

    def primitive(self, _):
        name = self.draw(st.sampled_from(["bool", "float32", "float64", *INTEGERS]))
        return name, primitives(name, self.word)

    def string(self, _):
        return "string", texts

    def time(self, _):
        return "time.Time", moments()

    def bytes(self, _):
        item = self.draw(st.sampled_from(["byte", "uint8"]))
        length = self.draw(st.none() | st.integers(0, 5))
        encode = lambda data: base64.b64encode(data).decode()  # noqa: E731
        if length is not None:
            return f"[{length}]{item}", st.binary(min_size=length, max_size=length).map(encode)
        return f"[]{item}", st.none() | st.binary(max_size=20).map(encode)

    def pointer(self, depth):
        name, values = self.of(depth)
        return f"*{name}", st.none() | values

    def slice(self, depth):
        name, values = self.of(depth)
        if name in ("byte", "uint8"):
            return name, values
        return f"[]{name}", st.none() | st.lists(values, max_size=4)

    def array(self, depth):
        name, values = self.of(depth)
        if name in ("byte", "uint8"):
            return name, values
        length = self.draw(st.integers(0, 3))
        return f"[{length}]{name}", st.lists(values, min_size=length, max_size=length)

    def struct(self, depth):
        return self.declare(depth, {})

    def named(self, depth):
        name, values = self.of(depth)
        if name.startswith("app."):  # of its own name already
            return name, values
        full = f"app.T{next(self._count)}"
        self.declared[full] = {"underlying": name}
        return full, values

    def recursive(self, depth):
        full = f"app.T{next(self._count)}"
        links = {"next": f"*{full}", "kids": f"[]{full}", "by": f"map[string]{full}"}
        return self.declare(depth, {n: links[n] for n in self.draw(st.sets(
            st.sampled_from(sorted(links)), min_size=1))}, full)  # fmt: skip

    def declare(self, depth, links, full=None):
        full = full or f"app.T{next(self._count)}"
        fields: dict[str, str] = {}
        strategies = {}
        for index in range(self.draw(st.integers(0, 4))):
            name, values = self.of(depth)
            hidden = self.draw(st.integers(0, 5)) == 0
            fields[f"{'-' if hidden else ''}f{index}"] = name
            if not hidden:
                strategies[f"f{index}"] = values
        fields |= links
        self.declared[full] = {"fields": fields}
        plain = st.fixed_dictionaries(strategies)
        if not links:
            return full, plain
        last = {name: st.none() for name in links}
        values = st.fixed_dictionaries(strategies | last)
        for _ in range(3):
            several = st.none() | st.lists(values, max_size=2)
            forms = {"next": st.none() | values, "kids": several, "by": maps(texts, values)}
            strategies |= {name: forms[name] for name in links}
            values = st.fixed_dictionaries(strategies)
        return full, values

    def map(self, depth):
        key, keys = self.key(min(depth, 1))
        value, values = self.of(depth)
        return f"map[{key}]{value}", maps(keys, values, is_sorted=self.is_sorted(key))

    def is_sorted(self, key: str) -> bool:
        return "underlying" in self.declared.get(key, {}) or not key.startswith(("app.", "[", "t"))

    def key(self, depth):
        kind = self.draw(st.sampled_from(["primitive", "string", "named", "struct", "array"]))
        if kind in ("string", "primitive") or (kind == "named" and not depth):
            name, values = getattr(self, kind if kind != "named" else "string")(0)
        elif kind == "struct":
            inner = [self.key(0) for _ in range(self.draw(st.integers(1, 2)))]
            name = f"app.T{next(self._count)}"
            self.declared[name] = {"fields": {f"k{i}": k for i, (k, _) in enumerate(inner)}}
            values = st.fixed_dictionaries({f"k{i}": each for i, (_, each) in enumerate(inner)})
        elif kind == "array":
            item, values = self.key(0)
            if item in ("byte", "uint8"):
                return item, values
            name, values = f"[2]{item}", st.lists(values, min_size=2, max_size=2)
        else:
            inner_name, values = self.draw(
                st.sampled_from([("string", texts), ("int32", primitives("int32", self.word))])
            )
            name = f"app.T{next(self._count)}"
            self.declared[name] = {"underlying": inner_name}
        return name, values


def maps(keys, values, *, is_sorted: bool = True):
    """Lists of pairs, none of whose keys are equal; those that have an order in that order."""

    def distinct(pairs):
        found = {repr(normal(k)).replace("-0.0", "0.0"): {"key": k, "value": v} for k, v in pairs}
        listed = list(found.values())
        return sorted(listed, key=lambda pair: pair["key"]) if is_sorted else listed

    return st.none() | st.lists(st.tuples(keys, values), max_size=4).map(distinct)


def normal(value):
    """With maps in one order."""
    if isinstance(value, dict):
        return {name: normal(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        found = [normal(each) for each in value]
        if found and all(isinstance(each, dict) and "key" in each for each in found):
            return sorted(found, key=repr)
        return found
    return value


@pytest.fixture
def any_value(border):
    def make(data, max_bytes: int = 1 << 20):
        word = data.draw(st.sampled_from([4, 8]))
        types = Types(data.draw, word)
        name, values = types.of()
        made = border(name, types.declared, word=word, max_bytes=max_bytes)
        # Of flat calls more cannot pass: a module with such a function is loaded without it.
        assume(word == 8 or made.codec.export("f").results.leaves < MAX_LEAVES)
        return name, made, values

    return make


@EVERY
@given(st.data())
def test_any_value_of_any_type_survives(any_value, data):
    _, border, values = any_value(data)
    value = data.draw(values)
    found = border.echo(value)
    assert normal(found) == normal(value)


@EVERY
@given(st.data())
def test_what_is_selected_is_that_of_the_whole(any_value, selecting, data):
    name, border, values = any_value(data)
    value = data.draw(values)
    types = border.metadata["types"]
    selection = data.draw(selecting.selections(name, lambda name: fields_of(name, types)))
    expected = selecting.projected(value, selection)
    # Maps whose keys have no order come in any.
    assert listed(border.echo(value, selection)) == listed(expected)


@EVERY
@given(st.data())
def test_elements_of_streams_are_read_as_results_are(any_value, selecting, data):
    name, border, values = any_value(data)
    value = data.draw(values)
    types = border.metadata["types"]
    selection = data.draw(selecting.selections(name, lambda name: fields_of(name, types)))
    assert listed(border.element(value, selection)) == listed(border.echo(value, selection))


def fields_of(name, types):
    """The fields that a selection can name."""
    name = types.get(name, {}).get("underlying", name)
    if name.startswith("map["):
        return dict(zip(("key", "value"), split(name), strict=True))
    if name.startswith("*"):
        return fields_of(name[1:], types)
    if name.startswith("["):
        item = name.split("]", 1)[1]
        return None if item in BYTES else fields_of(item, types)
    if name.startswith("app."):
        fields = types[name]["fields"]
        return {field["name"]: field["type"] for field in fields if not field["hidden"]}
    return None


def split(name):
    depth = 0
    for at in range(3, len(name)):
        depth += {"[": 1, "]": -1}.get(name[at], 0)
        if not depth:
            return name[4:at], name[at + 1 :]
    raise AssertionError


def listed(value):
    """With lists in one order, and the entries of objects in theirs."""
    if isinstance(value, dict):
        return tuple((name, listed(each)) for name, each in value.items())
    return sorted(map(listed, value), key=repr) if isinstance(value, list) else value


def unordered(value):
    if isinstance(value, dict):
        return sorted((name, unordered(each)) for name, each in value.items())
    if isinstance(value, list):
        return sorted((unordered(each) for each in value), key=repr)
    return value


def native(name, types, value):
    """As host functions have it; what the API does not see is zero."""
    name = types.get(name, {}).get("underlying", name)
    if name in ("[]byte", "[]uint8") or (name[0] == "[" and name.split("]", 1)[1] in BYTES):
        return None if value is None else base64.b64decode(value)
    if value is None:
        return None
    if name == "float32":
        return struct.unpack("<f", struct.pack("<f", value))[0]
    if name.startswith("map["):
        key, item = split(name)
        pairs = [(native(key, types, p["key"]), native(item, types, p["value"])) for p in value]
        real = types.get(key, {}).get("underlying", key)
        if real.startswith("app.") or (real[0] == "[" and real.split("]", 1)[1] not in BYTES):
            return [{"key": key, "value": each} for key, each in pairs]
        return dict(pairs)
    if name.startswith("*"):
        return native(name[1:], types, value)
    if name.startswith("["):
        return [native(name.split("]", 1)[1], types, each) for each in value]
    if name.startswith("app."):
        return {
            field["name"]: native(field["type"], types, value[field["name"]])
            for field in types[name]["fields"]
            if not field["hidden"]
        }
    return value


BYTES = ("byte", "uint8")


@EVERY
@given(st.data())
def test_host_functions_are_given_the_same_and_what_they_give_arrives(any_value, data):
    name, border, values = any_value(data)
    types = border.metadata["types"]
    if any(field["hidden"] for info in types.values() for field in info.get("fields", ())):
        return  # which host functions see too
    value = native(name, types, data.draw(values))
    raw = border.give(value)
    assert unordered(border.take(raw)) == unordered([value])
    pins = 0 if border.guest.is_flat else None
    if pins is not None and not border.guest.calls["__read_map"]:
        assert sum(border.guest.pins.values()) == pins


@EVERY
@given(st.data())
def test_memory_that_lies_gives_a_value_or_a_clean_error(any_value, data):
    _, border, values = any_value(data, max_bytes=1 << 16)
    border.echo(data.draw(values))
    guest = border.guest
    codec, at = border.codec.export("f"), max(guest.objects, default=4096)
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(4096, max(guest.top - 8, 4096))) & ~7
        word = data.draw(st.sampled_from([0, 1, 4, 20, 4096, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
                         | st.integers(4096, guest.top) | st.integers(0, 1 << 64 - 1))  # fmt: skip
        guest.write(place, struct.pack("<Q", word & (1 << 64) - 1))
    for start in [at, *data.draw(st.lists(st.integers(0, guest.top), max_size=3))]:
        with contextlib.suppress(BadGuestReply):
            codec.read(guest, start, None)
        with contextlib.suppress(BadGuestReply):
            border.codec.imported("modus_test.f").decode(guest, (start,))


# Worked examples --------------------------------------------------------------------------------

CRATE = {"app.Crate": {"fields": {"label": "string", "kilos": "float64", "tags": "[]string"}}}
NODE = {"app.Node": {"fields": {"name": "string", "next": "*app.Node"}}}


def words(guest, at: int, count: int) -> list[int]:
    return [guest.at(at + i * guest.word) for i in range(count)]


@pytest.mark.parametrize("word", [4, 8])
def test_where_the_parts_of_a_struct_lie(border, word):
    crates = border("*app.Crate", CRATE, word=word)
    codec = crates.codec.imported("modus_test.f")
    raw = crates.give({"label": "A1", "kilos": 2.5, "tags": ["x", ""]})
    guest = crates.guest
    at = guest.at(raw)  # **Crate
    label, size = words(guest, at, 2)
    assert (guest.read(label, size), struct.unpack("<d", guest.read(at + 8 * word // 4, 8))) == (
        b"A1",
        (2.5,),
    )
    items, count, capacity = words(guest, at + 8 * word // 4 + 8, 3)
    assert (count, capacity) == (2, 2)
    first, first_size, second, second_size = words(guest, items, 4)
    assert (guest.read(first, first_size), second, second_size) == (b"x", 0, 0)
    assert codec.results == ("i32",)


@pytest.mark.parametrize("word", [4, 8])
@pytest.mark.parametrize("value", [None, [], ["a"], [""]])
def test_nil_and_empty_are_told_apart(border, word, value):
    assert border("[]string", word=word).echo(value) == value
    numbers = value if value is None else [7] * len(value)
    assert border("[]int32", word=word).echo(numbers) == numbers
    pairs = value if value is None else [{"key": "k", "value": each} for each in value]
    assert border("map[string]string", word=word).echo(pairs) == pairs


@pytest.mark.parametrize("word", [4, 8])
@pytest.mark.parametrize(
    ("text", "wall", "ext"),
    [
        ("2024-12-31T23:59:59.999999999Z", 999_999_999, 63_871_286_399),
        ("0001-01-01T00:00:00Z", 0, 0),
        ("1970-01-01T00:00:00Z", 0, 62_135_596_800),
        ("9999-12-31T23:59:59Z", 0, 315_537_897_599),
    ],
)
def test_times_as_they_are_written(border, word, text, wall, ext):
    times = border("*time.Time", word=word)
    at = times.guest.at(times.give(text))
    assert struct.unpack("<QqQ", times.guest.read(at, 24)) == (wall, ext, 0)
    assert times.echo(text) == text


@pytest.mark.parametrize(
    ("wall", "ext", "text"),
    [
        # What time.Now gives: seconds since 1885 in the upper bits, a monotonic clock behind.
        (1 << 63 | 4_417_977_599 << 30 | 5, 123, "2024-12-31T23:59:59.000000005Z"),
        (1 << 63, -1, "1885-01-01T00:00:00Z"),
        (0, -1, "0000-12-31T23:59:59Z"),
        (0, 1 << 62, "146138512314-06-20T07:45:04Z"),
    ],
)  # fmt: skip
def test_times_as_the_guest_has_them(border, wall, ext, text):
    times = border("time.Time")
    at = times.guest.allocate(struct.pack("<QqQ", wall, ext, 0xFFFFFFFF))
    _, found = times.codec.export("f").read(times.guest, at, None)
    assert found.lstrip("+") == text


def test_a_time_with_too_many_nanoseconds(border):
    times = border("time.Time")
    at = times.guest.allocate(struct.pack("<QqQ", 1_000_000_000, 0, 0))
    with pytest.raises(BadGuestReply, match="nanoseconds"):
        times.codec.export("f").read(times.guest, at, None)


@pytest.mark.parametrize("word", [4, 8])
@pytest.mark.parametrize(
    "name",
    ["map[string]map[string][]string", "[]map[string]map[string][]string", "*app.M", "app.M",
     "*map[string]map[string][]string", "[1]map[string]map[string][]string", "app.P"],
)  # fmt: skip
def test_the_collector_takes_nothing_of_maps_in_maps(border, word, name):
    declared = {
        "app.M": {"fields": {"m": "map[string]app.M", "n": "string"}},
        "app.P": {"underlying": "*app.M"},
    }
    if "app" in name:
        value = {"m": [], "n": "no more"}
        for count in (1, 2, 3):
            pairs = [{"key": str(i), "value": value | {"n": str(i)}} for i in range(count)]
            value = {"m": pairs, "n": "text"}
    else:
        pair = {"key": "k", "value": ["a", "b"]}
        value = [{"key": str(i), "value": [pair, pair | {"key": "z"}]} for i in range(4)]
        value = [value] if name.startswith("[") else value
    maps = border(name, declared, word=word)
    assert maps.echo(value) == value
    raw = maps.give(value)
    assert str(maps.take(raw)).count("'k'") == str(value).count("'k'")


@pytest.mark.parametrize("word", [4, 8])
def test_several_values(border_of, word):
    names = ["bool", "int64", "string", "map[string][]int8", "float32", "[0]string"]
    border = border_of(names, word=word)
    values = {
        "value": True, "value2": -5, "value3": "ä", "value5": 0.1, "value6": [],
        "value4": [{"key": "a", "value": [-1, 2]}, {"key": "b", "value": None}],
    }  # fmt: skip
    found = border.call(values)
    assert found == {f"item{i}": values[f"value{i}" if i > 1 else "value"] for i in range(1, 7)}
    wanted = (
        Wanted("keys", "item4", only("key")), *only("item2"), Wanted("kind", None, None, "T"),
        Wanted("twice", "item2"), Wanted("values", "item4", only("value")),
    )  # fmt: skip
    assert list(border.call(values, wanted).items()) == [
        ("keys", [{"key": "a"}, {"key": "b"}]), ("item2", -5), ("kind", "T"), ("twice", -5),
        ("values", [{"value": [-1, 2]}, {"value": None}]),
    ]  # fmt: skip


def only(*names):
    return tuple(Wanted(name, name) for name in names)


def test_entries_are_as_the_selection_has_them(border):
    crates = border("[]*app.Crate", CRATE)
    value = [{"label": "A1", "kilos": 2.5, "tags": ["x"]}, None]
    kind = Wanted("it's", None, None, 'a "Crate"\n')
    wanted = (Wanted("last", "tags"), kind, Wanted("a", "label"), Wanted("b", "label"))
    found, nothing = crates.echo(value, wanted)
    assert nothing is None
    assert list(found.items()) == [
        ("last", ["x"]), ("it's", 'a "Crate"\n'), ("a", "A1"), ("b", "A1")
    ]  # fmt: skip
    assert crates.echo(value, (kind,)) == [{"it's": 'a "Crate"\n'}, None]
    assert crates.echo(value, ()) == [{}, None]
    with pytest.raises(KeyError):
        crates.echo(value, only("colour"))


def test_pairs_are_as_the_selection_has_them(border):
    crates = border("map[int32]app.Crate", CRATE)
    value = [
        {"key": n, "value": {"label": f"A{n}", "kilos": n, "tags": None}} for n in (-3, 1, 2)
    ]  # fmt: skip
    kind, label = Wanted("kind", None, None, "Pair"), Wanted("v", "value", only("label"))
    whole = Wanted("w", "value")
    assert [list(pair.items()) for pair in crates.echo(value, (label, kind, whole))] == [
        [("v", {"label": f"A{n}"}), ("kind", "Pair"), ("w", pair["value"])]
        for n, pair in zip((-3, 1, 2), value, strict=True)
    ]
    assert crates.echo(value, (Wanted("a", "key"), Wanted("b", "key"))) == [
        {"a": n, "b": n} for n in (-3, 1, 2)
    ]
    assert crates.echo(value, (kind,)) == [{"kind": "Pair"}] * 3


def test_no_values(border_of):
    for word in (4, 8):
        assert border_of([], word=word).call({}) is None


def test_only_what_is_wanted_is_read(border):
    crates = border("app.Crate", CRATE)
    at = crates.guest.allocate(struct.pack("<IIdIIIxxxx", 0xFFFFFFF0, 5, 2.5, 0, 0, 0))
    read = crates.codec.export("f").read
    assert read(crates.guest, at, only("kilos", "tags"))[1] == {
        "kilos": 2.5, "tags": None,
    }  # fmt: skip
    with pytest.raises(BadGuestReply):
        read(crates.guest, at, only("label"))
    assert read(crates.guest, at, ())[1] == {}


@pytest.mark.parametrize("word", [4, 8])
def test_wanted_parts_of_maps(border, word):
    crates = border("map[string]app.Crate", CRATE, word=word)
    value = [
        {"key": key, "value": {"label": key, "kilos": 1.0, "tags": None}} for key in ("a", "b")
    ]
    assert crates.echo(value, only("key")) == [{"key": "a"}, {"key": "b"}]
    found = crates.echo(value, (Wanted("value", "value", only("label")),))
    assert sorted(pair["value"]["label"] for pair in found) == ["a", "b"]
    assert crates.echo(value, ()) == [{}, {}]


@pytest.mark.parametrize("key", ["int8", "uint64", "float64", "bool", "string"])
def test_maps_are_in_the_order_of_their_keys(border, key):
    keys = {"bool": [False, True], "string": ["", "A", "a", "é"], "float64": [-1.5, 0.5, 2.0]}
    pairs = [{"key": k, "value": "x"} for k in keys.get(key, [0, 1, 9, 100])]
    assert border(f"map[{key}]string").echo(pairs[::-1]) == pairs


def test_what_the_api_does_not_see(border):
    declared = {"app.H": {"fields": {"-data": "map[string]int", "name": "string"}}}
    hidden = border("app.H", declared)
    assert hidden.echo({"name": "n", "data": 1}) == {"name": "n"}
    raw = hidden.give({"data": {"a": 1}, "name": "n"})
    assert hidden.take(raw) == [{"data": {"a": 1}, "name": "n"}]


def test_host_functions_get_maps_with_keys_that_are_objects_as_pairs(border):
    declared = {"app.K": {"fields": {"a": "int"}}}
    pairs = [{"key": {"a": 1}, "value": True}]
    keyed = border("map[app.K]bool", declared)
    assert keyed.take(keyed.give(pairs)) == [pairs]
    arrays = border("map[[2]int]string")
    pairs = [{"key": [1, 2], "value": "x"}]
    assert arrays.take(arrays.give(pairs)) == [pairs]


def test_objects_are_unpinned_as_often_as_they_were_made(border):
    guest = (maps := border("map[string][]string")).guest
    maps.give({"a": ["x"], "b": []})
    made = guest.calls["__new"] + guest.calls["__make"]
    assert guest.calls["__unpin"] == made > 4
    assert not any(guest.pins.values())


def test_guests_of_the_standard_compiler_unpin_by_themselves(border):
    maps = border("map[string][]string", word=8)
    raw = maps.give({"a": ["x"], "b": []})
    assert maps.guest.calls["__unpin"] == 0
    assert maps.take(raw) == [{"a": ["x"], "b": []}]


def test_what_an_object_contains_of_itself_is_cut(border):
    nodes = border("app.Node", NODE)
    at = nodes.guest.allocate(bytes(12))
    nodes.guest.write(at + 8, struct.pack("<I", at))
    read = nodes.codec.export("f").read
    value, depth = read(nodes.guest, at, None)[1], 0
    while value is not None:
        value, depth = value["next"], depth + 1
    assert depth == 6
    wanted = (Wanted("next", "next", (Wanted("next", "next", only("name")),)),)
    assert read(nodes.guest, at, wanted)[1] == {"next": {"next": {"name": ""}}}


# Arguments --------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", [4, 8])
@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("int8", 128, "128 is out of range for int8: -128 to 127"),
        ("uint64", -1, "out of range"),
        ("rune", 1 << 31, "out of range for rune"),
        ("int32", 1.5, "expected an integer"),
        ("int", "x", "expected an integer"),
        ("int", [], "expected an integer"),
        ("int", None, "null"),
        ("time.Duration", "5s", "expected an integer"),
        ("bool", "maybe", "expected true or false"),
        ("float64", "x", "expected a number"),
        ("float32", "1e39", "out of range for float32"),
        ("[]float32", ["1e39"], r"\[0\]: .*out of range for float32"),
        ("[]float64", [1 << 2000], r"\[0\]: .*out of range"),
        ("string", None, "expected a text, not null"),
        ("string", {}, "expected a text"),
        ("[]byte", "%", "failed to decode base64 string"),
        ("[]byte", [256], "byte values"),
        ("[2]byte", "AQID", "at most 2 bytes, not 3"),
        ("[2]int", [1, 2, 3], "at most 2 elements, not 3"),
        ("[2]int", [1, "x"], r"\[1\]: expected an integer"),
        ("[2]int", None, "expected a list, not null"),
        ("[]int16", [1, 40000], r"\[1\]: 40000 is out of range"),
        ("[]int16", "x", "expected a list"),
        ("time.Time", "yesterday", "timestamp"),
        ("time.Time", None, "timestamp"),
        ("[]string", ["a", None], r"\[1\]: expected a text, not null"),
        ("map[string]int", [{"key": "a"}], r"\[0\]: expected an object with key and value"),
        ("map[string]int", [3], r"\[0\]: expected an object with key and value"),
        ("map[string]int", 3, "expected a list"),
        ("map[string]int", {"a": "x"}, r"\[0\]: expected an integer"),
        ("app.Crate", {"label": "a"}, "the field kilos is missing"),
        ("app.Crate", {"label": "a", "kilos": 1, "tags": [3, []]}, r"tags\[1\]: expected a text"),
        ("app.Crate", 3, "expected an object"),
        ("*app.Crate", {"label": []}, "label: expected a text"),
    ],
)  # fmt: skip
def test_values_that_do_not_fit(border, word, name, value, message):
    with pytest.raises(GuestFailure, match=f"function parameter 'value' is invalid: .*{message}"):
        border(name, CRATE, word=word).echo(value)


@pytest.mark.parametrize("word", [4, 8])
@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("int64", "9007199254740993", 9007199254740993),
        ("int", 3.0, 3),
        ("time.Duration", 5_000_000_000, 5_000_000_000),
        ("bool", 1, True),
        ("bool", "t", True),
        ("float64", "1.5", 1.5),
        ("float64", "-Inf", float("-inf")),
        ("float32", 0.1, 0.1),
        ("[]float32", [0.1, 213061e3, 3e30], [0.1, 213061e3, 3e30]),
        ("string", 5, "5"),
        ("string", "a\ud800b", "a?b"),
        ("[]byte", [1, 2], "AQI="),
        ("[]byte", "", ""),
        ("[4]byte", "AQI=", "AQIAAA=="),
        ("[3]int", [1], [1, 0, 0]),
        ("[2]string", [], ["", ""]),
        ("[2]*string", [None, "x"], [None, "x"]),
        ("map[int32]bool", {"-3": True}, [{"key": -3, "value": True}]),
        ("map[string]string", {"b": "x", "a": ""}, [{"key": "a", "value": ""},
                                                    {"key": "b", "value": "x"}]),
        ("time.Time", "2024-12-31", "2024-12-31T00:00:00Z"),
        ("time.Time", "2024-12-31 23:59", "2024-12-31T23:59:00Z"),
        ("time.Time", "2025-01-01T01:00:00.5+02:00", "2024-12-31T23:00:00.5Z"),
        ("app.Crate", {"label": "a", "kilos": 1}, {"label": "a", "kilos": 1.0, "tags": None}),
        ("[]app.Empty", [{}, {}], [{}, {}]),
        ("[2]app.Empty", [], [{}, {}]),
        ("**string", "x", "x"),
    ],
)  # fmt: skip
def test_forms_that_are_accepted(border, word, name, value, expected):
    assert border(name, CRATE | {"app.Empty": {"fields": {}}}, word=word).echo(value) == expected


def test_defaults_of_parameters(border_of):
    metadata = (border := border_of(["string", "*int"])).metadata
    assert border.call({"value": "a"}) == {"item1": "a", "item2": None}
    with pytest.raises(GuestFailure, match="expected a text, not null"):
        border.call({})
    slots = metadata["fnExports"]["f"]["parameters"]
    slots[0]["default"], slots[1]["default"] = "x", 7
    border = type(border)(metadata, 1 << 20)
    assert border.call({}) == {"item1": "x", "item2": 7}
    assert border.call({"value2": None}) == {"item1": "x", "item2": None}


def test_an_object_that_the_module_cannot_make(describe, border_of):
    metadata = border_of(["[]*int"]).metadata
    del metadata["types"]["[]*int"]
    border = type(border_of([]))(metadata, 1 << 20)
    with pytest.raises(GuestFailure, match=r"does not describe the type \[\]\*int"):
        border.echo([1])
    assert border.echo(None) is None


@pytest.mark.parametrize("word", [4, 8])
def test_arguments_have_a_limit(border, word):
    for name, value in [
        ("string", "x" * 3000),
        ("[]int64", [1] * 300),
        ("[]string", [""] * 300),
        ("[]*int", [None] * 600),
        ("[]*int", [1] * 28),
        ("[][200]int64", [[]] * 2),
        ("map[string]string", {str(i): "" for i in range(100)}),
    ]:
        with pytest.raises(GuestFailure, match="payloadMb") as raised:
            border(name, word=word, max_bytes=2000).echo(value)
        assert raised.value.type == "PayloadTooLarge"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("[16777216]int64", []),
        ("*[16777216]int64", []),
        ("[][16777216]int64", [[]] * 100_000),
        ("map[int][16777216]int64", {i: [] for i in range(100_000)}),
        ("map[[16777216]int64]int", [{"key": [], "value": 1}]),
        ("[2][8388608]int64", []),
    ],
)
def test_types_that_are_larger_than_the_limit_take_no_memory(border, name, value):
    import tracemalloc

    large = border(name)
    tracemalloc.start()
    with pytest.raises(GuestFailure, match="payloadMb"):
        large.echo(value)
    assert tracemalloc.get_traced_memory()[1] < 16 << 20
    tracemalloc.stop()


def test_arguments_that_nest_without_end(border):
    value = None
    for _ in range(5000):
        value = {"name": "n", "next": value}
    with pytest.raises(GuestFailure, match="nests too deeply"):
        border("*app.Node", NODE).echo(value)


def test_readers_go_with_their_selections(border):
    codec = border("app.Crate", CRATE).codec.export("f")
    kept = [codec.reader(only(name)) for name in ("label", "kilos")]
    assert codec.reader(only("label")) is kept[0]
    assert codec.reader.cache_info().maxsize == SELECTIONS
