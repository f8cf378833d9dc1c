"""`.pragma "used_bytes_mask"`: the bytes of a load that it does not name need not be the thread's to access (PTX ISA
11.6).

A compiler widens loads and says so: what it adds may lie behind the end of an allocation. The bytes that are named
are checked as ever."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest
from ptxdriver import Buffer, CudaError, Gpu
from ptxkernels import Kernel, entry, fault

DATA = bytes(range(1, 65))
SHAPES = {"u8": 1, "u16": 2, "b32": 4, "b64": 8, "v2.b8": 2, "v4.u8": 4, "v2.b16": 4, "v4.b16": 8, "v2.b32": 8, "v4.b32": 16, "v2.b64": 16,
          "v4.b64": 32, "v8.b32": 32}  # fmt: skip


def masks(size: int) -> set[int]:
    """All but the last byte, the lower half, one byte at each end, a hole in the middle, all."""
    full = (1 << size) - 1
    return {full >> 1, full >> (size // 2), 1, 1 << (size - 1), 1 | 1 << (size - 1), full & ~6, full} - {0}


CASES = [(shape, mask) for shape, size in SHAPES.items() for mask in sorted(masks(size))]


def load_and_store(space: str, shape: str, mask: int | str, address: str) -> str:
    """Lines that load from `address` and store all of it at [%out]."""
    kind, vector = shape.split(".")[-1], int(shape[1]) if shape[0] == "v" else 1
    names = [f"%v{i}" for i in range(vector)]
    group = "{" + ", ".join(names) + "}" if vector > 1 else names[0]
    register = f"b{max(16, int(kind[1:]))}"
    return f""".reg .{register} {", ".join(names)};
    .pragma "used_bytes_mask {mask}";
    ld{space}.{shape} {group}, [{address}];
    st.global.{shape} [%out], {group};"""


def used(data: bytes, mask: int) -> bytes:
    return bytes(byte for i, byte in enumerate(data) if mask >> i & 1)


def reach(mask: int) -> int:
    return mask.bit_length()


class Space:
    """A state space: a kernel that loads at offset 32 of something with `size` bytes of DATA, as its last 32 or
    fewer.
    """

    def __init__(
        self, parameters: str = "", before: str = "", begin: str = "", space: str = "", address: str = ""
    ) -> None:
        self.parameters, self.before, self.begin, self.space, self.address = parameters, before, begin, space, address

    def run(self, gpu: Gpu, shape: str, mask: int, size: int) -> bytes:
        """What the load gave; the faults are the caller's."""
        fill = {"size": size, "list": ", ".join(map(str, DATA[:size]))}
        body = self.begin % fill + load_and_store(self.space, shape, mask, self.address) + " ret;"
        kernel = Kernel(gpu, entry(body, ".param .u64 out" + self.parameters % fill, self.before % fill))
        block = (ctypes.c_uint8 * size)(*DATA[:size])
        buffer = gpu.upload(DATA[:size])
        arguments = {
            "": [],
            "in": [buffer.address],
            "s": [type("Block", (ctypes.Structure,), {"_fields_": [("b", type(block))]})(block)],
        }
        chosen = "s" if "%(size)d" in self.parameters else "in" if self.parameters else ""
        (out,) = kernel(1, 1, np.zeros(32, np.uint8), *arguments[chosen], shared=size if "extern" in self.before else 0)
        return out.tobytes()


POINTER = ".reg .b64 %%p; ld.param.u64 %%p, [in]; cvta.to.global.u64 %%p, %%p; "
FILL_SHARED = """.reg .b32 %%i, %%a; .reg .pred %%q; mov.u32 %%i, 0; FILL: mov.u32 %%a, room; add.u32 %%a, %%a, %%i;
    add.u32 %%i, %%i, 1; st.shared.u8 [%%a], %%i; setp.lt.u32 %%q, %%i, %(size)d; @%%q bra FILL; bar.sync 0; """
FILL_LOCAL = """.local .align 32 .b8 mine[%(size)d]; .reg .b32 %%i; .reg .b64 %%a; .reg .pred %%q; mov.u32 %%i, 0; mov.u64 %%a, mine;
    FILL: add.u32 %%i, %%i, 1; st.local.u8 [%%a], %%i; add.u64 %%a, %%a, 1; setp.lt.u32 %%q, %%i, %(size)d; @%%q bra FILL; """
SPACES = {
    "global by a pointer": Space(", .param .u64 in", begin=POINTER, space=".global", address="%p+32"),
    "global, read-only": Space(", .param .u64 in", begin=POINTER, space=".global.nc", address="%p+32"),
    "generic": Space(", .param .u64 in", begin=POINTER, address="%p+32"),
    "global variable": Space(
        before=".global .align 32 .b8 table[%(size)d] = {%(list)s};", space=".global", address="table+32"
    ),
    "constant": Space(before=".const .align 32 .b8 table[%(size)d] = {%(list)s};", space=".const", address="table+32"),
    "static shared": Space(
        before=".shared .align 32 .b8 room[%(size)d];", begin=FILL_SHARED, space=".shared", address="room+32"
    ),
    "dynamic shared": Space(
        before=".extern .shared .align 32 .b8 room[];", begin=FILL_SHARED, space=".shared", address="room+32"
    ),
    "parameter": Space(", .param .align 32 .b8 s[%(size)d]", space=".param", address="s+32"),
    "parameter by a register": Space(
        ", .param .align 32 .b8 s[%(size)d]", begin=".reg .b64 %%p; mov.b64 %%p, s; ", space=".param", address="%p+32"
    ),
    "local": Space(begin=FILL_LOCAL, space=".local", address="mine+32"),
    "local by a register": Space(
        begin=FILL_LOCAL + ".reg .b64 %%p; mov.u64 %%p, mine; ", space=".local", address="%p+32"
    ),
}


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize(("shape", "mask"), CASES)
def test_bytes_that_are_not_used_may_be_missing(gpu: Gpu, shape: str, mask: int, space: str) -> None:
    out = SPACES[space].run(gpu, shape, mask, 32 + reach(mask))
    assert used(out, mask) == used(DATA[32:], mask)


