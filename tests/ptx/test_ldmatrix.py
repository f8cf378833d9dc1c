"""ldmatrix, stmatrix and movmatrix: 8 by 8 matrices of 16 bits (PTX ISA 9.7.14.5.15 to 9.7.14.5.17)."""

from __future__ import annotations

import numpy as np
import pytest
from matrices import WARP
from ptxdriver import Gpu
from ptxkernels import Kernel, entry, fault

PARAMETERS = ".param .u64 out, .param .u64 in"
# Rows of matrices in shared memory are 32 bytes apart, in an order of their own; %row is the lane's.
START = """.shared .align 16 .b8 room[2048]; .reg .b32 %x<4>; .reg .b32 %v; .reg .b32 %row; .reg .b32 %s; .reg .b64 %p;
    ld.param.u64 %p, [in]; mul.lo.u32 %row, %t, 13; and.b32 %row, %row, 31; shl.b32 %row, %row, 5;
    mov.u32 %s, room; add.u32 %row, %row, %s; """


def words(lines: str, count: int) -> str:
    return "{" + ", ".join(f"%x{i}" for i in range(count)) + "}" + lines


def matrices(count: int) -> np.ndarray:
    return np.random.default_rng(count).integers(0, 1 << 16, (count, 8, 8)).astype(np.uint16)


def registers(whole: np.ndarray) -> np.ndarray:
    """(matrix, row, column) -> (lane, matrix): a register has two neighbours of one row, four lanes a row."""
    return whole.reshape(len(whole), WARP, 2).view(np.uint32)[:, :, 0].T.copy()


@pytest.mark.parametrize("trans", [False, True])
@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("space", [".shared", ".shared::cta", ""])
def test_load(gpu: Gpu, count: int, trans: bool, space: str) -> None:
    """Lane 8 i + r names row r of matrix i."""
    whole = matrices(count)
    generic = "" if space else ".reg .b64 %g; cvt.u64.u32 %g, %row; cvta.shared.u64 %g, %g;"
    body = f"""{START} {generic}
        {" ".join(f"ld.global.b32 %v, [%p+{4 * i}]; st.shared.b32 [%row+{4 * i}], %v;" for i in range(4))}
        bar.warp.sync -1;
        ldmatrix.sync.aligned.m8n8.x{count}{".trans" if trans else ""}{space}.b16
            {words("", count)}, [{"%row" if space else "%g"}];
        ld.param.u64 %p, [out]; mad.wide.u32 %p, %t, {4 * count}, %p;
        {" ".join(f"st.global.b32 [%p+{4 * i}], %x{i};" for i in range(count))} ret;"""
    body = body.replace("ld.param.u64 %p, [in];", "ld.param.u64 %p, [in]; mad.wide.u32 %p, %t, 16, %p;")
    data = np.zeros((WARP, 8), np.uint16)
    data[: 8 * count] = whole.reshape(-1, 8)
    out = Kernel(gpu, entry(body, PARAMETERS))(1, WARP, np.zeros((WARP, count), np.uint32), data)[0]
    expected = whole.transpose(0, 2, 1).copy() if trans else whole
    np.testing.assert_array_equal(out, registers(expected))


@pytest.mark.parametrize("trans", [False, True])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_store(gpu: Gpu, count: int, trans: bool) -> None:
    whole = matrices(count)
    body = f"""{START}
        {" ".join(f"ld.global.b32 %x{i}, [%p+{4 * i}];" for i in range(count))}
        {" ".join(f"st.shared.b32 [%row+{4 * i}], 7;" for i in range(4))} bar.warp.sync -1;
        stmatrix.sync.aligned.m8n8.x{count}{".trans" if trans else ""}.shared.b16 [%row], {words("", count)};
        ld.param.u64 %p, [out]; mad.wide.u32 %p, %t, 16, %p; bar.warp.sync -1;
        {" ".join(f"ld.shared.b32 %v, [%row+{4 * i}]; st.global.b32 [%p+{4 * i}], %v;" for i in range(4))} ret;"""
    body = body.replace("ld.param.u64 %p, [in];", f"ld.param.u64 %p, [in]; mad.wide.u32 %p, %t, {4 * count}, %p;")
    out = Kernel(gpu, entry(body, PARAMETERS))(1, WARP, np.zeros((WARP, 8), np.uint16), registers(whole))[0]
    expected = whole.transpose(0, 2, 1) if trans else whole
    np.testing.assert_array_equal(out[: 8 * count], expected.reshape(-1, 8))
    assert (out[8 * count :].view(np.uint32) == 7).all()


def test_transpose_in_registers(gpu: Gpu) -> None:
    whole = matrices(1)
    body = f"""{START} mad.wide.u32 %p, %t, 4, %p; ld.global.b32 %v, [%p];
        movmatrix.sync.aligned.m8n8.trans.b16 %v, %v; st.global.b32 [%out], %v; ret;"""
    out = Kernel(gpu, entry(body, PARAMETERS))(1, WARP, np.zeros((WARP, 1), np.uint32), registers(whole))[0]
    np.testing.assert_array_equal(out, registers(whole.transpose(0, 2, 1).copy()))


@pytest.mark.parametrize(("change", "code"), [("add.u32 %row, %row, 8;", 716), ("add.u32 %row, %row, 2048;", 700)])
@pytest.mark.parametrize("line", ["ldmatrix.sync.aligned.m8n8.x4.shared.b16 {}, [%row];",
                                  "stmatrix.sync.aligned.m8n8.x4.shared.b16 [%row], {};"])  # fmt: skip
def test_addresses_are_checked(line: str, change: str, code: int) -> None:
    """A row is 16 bytes at a multiple of 16."""
    body = f"{START} {' '.join(f'mov.b32 %x{i}, 0;' for i in range(4))} {change} {line.format(words('', 4))} ret;"
    with Gpu() as other:
        kernel = Kernel(other, entry(body, PARAMETERS))
        with fault(code):
            kernel(1, WARP, np.zeros(1, np.uint32), np.zeros(1, np.uint32))
