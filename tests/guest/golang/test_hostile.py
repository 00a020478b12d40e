"""Memory that lies: whatever is in it, a reading gives a value or a clean error, and soon."""

from __future__ import annotations

import contextlib
import struct

import pytest

from atoll.engine import GuestMemoryError
from atoll.guest.failure import BadGuestReply, GuestFailure
from atoll.guest.golang.decode import Decoders
from atoll.guest.golang.memory import MAX_DEPTH
from atoll.guest.selection import PAIR, Wanted

TREE = {"app.Tree": {"fields": {"left": "*app.Tree", "right": "*app.Tree"}}}
NODE = {"app.Node": {"fields": {"next": "*app.Node"}}}
KIDS = {"app.Kids": {"fields": {"kids": "[]app.Kids"}}}
MAPPED = {"app.M": {"fields": {"m": "map[string]*app.M"}}}
BAD = [1, 4095, 65_535, 1 << 16, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]
LARGE = [*BAD, 1 << 32, 1 << 63, (1 << 64) - 1]


def read(border, at, selection=None):
    guest = border.guest
    reader, value = border.codec.export("f").read(guest, at, selection)
    if reader.later:
        guest.run(border.codec.imported("modus_test.f").finish(reader, guest))
    return value


@pytest.mark.parametrize("word", [4, 8])
@pytest.mark.parametrize(
    "name",
    ["string", "[]byte", "[]string", "[]int64", "[]bool", "[]time.Time", "[][0]int", "[]app.Node",
     "[]map[string]int", "[][2]string", "[]*int", "[]float32"],
)  # fmt: skip
def test_addresses_and_lengths_that_cannot_be(border, word, name):
    lies = border(name, NODE, word=word)
    for address in LARGE[: None if word == 8 else len(BAD)]:
        for count in LARGE[: None if word == 8 else len(BAD)]:
            at = lies.guest.cell(address, count, count)
            with contextlib.suppress(BadGuestReply):
                lies.codec.export("f").read(lies.guest, at, None)
    for address in LARGE:
        with contextlib.suppress(BadGuestReply):
            read(lies, address)


@pytest.mark.parametrize("word", [4, 8])
@pytest.mark.parametrize("name", ["*int", "*[2]string", "*time.Time", "*app.Tree", "**string"])
def test_pointers_that_lead_nowhere(border, word, name):
    lies = border(name, TREE, word=word)
    for address in (LARGE if word == 8 else BAD)[2:]:
        with pytest.raises(BadGuestReply, match="outside its memory"):
            read(lies, lies.guest.cell(address))


@pytest.mark.parametrize("word", [4, 8])
def test_the_same_text_a_million_times(border, word):
    lists = border("[]string", word=word)
    guest = lists.guest
    text = guest.allocate(b"x" * 10_000)
    items = guest.allocate(b"".join(map(guest.pack.pack, (text, 10_000))) * 10_000)
    with pytest.raises(BadGuestReply, match="payloadMb"):
        read(lists, guest.cell(items, 10_000, 10_000))


@pytest.mark.parametrize(
    ("name", "count"),
    [("[]struct", 1 << 31), ("[][0]string", 1 << 31), ("[][0][9]int", 100_000_000)],
)
def test_elements_without_a_size_cost_something(border, name, count):
    empties = border(name.replace("struct", "app.Empty"), {"app.Empty": {"fields": {}}})
    with pytest.raises(BadGuestReply, match="payloadMb"):
        read(empties, empties.guest.cell(4096, count, count))


@pytest.mark.parametrize("selected", [False, True])
def test_what_is_found_by_many_ways(border, selected):
    trees = border("app.Tree", TREE, max_bytes=1 << 16)
    guest, at = trees.guest, 0
    for _ in range(60):
        at = guest.cell(at, at)
    wanted = ()
    for _ in range(12):
        wanted = (Wanted("left", "left", wanted), Wanted("right", "right", wanted))
    with pytest.raises(BadGuestReply, match="payloadMb"):
        read(trees, at, wanted if selected else None)