# Local memory is rounded up with the rest of the thread's; a load of a parameter by its name is refused when the module
# is loaded.
CHECKED = [name for name in SPACES if "local" not in name]


@pytest.mark.parametrize("space", CHECKED)
@pytest.mark.parametrize(("shape", "mask"), [("v4.b32", 0xFFF), ("b32", 0x7), ("v2.b64", 0x8001), ("v8.b32", 0xFFFFF)])
def test_bytes_that_are_used_are_checked(shape: str, mask: int, space: str) -> None:
    with Gpu() as other:
        if space == "parameter":
            with pytest.raises(CudaError) as refused:
                SPACES[space].run(other, shape, mask, 31 + reach(mask))
            assert refused.value.code == 218
        else:
            with fault(700):
                SPACES[space].run(other, shape, mask, 31 + reach(mask))


@pytest.mark.parametrize("pattern", ["%t", "31", "%t ^ 1"])
def test_every_thread_has_its_own_bytes(gpu: Gpu, pattern: str) -> None:
    """The last element of the array lacks what is not used, in every pattern of addresses."""
    index = {"%t": "mov.u32 %i, %t;", "31": "mov.u32 %i, 31;", "%t ^ 1": "xor.b32 %i, %t, 1;"}[pattern]
    body = f""".reg .b32 %i, %v<4>; .reg .b64 %p; {index} ld.param.u64 %p, [in]; mad.wide.u32 %p, %i, 16, %p;
    .pragma "used_bytes_mask 0xfff";
    ld.global.v4.u32 {{%v0, %v1, %v2, %v3}}, [%p];
    add.u32 %v0, %v0, %v1; add.u32 %v0, %v0, %v2; st.global.u32 [%out], %v0; ret;"""
    data = np.random.default_rng(5).integers(0, 1 << 30, 32 * 4, dtype=np.uint32)
    kernel = Kernel(gpu, entry(body, ".param .u64 out, .param .u64 in"))
    out, _ = kernel(1, 32, np.zeros(32, np.uint32), data[:-1])
    sums = data.reshape(32, 4)[:, :3].sum(1, dtype=np.uint32)
    order = {"%t": np.arange(32), "31": np.full(32, 31), "%t ^ 1": np.arange(32) ^ 1}[pattern]
    assert out.tolist() == sums[order].tolist()


def test_nothing_used_is_nothing_accessed(gpu: Gpu) -> None:
    body = f".reg .b64 %p; mov.u64 %p, 0; {load_and_store('.global', 'v4.b32', 0, '%p')} st.global.u32 [%out], 3; ret;"
    (out,) = Kernel(gpu, entry(body))(1, 1, np.zeros(32, np.uint8))
    assert out[:4].tobytes() == b"\x03\0\0\0"


@pytest.mark.parametrize("between", ["add.u64 %p, %p, 0;", "ld.global.u32 %x, [%p];", "st.global.u32 [%p], 1;"])
def test_the_pragma_is_of_the_next_instruction_only(between: str) -> None:
    body = f""".reg .b64 %p; .reg .b32 %x, %y; ld.param.u64 %p, [in]; .pragma "used_bytes_mask 1"; {between}
    ld.global.v2.u32 {{%x, %y}}, [%p]; st.global.u32 [%out], %x; ret;"""
    with Gpu() as other:
        kernel = Kernel(other, entry(body, ".param .u64 out, .param .u64 in"))
        buffer: Buffer = other.upload(bytes(4))
        with fault(700):
            kernel(1, 1, np.zeros(1, np.uint32), buffer.address)


def test_a_label_and_a_guard_may_stand_between(gpu: Gpu) -> None:
    body = """.reg .pred %q; .reg .b64 %p; .reg .b32 %x<4>; ld.param.u64 %p, [in]; setp.eq.u32 %q, %t, 0; mov.u32 %x0, 0;
    .pragma "nounroll", "used_bytes_mask 0xff";
    HERE: @%q ld.global.v4.u32 {%x0, %x1, %x2, %x3}, [%p]; st.global.u32 [%out], %x0; ret;"""
    kernel = Kernel(gpu, entry(body, ".param .u64 out, .param .u64 in"))
    out, _ = kernel(1, 4, np.zeros(4, np.uint32), np.array([9, 8], np.uint32))
    assert out.tolist() == [9, 0, 0, 0]


@pytest.mark.parametrize("value", ["", "abc", "1 2", "0b11", "0xfffU", "4095x"])
def test_a_mask_that_is_no_number_is_refused(gpu: Gpu, value: str) -> None:
    with pytest.raises(CudaError) as refused:
        gpu.load(entry(f'.pragma "used_bytes_mask {value}"; ret;'))
    assert refused.value.code == 218 and "used_bytes_mask" in refused.value.log


def test_other_advice_is_not_read(gpu: Gpu) -> None:
    gpu.unload(gpu.load(entry('.pragma "used_bytes_masks x"; .pragma "used_bytes", "anything at all"; ret;')))
