"""The map of allocations against a plain list of ranges, and the table of handles against a dictionary."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from native_shim import ffi, lib

PAGE = 64


class MapMachine(RuleBasedStateMachine):
    """Allocations at random places, as servers give them; the model is a dictionary of base -> bytes."""

    @initialize()
    def begin(self):
        self.map = ffi.new("struct bf_map *")
        lib.bf_map_open(self.map)
        self.model: dict[int, int] = {}

    def teardown(self):
        lib.bf_map_close(self.map)

    def overlapping(self, base: int, size: int) -> list[int]:
        return [other for other, bytes_ in self.model.items() if other < base + size and base < other + bytes_]

    @rule(place=st.integers(1, 3000), size=st.integers(1, 5 * PAGE))
    def add(self, place, size):
        base = place * PAGE
        for other in self.overlapping(base, size):
            del self.model[other]
        assert lib.bf_map_add(self.map, ffi.new("struct bf_range *", {"base": base, "bytes": size}))
        self.model[base] = size

    @rule(count=st.integers(100, 300))
    def add_many(self, count):
        for place in range(count):
            self.add(4000 + 7 * place, PAGE)

    @precondition(lambda self: self.model)
    @rule(draw=st.data())
    def remove(self, draw):
        base = draw.draw(st.sampled_from(sorted(self.model)))
        out = ffi.new("struct bf_range *")
        assert not lib.bf_map_remove(self.map, base + 1, out)
        assert lib.bf_map_remove(self.map, base, out) and (out.base, out.bytes) == (base, self.model.pop(base))
        assert not lib.bf_map_remove(self.map, base, out)

    @rule(address=st.integers(0, 3010 * PAGE), size=st.integers(1, 8 * PAGE))
    def look(self, address, size):
        out = ffi.new("struct bf_range *")
        holder = [base for base, bytes_ in self.model.items() if base <= address < base + bytes_]
        assert lib.bf_map_find(self.map, address, out) == bool(holder)
        assert not holder or out.base == holder[0]
        whole = bool(holder) and address + size <= holder[0] + self.model[holder[0]]
        assert lib.bf_map_holds(self.map, address, size) == whole
        end = address
        while (
            next_ := [base + bytes_ for base, bytes_ in self.model.items() if base <= end < base + bytes_]
        ) and end < address + size:
            end = next_[0]
        assert lib.bf_map_covers(self.map, address, size) == (end >= address + size)
        assert lib.bf_map_touches(self.map, address, size) == bool(self.overlapping(address, size))

    @invariant()
    def every_range_is_found_at_both_ends(self):
        if not hasattr(self, "model"):
            return
        out = ffi.new("struct bf_range *")
        for base, size in list(self.model.items())[-20:]:
            for address in (base, base + size - 1):
                assert lib.bf_map_find(self.map, address, out) and (out.base, out.bytes) == (base, size)


TestMap = MapMachine.TestCase
TestMap.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)


def test_ranges_of_a_module_go_with_it_and_not_by_themselves():
    table = ffi.new("struct bf_map *")
    lib.bf_map_open(table)
    module, out = ffi.cast("struct bf_object *", 0x1000), ffi.new("struct bf_range *")
    for base in range(0x10000, 0x10000 + 300 * PAGE, PAGE):
        owner = module if base // PAGE % 2 else ffi.NULL
        assert lib.bf_map_add(table, ffi.new("struct bf_range *", {"base": base, "bytes": PAGE, "module": owner}))
    assert not lib.bf_map_remove(table, 0x10000 + PAGE, out)
    lib.bf_map_remove_of(table, module)
    left = [base for base in range(0x10000, 0x10000 + 300 * PAGE, PAGE) if lib.bf_map_find(table, base, out)]
    assert left == list(range(0x10000, 0x10000 + 300 * PAGE, 2 * PAGE))
    lib.bf_map_close(table)


def test_ranges_of_a_context_are_taken_one_by_one():
    table = ffi.new("struct bf_map *")
    lib.bf_map_open(table)
    context, out = ffi.cast("struct bf_object *", 0x1000), ffi.new("struct bf_range *")
    bases = list(range(0x10000, 0x10000 + 300 * PAGE, PAGE))
    for base in bases:
        owner = context if base // PAGE % 2 else ffi.NULL
        assert lib.bf_map_add(table, ffi.new("struct bf_range *", {"base": base, "bytes": PAGE, "context": owner}))
    taken = []
    while lib.bf_map_take_of(table, context, out):
        taken.append(out.base)
    assert taken == bases[1::2]
    assert [base for base in bases if lib.bf_map_find(table, base, out)] == bases[::2]
    lib.bf_map_close(table)


CONTEXT, MODULE, FUNCTION, STREAM = 1, 2, 3, 6


@pytest.fixture
def opened():
    assert lib.bf_objects_open()
    return lib.bf_objects_live()


def make(kind, owner=ffi.NULL, number=16):
    made = lib.bf_objects_new(ffi.new("struct bf_object *", {"kind": kind, "number": number, "owner": owner}))
    assert made
    return made


@given(st.integers(0, 2**64 - 1))
def test_any_value_is_no_handle(value):
    assert lib.bf_objects_open()
    assert not lib.bf_objects_find(ffi.cast("void *", value), STREAM)


def test_handle_is_found_by_its_kind_alone_and_only_while_it_lives(opened):
    stream = make(STREAM)
    assert lib.bf_objects_find(stream, STREAM) == stream
    assert not lib.bf_objects_find(stream, CONTEXT)
    assert not lib.bf_objects_find(ffi.cast("char *", stream) + 8, STREAM)
    lib.bf_objects_free(stream, ffi.NULL)
    assert not lib.bf_objects_find(stream, STREAM)
    assert lib.bf_objects_live() == opened


def test_owner_takes_what_it_owns_with_it_at_any_depth(opened):
    context = make(CONTEXT)
    modules = [make(MODULE, context) for _ in range(10)]
    functions = [make(FUNCTION, module) for module in modules for _ in range(5)]
    lib.bf_objects_free(modules[3], ffi.NULL)
    assert sum(bool(lib.bf_objects_find(each, FUNCTION)) for each in functions) == 45
    lib.bf_objects_free_children(context, ffi.NULL)
    assert not any(lib.bf_objects_find(each, FUNCTION) for each in functions)
    assert lib.bf_objects_find(context, CONTEXT)
    lib.bf_objects_free(context, ffi.NULL)
    lib.bf_objects_free(context, ffi.NULL)
    assert lib.bf_objects_live() == opened


def test_stale_handle_stays_stale_for_a_thousand_others(opened):
    stale = make(STREAM)
    lib.bf_objects_free(stale, ffi.NULL)
    for _ in range(1000):
        other = make(STREAM)
        assert other != stale
        lib.bf_objects_free(other, ffi.NULL)


@given(st.integers(1, 40), st.integers(0, 30), st.integers(1, 12), st.data())
def test_rows_are_packed_and_unpacked_without_the_gaps(width, gap, height, draw):
    pitch = width + gap
    memory = ffi.new("uint8_t[]", bytes(i % 251 for i in range(pitch * height)))
    rows = ffi.new("struct bf_rows *", [memory, pitch, width, height])
    packed = b"".join(bytes(memory[row * pitch : row * pitch + width]) for row in range(height))
    start = draw.draw(st.integers(0, len(packed) - 1))
    size = draw.draw(st.integers(1, len(packed) - start))
    out = ffi.new("uint8_t[]", size)
    lib.bf_rows_pack(rows, start, out, size)
    assert bytes(out) == packed[start : start + size]
    lib.bf_rows_unpack(rows, start, bytes(255 - byte for byte in out), size)
    after = b"".join(bytes(memory[row * pitch : row * pitch + width]) for row in range(height))
    flipped = bytes(255 - byte for byte in packed[start : start + size])
    assert after == packed[:start] + flipped + packed[start + size :]
