"""Durations as users write them."""

from __future__ import annotations

import pytest

from bitfusion.config.durations import parse_duration
from bitfusion.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("90s", 90),
        ("2m30s", 150),
        ("2m30", 150),
        ("1h", 3600),
        ("1d1h", 90000),
        ("0", 0),
        ("1.5m", 90),
        ("0.25", 0.25),
        (" 5s ", 5),
    ],
)
def test_forms(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", " ", "s", "m", "-1", "1x", "30s2m", "1h 5m", "٣", "1e3", "nan", "inf", ".5", "1m1m", "9" * 400]
)
def test_others_are_named_with_the_option(text):
    with pytest.raises(ConfigError) as caught:
        parse_duration(text, "--timeout")
    assert "--timeout" in str(caught.value) and repr(text) in str(caught.value)
