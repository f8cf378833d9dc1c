"""SOFTGPU_BOUNDS: how far behind an allocation's end a kernel may access it, as on a GPU that allocates in granules."""

from __future__ import annotations

import pytest
from fresh import CONTEXT, result

SCRIPT = """
PTX = b'''.version 7.5
.target sm_75
.address_size 64
.visible .entry put(.param .u64 p) {
    .reg .u64 %p; .reg .b32 %r; ld.param.u64 %p, [p]; st.global.u8 [%p], 1; atom.global.exch.b32 %r, [%p+-3], 7; ret;
}
''' + bytes(1)


def context():
    made, module, function = c_void_p(), c_void_p(), c_void_p()
    assert driver.cuCtxCreate_v2(byref(made), 0, 0) == 0
    assert driver.cuModuleLoadData(byref(module), PTX) == 0
    assert driver.cuModuleGetFunction(byref(function), module, b'put') == 0
    return made, function


def allocation(size):
    address = c_uint64()
    assert driver.cuMemAlloc_v2(byref(address), c_uint64(size)) == 0
    assert driver.cuMemsetD8_v2(address, 5, c_uint64(size)) == 0
    return address


def writes(size, offset):
    "What a kernel's write at `offset` of an allocation of `size` ends with; it stands alone, or if the write is to be well between two."
    made, function = context()
    pads = [300, 300] if %(between)s else []
    around = [allocation(pad) for pad in pads[:1]] + [allocation(size)] + [allocation(pad) for pad in pads[1:]]
    address = around[len(pads) // 2]
    where = c_uint64(address.value + offset)
    arguments = (c_void_p * 1)(ctypes.addressof(where))
    assert driver.cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, None, arguments, None) == 0
    code = driver.cuCtxSynchronize()
    for at, pad in zip(around[::2], pads):
        data = ctypes.create_string_buffer(pad)
        assert driver.cuMemcpyDtoH_v2(data, at, c_uint64(pad)) == 0 and data.raw == bytes([5]) * pad
    span, begin = c_uint64(), c_uint64()
    if code == 0:
        assert driver.cuMemGetAddressRange_v2(byref(begin), byref(span), address) == 0 and span.value == size
        assert driver.cuMemcpyDtoH_v2(ctypes.create_string_buffer(size + 1), address, c_uint64(size + 1)) == 1
    driver.cuCtxDestroy_v2(made)
    return code


assert driver.cuInit(0) == 0
"""


def codes(cases: list[tuple[int, int]], bounds: str, between: bool = False) -> list[int]:
    lines = f"print(*(writes(size, offset) for size, offset in {cases}))"
    environment = {"SOFTGPU_BOUNDS": bounds} if bounds else {}
    return [int(code) for code in result(SCRIPT.replace("%(between)s", str(between)) + lines, **environment).split()]


@pytest.mark.parametrize("bounds", ["", "1"])
def test_bounds_are_exact_unless_told_otherwise(bounds):
    assert codes([(4, 3), (40, 39), (512, 511)], bounds, between=True) == [0, 0, 0]
    assert codes([(7, 7), (40, 43), (512, 515)], bounds) == [700, 700, 700]


@pytest.mark.parametrize("granule", [16, 256, 512, 4096, 2 << 20])
def test_a_kernel_may_overrun_to_the_end_of_the_granule_and_no_further(granule):
    cases = [(4, granule - 1), (granule - 1, granule - 1), (granule, granule - 1), (granule + 1, 2 * granule - 1)]
    assert codes(cases, str(granule), between=True) == [0, 0, 0, 0]
    beyond = [(4, granule + 3), (granule, granule + 3), (granule + 1, 2 * granule + 3)]
    assert codes(beyond, str(granule)) == [700, 700, 700]


def test_what_is_allocated_is_counted_in_granules():
    script = (
        CONTEXT
        + """
free, total, address = c_uint64(), c_uint64(), c_uint64()
for size in (1, 512, 513):
    assert driver.cuMemAlloc_v2(byref(address), c_uint64(size)) == 0
    assert driver.cuMemGetInfo_v2(byref(free), byref(total)) == 0
    print(address.value % 512, total.value - free.value)
"""
    )
    assert result(script, SOFTGPU_BOUNDS="512", SOFTGPU_MEMORY=str(1 << 30)).split("\n") == [
        "0 512",
        "0 1024",
        "0 2048",
    ]
