"""The shim's SHA-256 beside another one, with and without the processor's instructions for it."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from native_shim import ffi, lib


@pytest.mark.parametrize("way", [lib.bf_digest_of, lib.bf_digest_plain], ids=["usual", "plain"])
class TestDigest:
    @pytest.mark.parametrize("size", [*range(130), 1 << 20, (1 << 20) + 55])
    def test_is_sha_256_at_every_length_around_a_block(self, way, size):
        check(way, bytes(i * 7 & 255 for i in range(size)))

    @given(data=st.binary(max_size=1000))
    def test_is_sha_256_of_anything(self, way, data):
        check(way, data)


def check(way, data: bytes) -> None:
    out = ffi.new("uint8_t[32]")
    way(data, len(data), out)
    assert bytes(out) == hashlib.sha256(data).digest()
