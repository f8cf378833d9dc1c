"""Arguments of a call against the letters of the table."""

from __future__ import annotations

import pytest

from bitfusion.wire.arguments import what_is_wrong


@pytest.mark.parametrize(
    ("letter", "fits", "does_not"),
    [
        ("u", [0, (1 << 32) - 1], [-1, 1 << 32, "1", 1.0, None, True, (1,)]),
        ("i", [-(1 << 31), (1 << 31) - 1], [-(1 << 31) - 1, 1 << 31, "1", b"1"]),
        ("z", [0, (1 << 64) - 1], [-1, "1", 1.5]),
        ("n", [-1, 1 << 63], ["1", 1.0, None, (16,)]),
        ("f", [1.0], [1, "1"]),
        ("s", ["", "name"], [b"name", 1]),
        ("b", [b"", b"1"], ["1", 1, (1,)]),
    ],
)
def test_each_letter_takes_its_type_and_range_alone(letter, fits, does_not):
    assert [value for value in fits if what_is_wrong(letter, (value,))] == []
    assert [value for value in does_not if not what_is_wrong(letter, (value,))] == []


def test_number_of_arguments_and_the_first_wrong_one_are_told():
    assert what_is_wrong("uz", (1,)) == "1 arguments, and not 2"
    assert what_is_wrong("uzs", (1, 2, 3)) == "argument 3 is 3"
    assert what_is_wrong("uz", (1, 2)) is None
