"""Bytes that were sent and are kept until they are taken: copied, or lent for a while (shim/wire/sent.c)."""

from __future__ import annotations

import random
from typing import Any

import pytest
from native_shim import ffi, lib

from bitfusion.limits import KEPT_BYTES_MAX, KEPT_CHUNK_BYTES

PARTS = 3 * KEPT_BYTES_MAX // KEPT_CHUNK_BYTES


class Kept:
    """A `struct bf_sent`, and in `whole` all that ever went there. Everything counts as sent."""

    def __init__(self) -> None:
        self.c: Any = ffi.new("struct bf_sent *")
        assert lib.bf_sent_open(self.c)
        self.whole = bytearray()
        self.taken = 0
        self.lent: list[bytearray] = []

    def close(self) -> None:
        lib.bf_sent_close(self.c)

    def copy(self, data: bytes) -> None:
        room = ffi.new("size_t *")
        while data:
            place = lib.bf_sent_room(self.c, self.taken, self.c.end, room)
            piece = data[: room[0]]
            ffi.memmove(place, piece, len(piece))
            lib.bf_sent_add(self.c, len(piece))
            self.whole += piece
            data = data[len(piece) :]

    def lend(self, data: bytes) -> bytearray:
        """The memory that is lent."""
        memory = bytearray(data)
        assert lib.bf_sent_lend(self.c, self.taken, self.c.end, ffi.from_buffer(memory))
        self.whole += data
        self.lent.append(memory)
        return memory

    def settle(self) -> int:
        """The call returns, and the program writes into its memory at once."""
        copied = lib.bf_sent_settle(self.c, self.taken)
        for memory in self.lent:
            memory[:] = b"!" * len(memory)
        self.lent.clear()
        return copied

    def bytes_from(self, at: int) -> bytes:
        parts = ffi.new("struct iovec[]", PARTS)
        count = lib.bf_sent_parts(self.c, at, parts, PARTS)
        return b"".join(bytes(ffi.buffer(parts[i].iov_base, parts[i].iov_len)) for i in range(count))

    def check(self, at: int) -> None:
        assert self.bytes_from(at) == self.whole[at:]


@pytest.fixture
def kept():
    made = Kept()
    yield made
    made.close()


def chunk(seed: int) -> bytes:
    return random.Random(seed).randbytes(KEPT_CHUNK_BYTES)


def test_what_is_lent_is_not_copied_and_is_there_from_any_byte_on(kept):
    kept.copy(b"calls")
    memory = kept.lend(chunk(1))
    kept.copy(b"a mark")
    kept.lend(chunk(2))
    for at in (0, 4, 5, 6, KEPT_CHUNK_BYTES, len(kept.whole) - KEPT_CHUNK_BYTES - 3, len(kept.whole) - 1):
        kept.check(at)
    memory[7] ^= 255
    assert kept.bytes_from(5)[7] == memory[7]


def test_memory_that_is_changed_once_the_call_has_returned_changes_nothing_that_is_sent_again(kept):
    for number in range(8):
        kept.lend(chunk(number))
    assert kept.settle() == 8 * KEPT_CHUNK_BYTES and not kept.c.lent
    for at in (0, 1, KEPT_CHUNK_BYTES + 1, len(kept.whole)):
        kept.check(at)


def test_what_was_taken_meanwhile_is_not_copied(kept):
    for number in range(8):
        kept.lend(chunk(number))
    kept.taken = 5 * KEPT_CHUNK_BYTES + 1
    assert kept.settle() == 3 * KEPT_CHUNK_BYTES
    kept.check(kept.taken)
    kept.taken = len(kept.whole)
    kept.copy(b"the next call")
    assert kept.settle() == 0
    kept.check(len(kept.whole) - 13)


def test_acknowledgement_that_goes_back_changes_nothing(kept):
    for number in range(4):
        kept.lend(chunk(number))
    kept.taken = 2 * KEPT_CHUNK_BYTES
    kept.lend(chunk(4))
    kept.taken = 7
    assert kept.settle() == 3 * KEPT_CHUNK_BYTES
    kept.check(2 * KEPT_CHUNK_BYTES)


def test_what_is_kept_for_a_server_that_never_acknowledges_is_bounded(kept):
    for number in range(2 * KEPT_BYTES_MAX // KEPT_CHUNK_BYTES):
        kept.lend(chunk(number % 3))
        kept.copy(b"a mark")
        assert kept.c.end - kept.c.begin <= KEPT_BYTES_MAX + KEPT_CHUNK_BYTES
    assert kept.settle() <= KEPT_BYTES_MAX
    kept.check(kept.c.begin)


def test_what_was_not_sent_yet_is_never_forgotten(kept):
    count = 0
    while lib.bf_sent_lend(kept.c, 0, 0, ffi.from_buffer(chunk(0))):
        count += 1
    assert count * KEPT_CHUNK_BYTES == KEPT_BYTES_MAX and kept.c.begin == 0


@pytest.mark.parametrize("seed", range(20))
def test_anything_in_any_order_is_all_there(kept, seed):
    chance = random.Random(seed)
    for _ in range(60):
        what = chance.random()
        if what < 0.4:
            kept.lend(chunk(chance.randrange(100)))
        elif what < 0.8:
            kept.copy(chance.randbytes(chance.choice((1, 8, 5000, KEPT_CHUNK_BYTES + 3))))
        elif what < 0.9:
            kept.settle()
        else:
            kept.taken = chance.randint(kept.taken, len(kept.whole))
        kept.check(chance.randint(max(kept.taken, kept.c.begin), len(kept.whole)))
