"""Numbers for people."""

from __future__ import annotations

import pytest

from bitfusion.cli import units


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (None, None),
        (0, "0 B"),
        (1023, "1023 B"),
        (1536, "1.5 KiB"),
        ((1 << 20) - 1, "1.0 MiB"),
        (16 << 30, "16.0 GiB"),
        (1 << 50, "1024.0 TiB"),
    ],
)
def test_bytes(count, text):
    assert units.bytes_text(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0s"), (59.9, "59s"), (61, "1m 1s"), (3660, "1h 1m"), (90061, "1d 1h 1m")]
)
def test_seconds(seconds, text):
    assert units.seconds_text(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0"), (9999, "9999"), (10_000, "10.0 k"), (999_960, "1.0 M"), (2_500_000_000, "2.5 G")]
)
def test_counts(count, text):
    assert units.count_text(count) == text