def test_lists_in_lists_that_are_all_the_same(border):
    kids = border("app.Kids", KIDS)
    at = kids.guest.allocate(bytes(12))
    kids.guest.write(at, struct.pack("<III", at, 1, 1))
    with pytest.raises(BadGuestReply, match="deeper than 100"):
        read(kids, at)
    wanted = (Wanted("kids", "kids", (Wanted("kids", "kids", ()),)),)
    assert read(kids, at, wanted) == {"kids": [{"kids": [{}]}]}
    kids.guest.write(at, struct.pack("<III", at - 96, 9, 9))
    kids.guest.write(at - 96, struct.pack("<III", at - 96, 9, 9) * 8)
    with pytest.raises(BadGuestReply):
        read(kids, at)


def test_a_long_chain_is_refused(border):
    nodes = border("*app.Node", NODE)
    at = 0
    for _ in range(MAX_DEPTH - 2):
        at = nodes.guest.cell(at)
    assert read(nodes, nodes.guest.cell(at))["next"] is not None
    for _ in range(10):
        at = nodes.guest.cell(at)
    with pytest.raises(BadGuestReply, match="deeper than 100"):
        read(nodes, nodes.guest.cell(at))


@pytest.mark.parametrize("word", [4, 8])
def test_maps_that_contain_themselves(border, word):
    maps = border("app.M", MAPPED, word=word)
    guest = maps.guest
    ref = guest.new_map()
    at = guest.cell(ref)
    text = guest.allocate(b"k")
    pair = b"".join(map(guest.pack.pack, (text, 1))), guest.pack.pack(at)
    guest.maps[ref] = [pair, pair]
    guest.stack = [at]
    with pytest.raises(BadGuestReply, match=r"deeper than 100|payloadMb"):
        read(maps, at)


class Listing:
    """Answers to ``__read_map``: headers of keys and values."""

    def __init__(self, border, keys, values):
        self.border = border
        guest = border.guest
        at = [guest.cell(*keys), guest.cell(*values)]
        guest.read_map = lambda id, variable: at[0] << 32 | at[1]
        self.variable = guest.cell(guest.new_map())

    def read(self, selection=None):
        self.border.guest.collect = lambda: None
        return read(self.border, self.variable, selection)


@pytest.mark.parametrize("word", [4, 8])
@pytest.mark.parametrize(
    ("keys", "values", "message"),
    [
        ((4096, 2, 2), (4096, 1, 1), "more keys than values"),
        ((4096, 1, 1), (4096, 2, 2), "keys than values"),
        ((0xFFFFFFF0, 2, 2), (4096, 2, 2), "outside its memory"),
        ((4096, 0x7FFFFFFF, 1), (4096, 0x7FFFFFFF, 1), "payloadMb"),
        ((4096, 900_000, 1), (4096, 900_000, 1), "payloadMb|outside"),
    ],
)
def test_listings_of_maps_that_cannot_be(border, word, keys, values, message):
    maps = Listing(border("map[int32]int32", word=word), keys, values)
    for selection in (None, PAIR, PAIR[:1], PAIR[1:], (PAIR[1]._replace(key="a"), *PAIR), ()):
        with contextlib.suppress(BadGuestReply):
            maps.read(selection)
    with pytest.raises(BadGuestReply, match=message):
        maps.read()


@pytest.mark.parametrize("packed", [0, 4096, 4096 << 32, 0xFFFFFFFF_FFFFFFFF, 0x7FFFFFFF_7FFFFFFF])
def test_listings_that_are_nowhere(border, packed):
    maps = border("map[int32]int32")
    maps.guest.read_map = lambda id, variable: packed
    variable = maps.guest.cell(maps.guest.new_map())
    maps.guest.stack = [variable]
    with pytest.raises((BadGuestReply, GuestMemoryError)):
        read(maps, variable)


def test_pairs_of_which_nothing_is_wanted_cost_something(border):
    maps = Listing(border("map[int32]int32"), (4096, 1 << 31, 0), (4096, 1 << 31, 0))
    with pytest.raises(BadGuestReply, match="payloadMb"):
        maps.read(())


def test_entries_of_an_object_cost_something_each(border):
    wanted = tuple(Wanted(f"k{n}", None, None, "T") for n in range(1000))
    many = border("[]app.Box", {"app.Box": {"fields": {"a": "bool"}}}, max_bytes=100_000)
    assert many.echo([{"a": True}] * 100, wanted[:1]) == [{"k0": "T"}] * 100
    twice = tuple(Wanted(f"k{n}", "a") for n in range(1000))
    maps = border("map[int32]bool", max_bytes=100_000)
    pairs = [{"key": n, "value": True} for n in range(100)]
    assert maps.echo(pairs, wanted[:1]) == [{"k0": "T"}] * 100
    for refused, value, selection in (
        (many, [{"a": True}] * 100, wanted),
        (many, [{"a": True}] * 100, twice),
        (maps, pairs, wanted),
    ):
        with pytest.raises(BadGuestReply, match="payloadMb"):
            refused.echo(value, selection)


