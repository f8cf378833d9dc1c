"""SOFTGPU_ADDRESSES: where device memory and reservations lie, heard when the first of them is wanted."""

from __future__ import annotations

from fresh import CONTEXT, python

SCRIPT = (
    CONTEXT
    + """
os.putenv("SOFTGPU_ADDRESSES", RANGE)
address, pitch = c_uint64(), c_uint64()
for size in (1, 5000, 3 << 20):
    assert driver.cuMemAlloc_v2(byref(address), c_uint64(size)) == 0
    assert driver.cuMemsetD8_v2(address, 7, c_uint64(size)) == 0
    print(hex(address.value >> 40))
for size in (2 << 20, 64 << 20):
    assert driver.cuMemAddressReserve(byref(address), c_uint64(size), c_uint64(0), c_uint64(0), c_uint64(0)) == 0
    print(hex(address.value >> 40))
"""
)


def outcome(text: str):
    return python(f"RANGE = {text!r}\n" + SCRIPT, SOFTGPU_MEMORY=str(1 << 30))


def test_memory_and_reservations_have_the_addresses_that_were_wished_for_after_cuInit():
    for begin in (0x20, 0x33):
        done = outcome(f"{begin << 40:#x}-{begin + 1 << 40:#x}")
        assert (done.code, done.output.split()) == (0, [hex(begin)] * 5), done.errors


def test_wish_that_cannot_be_followed_leaves_them_anywhere():
    small = outcome("0x330000000000-0x330000200000")
    assert small.code == 0 and "0x33" not in small.output.split() and not small.errors
    for wrong in ("0x330000000000", "330000000001-0x340000000000", "0x340000000000-0x330000000000", "some"):
        done = outcome(wrong)
        assert done.code == 0 and f"SOFTGPU_ADDRESSES={wrong} is not valid" in done.errors
