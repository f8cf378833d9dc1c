"""The floating-point modes of the application's threads do not reach its kernels."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path

import numpy as np
import pytest
from gpu import Lanes
from patience import PATIENCE_S
from ptxdriver import Gpu

SOURCE = """
#include <immintrin.h>
unsigned get_modes(void);
void set_modes(unsigned modes);
unsigned get_modes(void) { return _mm_getcsr(); }
void set_modes(unsigned modes) { _mm_setcsr(modes); }
"""
FLUSH, UPWARD = 0x8040, 0x4000


@pytest.fixture(scope="module")
def modes(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """MXCSR of the calling thread, which decides rounding and flushing."""
    directory: Path = tmp_path_factory.mktemp("modes")
    (directory / "modes.c").write_text(SOURCE)
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-o", "modes.so", "modes.c"], cwd=directory, check=True, timeout=PATIENCE_S
    )
    return ctypes.CDLL(str(directory / "modes.so"))


@pytest.mark.parametrize("set_to", [FLUSH, UPWARD, FLUSH | UPWARD])
def test_modes_of_the_caller(lanes: Lanes, modes: ctypes.CDLL, set_to: int) -> None:
    """A subnormal result stays, a sum rounds to nearest, and the caller has its modes back."""
    before = modes.get_modes()
    inputs = {"a": ("f32", np.array([0x00800000, 0x3F800000])), "b": ("f32", np.array([0x3F000000, 0x3F800000]))}
    small = {"c": ("f32", np.array([0, 0x33000000]))}  # 1 + 2^-25
    modes.set_modes(before | set_to)
    try:
        got = lanes.run("fma.rn.f32 %d, %a, %b, %c;", {"d": "f32"}, inputs | small)["d"]
        kept = modes.get_modes()
    finally:
        modes.set_modes(before)
    assert [hex(x) for x in got] == ["0x400000", "0x3f800000"]
    assert kept & (FLUSH | UPWARD) == set_to


OLD = """
.version 1.4
.target sm_10
.entry k (.param .u64 out, .param .f32 a, .param .f32 b)
{
    .reg .u64 %rd<2>; .reg .f32 %f<20>; .reg .s32 %r<4>; .reg .pred %p<2>;
    ld.param.u64 %rd1, [out];
    ld.param.f32 %f1, [a];
    ld.param.f32 %f2, [b];
    mad.f32 %f3, %f1, %f2, %f1;
    add.f32 %f4, %f1, %f1;
    sub.f32 %f5, %f4, %f1;
    mul.f32 %f6, %f1, %f2;
    cvt.s32.u16 %r1, %ntid.x;
    cvt.rn.f32.s32 %f7, %r1;
    cvt.rzi.s32.f32 %r2, %f2;
    setp.gt.f32 %p1, %f1, 0f00000000;
    selp.f32 %f8, %f7, %f2, %p1;
    min.f32 %f9, %f1, %f2;
    neg.f32 %f10, %f1;
    abs.f32 %f11, %f10;
    div.approx.f32 %f12, %f1, %f2;
    rcp.approx.f32 %f13, %f2;
    sqrt.approx.f32 %f14, %f1;
    set.gt.s32.f32 %r3, %f1, %f2;
    slct.f32.s32 %f15, %f1, %f2, %r3;
    st.global.f32 [%rd1+0], %f3;
    st.global.f32 [%rd1+4], %f4;
    st.global.f32 [%rd1+8], %f8;
    st.global.f32 [%rd1+12], %f9;
    st.global.s32 [%rd1+16], %r2;
    exit;
}
"""


def test_code_for_gpus_before_sm_20_runs_as_later_gpus_run_it(gpu: Gpu) -> None:
    """A subnormal number is 0, and mad rounds once."""
    gpu.activate()
    module = gpu.load(OLD)
    one_and_a_bit, tiny = np.uint32(0x3F800001).view(np.float32), np.float32(2) ** -130
    once = np.float32(float(one_and_a_bit) * 1.5 + float(one_and_a_bit))
    for a, expected in ((tiny, [0, 0, 1.5, 0]), (one_and_a_bit, [once, one_and_a_bit * 2, 32, one_and_a_bit])):
        out = gpu.upload(bytes(20))
        gpu.launch(module, "k", 1, 32, [out.address, int(a.view(np.uint32)), int(np.float32(1.5).view(np.uint32))])
        got = gpu.download(out)
        assert list(np.frombuffer(got[:16], np.float32)) == expected
        assert int.from_bytes(got[16:], "little") == 1
        gpu.free(out)
    gpu.unload(module)