@pytest.mark.parametrize("word", [4, 8])
@pytest.mark.parametrize("helper", ["new", "make"])
@pytest.mark.parametrize("pointer", [0, 4096, 0x7FFFFFFF, 0xFFFFFFF8])
def test_allocators_that_lie(border, word, helper, pointer):
    for name, value in [("*int", 1), ("[]*int", [1, None]), ("map[string]string", {"a": "b"}),
                        ("string", "x")]:  # fmt: skip
        lies = border(name, word=word)
        lies.guest.write(4096, struct.pack("<Q", 0xFFFFFF00))
        setattr(lies.guest, helper, lambda *_: pointer)
        lies.guest.unpin = lambda _: None
        with contextlib.suppress(BadGuestReply, GuestMemoryError, KeyError, struct.error):
            lies.echo(value)  # what the fake guest makes of it is its own affair
        with contextlib.suppress(BadGuestReply, GuestMemoryError, KeyError):
            lies.give(value)


def test_arguments_in_memory_that_was_said_to_be_the_same_again(border_of):
    same = border_of(["*int", "*int"])
    at = same.guest.allocate(bytes(16))
    same.guest.new = lambda id: same.guest.pinned(at)
    assert same.call({"value": 1, "value2": 2}) == {"item1": 2, "item2": 2}


def test_arguments_that_are_too_many_for_words(border):
    many = border("[63]int")
    with pytest.raises(GuestFailure, match="at most 63 elements"):
        many.echo([0] * 64)
    assert len(many.codec.export("f").leaves) == 63
    assert border("[64]int").codec.export("f").leaves == ()


@pytest.mark.parametrize("word", [4, 8])
@pytest.mark.parametrize(
    ("declared", "size"),
    [
        ({"app.Wide": {f"f{i}": "[0]int32" for i in range(300)}}, 0),
        ({"app.Wide": {f"f{i}": "app.Empty" for i in range(300)}, "app.Empty": {}}, 0),
        ({"app.Wide": {f"f{i}": "bool" for i in range(300)}}, 300),
        ({"app.Wide": {f"f{i}": "float32" for i in range(300)}}, 1200),
        ({"app.Wide": {"in": "app.In"}, "app.In": {f"f{i}": "bool" for i in range(300)}}, 300),
    ],
    ids=["arrays", "structs", "flags", "floats", "in another"],
)
def test_objects_cost_what_they_take_of_our_memory(border, word, declared, size):
    wide = border(
        "[]app.Wide", {name: {"fields": fields} for name, fields in declared.items()}, word=word
    )
    at = wide.guest.allocate(bytes(max(size, 8) * 600))
    with pytest.raises(BadGuestReply, match="payloadMb"):
        read(wide, wide.guest.cell(at, 600, 600))
    assert len(read(wide, wide.guest.cell(at, 20, 20))) == 20


def test_pairs_cost_what_they_take_of_our_memory(border):
    maps = Listing(border("map[bool]bool"), (4096, 50_000, 0), (4096, 50_000, 0))
    maps.border.guest.data += bytes(60_000)
    with pytest.raises(BadGuestReply, match="payloadMb"):
        maps.read()


def test_no_function_is_written_for_all_of_many_structs_in_one(border, monkeypatch):
    declared = {
        "app.Wide": {"fields": {f"f{i}": "app.In" for i in range(300)}},
        "app.In": {"fields": {f"f{i}": "bool" for i in range(150)}},
    }
    longest = []
    define = Decoders._define
    monkeypatch.setattr(
        Decoders, "_define", lambda self, text: (longest.append(len(text)), define(self, text))
    )
    wide = border("*app.Wide", declared)
    at = wide.guest.allocate(bytes(45_000))
    wide.guest.write(at + 44_999, b"\1")
    value = read(wide, wide.guest.cell(at))
    assert [value["f299"]["f149"], value["f299"]["f148"], value["f0"]["f0"]] == [True, False, False]
    assert 0 < max(longest) < 60_000
