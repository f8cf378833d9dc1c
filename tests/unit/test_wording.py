"""Words that depend on a number."""

from __future__ import annotations

import pytest

from bitfusion.scheduler.model import Demand
from bitfusion.scheduler.placement import size_text
from bitfusion.wording import counted


@pytest.mark.parametrize(("count", "text"), [(0, "0 GPUs"), (1, "1 GPU"), (2, "2 GPUs")])
def test_one_is_not_many(count, text):
    assert counted(count, "GPU") == text


def test_an_irregular_plural_is_given():
    assert (counted(1, "process", "processes"), counted(3, "process", "processes")) == ("1 process", "3 processes")


@pytest.mark.parametrize(
    ("gpus", "fraction", "text"),
    [(1, None, "with all its memory"), (2, None, "with all their memory"), (1, 0.5, "with 0.5 of its memory")],
)
def test_the_memory_of_a_demand_is_of_one_or_of_many(gpus, fraction, text):
    assert size_text(Demand(gpus, fraction)) == text
