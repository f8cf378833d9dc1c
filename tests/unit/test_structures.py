"""What the descriptions of structures refuse, by the structure and its member."""

from __future__ import annotations

import pytest

from bitfusion.api import layout
from bitfusion.api.structures import read

TYPES = """
typedef struct CUevent_st *CUevent;
typedef enum CUkind_enum { CU_A = 1, CU_B } CUkind;
typedef struct CUinner_st { CUkind kind; int place; } CUinner;
typedef struct CUouter_st {
    CUkind kind;
    unsigned int count;
    void *pointer;
    CUinner *inners;
    CUevent event;
    CUinner inner;
    union { CUevent one; int other; } either;
} CUouter;
typedef struct CUrow_st { CUinner inners[2]; } CUrow;
"""
SAID = {
    "pointer": "pointer none",
    "inners": "inners array[count]",
    "event": "event",
    "either.one": "either.one when kind is CU_B",
}


def outer(**instead: str) -> str:
    rows = SAID | {name.replace("_", "."): row for name, row in instead.items()}
    return "CUinner:\nCUouter:\n" + "".join(f"    {row}\n" for row in rows.values() if row)


def test_what_types_and_words_say_is_enough():
    described = read(outer(), layout.read(TYPES))
    assert [(field.path, field.letter, field.offset) for field in described["CUouter"].fields] == [
        ("pointer", "n", 8),
        ("inners", "a", 16),
        ("event", "h", 24),
        ("inner", "s", 32),
        ("either.one", "h", 40),
    ]
    assert described["CUouter"].fields[-1].value == 2


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (outer(pointer=""), "CUouter: pointer"),  # a pointer without a word
        (outer(either_one=""), "CUouter: either.one"),  # a handle in a union, whatever is in it
        (outer(either_one="either.one when kind is CU_C"), "CUouter: either.one"),
        (outer(either_one="either.one when sort is CU_B"), "CUouter: either.one"),
        (outer(inners="inners array[size]"), "CUouter: inners"),
        (outer(event="event device"), "CUouter: event"),  # a handle is no ordinal
        (outer(event="event address"), "CUouter: event"),
        (outer(event="events optional"), "CUouter: events optional"),  # no member
        (outer(event="event perhaps"), "CUouter: event perhaps"),  # no word
        ("CUinner:\nCUrow:\n", "CUrow: inners"),  # an array inside
        ("CUother:\n", "CUother"),
        ("CUinner\n", "CUinner"),
    ],
)
def test_what_cannot_be_expressed_is_refused_by_its_name(text, named):
    with pytest.raises(ValueError, match=named.replace(".", r"\.")):
        read(text, layout.read(TYPES))
