"""The environment of a server's processes: a server that preloaded the client library would be its own client."""

from __future__ import annotations

import pytest

from bitfusion.server.process import child_environment


@pytest.mark.parametrize(
    ("listed", "left"),
    [
        ("/a/libbfshim.so", None),
        ("/a/libbfshim.so:/b/other.so", "/b/other.so"),
        ("/b/other.so /a/libbfshim.so", "/b/other.so"),
        ("/b/one.so  /b/two.so", "/b/one.so:/b/two.so"),
        ("", None),
    ],
)
def test_of_what_is_preloaded_only_the_client_library_is_left_out(listed, left):
    assert child_environment({"LD_PRELOAD": listed}).get("LD_PRELOAD") == left


def test_nothing_preloaded_stays_nothing():
    assert "LD_PRELOAD" not in child_environment({})
