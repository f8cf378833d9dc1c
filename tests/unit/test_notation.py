"""The table's notation: what is read, and that what cannot be understood or generated is refused by name."""

from __future__ import annotations

import pytest

from bitfusion.api.emit_entries import entries_source
from bitfusion.api.emit_shim import calls_source
from bitfusion.api.model import ALIAS, ASK, DIRECT, HAND, LOCAL, TELL, Wire, in_order
from bitfusion.api.notation import read_chapter

WIRES = (
    Wire(1, "cuAsk", ASK, "CUstream stream, CUdevice dev", "int value"),
    Wire(2, "cuTell", TELL, "unsigned int flags"),
    Wire(3, "cuBulk", ASK, "CUdeviceptr src", bulk="out"),
    Wire(4, "cuText", TELL, "const char *text"),
    Wire(5, "cuPlace", ASK, "CUmemLocation place"),
    Wire(6, "cuWhere", ASK, "", "CUmemLocation place"),
)


def test_entry_is_read_with_its_forms_and_steps():
    (symbol,), (call,) = read_chapter(
        """
# Why.
cuAsk@11020 #7 blocks +ptsz@11030 carries (int *value, CUstream stream,
        CUdevice dev):
    stream stream; device dev as found; need value;
    ask
    server: cuAskOf(stream, dev);
        settles
    "What it is
    good for."
"""
    )
    assert (symbol.name, symbol.since, symbol.twins) == ("cuAsk", 11020, (("ptsz", 11030),))
    assert symbol.carries and symbol.how == ASK and symbol.proto == "int *value, CUstream stream, CUdevice dev"
    assert [step.word for step in symbol.steps] == ["stream", "device", "need", "ask"]
    assert call == Wire(
        7,
        "cuAsk",
        ASK,
        "CUstream stream, CUdevice dev",
        "int value",
        server="cuAskOf(stream, dev)",
        does="settles",
        blocks=True,
        carries=True,
        doc="What it is good for.",
    )


def test_parameters_of_a_call_are_those_of_its_symbol_unless_it_has_others():
    symbols, calls = read_chapter(
        """
cuMake@2000 #1 tell (CUevent *event, const char *name, unsigned int flags):
    hand
cuSize@2000 #2 ask (size_t *bytes, void **extra):
    hand
    server (size_t *bytes)
copy #3 tell bulk in (CUdeviceptr dst, bytes data):
    server: copies.copy
"""
    )
    assert [symbol.name for symbol in symbols] == ["cuMake", "cuSize"]
    assert [(call.args, call.reply) for call in calls] == [
        ("CUevent *event, const char *name, unsigned int flags", ""),
        ("", "size_t bytes"),
        ("CUdeviceptr dst, bytes data", ""),
    ]
    assert (calls[2].bulk, calls[2].server, calls[2].how) == ("in", "copies.copy", TELL)


@pytest.mark.parametrize(
    ("steps", "how"),
    [
        ("hand", HAND),
        ("direct", DIRECT),
        ("hand local", LOCAL),
        ("is cuOther(x)", ALIAS),
        ("current; by bf_copies_any(x)", HAND),
        ("ready", LOCAL),
        ("current; tell cuTell (x)", TELL),
    ],
)
def test_steps_say_how_a_symbol_is_answered(steps, how):
    assert read_chapter(f"cuX@1000 (unsigned int x):\n    {steps}").symbols[0].how == how


@pytest.mark.parametrize(
    "text",
    [
        "cuX (int x):\n    ready",
        "cuX@1000 (int x)",
        "cuX@1000 (int x):\n    jump",
        "cuX@1000 ask (int x):\n    hand",  # a call without an id
        "cuX@1000 (int x):\n    hand\n    server: settles",
        "cuX@1000 #1 (int x):\n    hand",  # without a way
        "cuX@1000 #1 tell (int x):\n    ready; ask",  # with two
        "cuX@1000 #1 #2 tell (int x):\n    hand",
        "cuX #1 ask (int x):\n    server: cuX(x); cuY(x)",
    ],
)
def test_what_is_not_the_notation_is_refused_by_name(text):
    with pytest.raises(ValueError, match="cuX"):
        read_chapter(text)


def test_value_that_no_letter_stands_for_is_refused_by_name():
    with pytest.raises(ValueError, match="door: no letter stands for CUdoor"):
        calls_source((Wire(9, "cuX", TELL, "CUdoor door"),))


@pytest.mark.parametrize(
    ("proto", "steps", "why"),
    [
        ("int *value", "current; *value = 1", "needed, or optional"),
        ("int value", "current; *value = 1", "written through"),
        ("int value", "need value", "no pointer"),
        ("CUstream stream, CUdevice dev, int *value", "current; need value; ask cuAsk", "nothing found"),
        ("CUstream stream, CUdevice dev", "stream stream; device dev as at; ask cuAsk", "written through"),
        ("unsigned int flags", "tell cuTell", "where the call goes"),
        ("unsigned int flags", "current; tell cuTell (flags, flags)", "takes 1 arguments"),
        ("unsigned int flags", "current; tell cuAsk (flags)", "one-way"),
        ("CUdeviceptr src", "current; ask cuBulk", "without bulk data"),
        ("const char *text", "current; tell cuText", "no step says how"),
        ("int x", "current; ask cuNone", "no call cuNone"),
        ("CUevent event", "find event event", "taken"),
        ("CUevent e", "find door e", "no kind"),
        ("CUfunction f", "code f", "current context before"),
        ("int x", "is x; ready", "after the answer"),
        ("CUevent e", "current; end event", "could end"),
        ("CUdoor *door", "current; pack door; tell cuTell", "points to no structure"),
        ("const CUmemLocation *place", "device dev; pack place; ask cuPlace", "no parameter dev"),
        ("const CUmemLocation *place", "pack place; ask cuPlace", "where the call goes"),
        ("const CUmemLocation *place", "current; ask cuPlace", "no step says how"),
        ("CUmemLocation *place", "current; need place; ask cuWhere", "comes back"),
    ],
)
def test_what_cannot_be_generated_is_refused_by_name(proto, steps, why):
    symbols = read_chapter(f"cuX@1000 ({proto}):\n    {steps}").symbols
    with pytest.raises(ValueError, match=f"cuX: .*{why}"):
        entries_source(symbols, WIRES)


def test_structures_are_packed_for_the_server_of_the_call_and_their_count_is_no_argument():
    symbols, calls = read_chapter(
        """
cuPlaces@1000 #9 (CUmemoryPool pool, const CUmemLocation *places, size_t count):
    find pool pool as object; pack places[count]; ask
"""
    )
    assert calls[0].args == "CUmemoryPool pool, CUmemLocation[] places"
    lines = [line.strip() for line in entries_source(symbols, calls).splitlines()]
    packed = (
        "bf_structures_pack(&places_packed, BF_STRUCTURE_CUmemLocation, places, count, object->pool.device->primary);"
    )
    assert f"result = {packed}" in lines
    values = "bf_u(object->number), bf_structures_value(&places_packed)"
    asked = lines.index(f"result = BF_ASK(bf_on(object->server), NULL, cuPlaces, {values});")
    assert lines[asked + 1 : asked + 3] == ["bf_structures_end(&places_packed);", "if (result)"]


def test_two_calls_with_one_id_or_one_name_are_refused_by_name():
    with pytest.raises(ValueError, match=r"^[ab] #1: "):
        in_order((Wire(1, "a", ASK), Wire(1, "b", ASK)))
    with pytest.raises(ValueError, match=r"^a #1: "):
        in_order((Wire(2, "a", ASK), Wire(1, "a", ASK)))
