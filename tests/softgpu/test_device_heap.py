"""malloc and free in kernels: the heap of the context, and CU_LIMIT_MALLOC_HEAP_SIZE (CUDA C++ Programming Guide,
10.34.1).
"""

from __future__ import annotations

import pytest
import softcuda as cuda
from softcuda import byref, c_uint64

MIB = 1 << 20
HEAP_SIZE = 2  # CU_LIMIT_MALLOC_HEAP_SIZE
KERNELS = (
    cuda.HEAD
    + """
.extern .func (.param .b64 r) malloc(.param .b64 n);
.extern .func free(.param .b64 p);
.visible .entry take(.param .u64 to, .param .u64 bytes) {
    .reg .b64 %a, %n, %p; .param .b64 n; .param .b64 r;
    ld.param.u64 %a, [to]; ld.param.u64 %n, [bytes];
    st.param.b64 [n], %n; call (r), malloc, (n); ld.param.b64 %p, [r];
    st.global.u64 [%a], %p; ret;
}
.visible .entry give(.param .u64 what) {
    .reg .b64 %a; .param .b64 p; ld.param.u64 %a, [what]; st.param.b64 [p], %a; call free, (p); ret;
}
.visible .entry nothing() { ret; }
"""
)


class Heap:
    """The kernels, as a module of the current context."""

    def __init__(self) -> None:
        module = cuda.module(KERNELS)
        self._take, self._give = cuda.function(module, "take"), cuda.function(module, "give")
        self._out = cuda.allocate(8)

    def take(self, size: int) -> int:
        assert cuda.launch(self._take, self._out, c_uint64(size)) == 0
        low, high = cuda.words(self._out, 2)
        return high << 32 | low

    def give(self, address: int) -> int:
        assert cuda.launch(self._give, address) == 0
        return cuda.call("cuCtxSynchronize")


def limit() -> int:
    return cuda.number("cuCtxGetLimit", HEAP_SIZE)


def set_limit(size: int) -> int:
    return cuda.call("cuCtxSetLimit", HEAP_SIZE, c_uint64(size))


def test_a_heap_has_8_mib(context):
    heap = Heap()
    assert limit() == 8 * MIB
    assert heap.take(7 * MIB) and not heap.take(2 * MIB)


@pytest.mark.parametrize("size", [1 * MIB, 64 * MIB, 300 * MIB])
def test_it_has_what_the_limit_says(context, size):
    assert set_limit(size) == 0 and limit() == size
    heap = Heap()
    address = heap.take(size - MIB // 2)
    assert address and not heap.take(MIB)
    assert heap.give(address) == 0 and heap.take(size)


def test_the_limit_may_change_until_a_kernel_needs_the_heap(context):
    heap = Heap()
    cuda.launch(cuda.function(cuda.module(), "nothing"))
    assert set_limit(32 * MIB) == 0
    assert heap.take(31 * MIB)
    assert set_limit(64 * MIB) == cuda.INVALID_VALUE and limit() == 32 * MIB


def test_modules_of_a_context_share_it(context):
    one, two = Heap(), Heap()
    address = one.take(7 * MIB)
    assert address and not two.take(2 * MIB)
    assert two.give(address) == 0 and two.take(7 * MIB)


def test_contexts_do_not(context):
    first = Heap()
    assert first.take(MIB)
    other = cuda.handle("cuCtxCreate_v2", 0, 0)
    assert set_limit(16 * MIB) == 0
    assert Heap().take(15 * MIB)
    cuda.must("cuCtxDestroy_v2", other)
    cuda.must("cuCtxSetCurrent", context)
    assert first.take(6 * MIB) and limit() == 8 * MIB


def test_a_heap_that_does_not_fit_fails_the_launch(context):
    free, total = c_uint64(), c_uint64()
    cuda.must("cuMemGetInfo_v2", byref(free), byref(total))
    heap = Heap()
    assert set_limit(total.value) == 0
    out = cuda.allocate(8)
    assert cuda.launch(cuda.function(cuda.module(KERNELS), "take"), out, c_uint64(16)) == cuda.OUT_OF_MEMORY
    assert set_limit(8 * MIB) == 0 and heap.take(MIB)
