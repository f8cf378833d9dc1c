"""Loads and stores: state spaces, widths, patterns of addresses, and what is refused (PTX ISA 5.1, 9.7.9)."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest
from ptxdriver import Buffer, Gpu, call
from ptxkernels import Kernel, entry, fault, per_thread

IN_OUT = ".param .u64 out, .param .u64 in"
THREADS = 300
LOAD_IN = "ld.param.u64 %in, [in]; "


def gather(gpu: Gpu, index: np.ndarray, body: str, data: np.ndarray, threads: int = THREADS) -> np.ndarray:
    """Run `body` with %in the address of data[index[thread]] (elements of 8 bytes), one block of 100 threads after
    another.
    """
    before = f"""ld.param.u64 %i, [index]; mad.wide.u32 %i, %t, 8, %i; ld.global.u64 %i, [%i];
    {LOAD_IN} mad.lo.u64 %in, %i, 8, %in; ld.param.u64 %out, [out]; mad.wide.u32 %out, %t, 32, %out;"""
    kernel = Kernel(gpu, entry(".reg .b64 %i; " + before + body, IN_OUT + ", .param .u64 index"))
    out, _, _ = kernel(threads // 100, 100, np.zeros((threads, 4), np.uint64), data, index.astype(np.uint64))
    return out


DATA = np.random.default_rng(7).integers(0, 1 << 64, 4096, dtype=np.uint64)
THREAD = np.arange(THREADS)
PATTERNS = {
    "one after another": THREAD,
    "one for all": THREAD * 0 + 5,
    "rows of 16": THREAD % 16 + THREAD // 16 * 100,
    "one for each row of 8": THREAD // 8 * 7,
    "stride 2": THREAD * 2,
    "stride 3": THREAD * 3,
    "backwards": 1000 - THREAD,
    "anywhere": np.random.default_rng(8).integers(0, 2000, THREADS),
    "one after another but the last": np.where(THREAD % 100 == 99, 7, THREAD),
}


@pytest.mark.parametrize("threads", [THREADS, 100])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_load_and_store_in_every_pattern(gpu: Gpu, pattern: str, threads: int) -> None:
    index = PATTERNS[pattern]
    body = ".reg .b64 %v; ld.global.b64 %v, [%in]; st.global.b64 [%out], %v; ret;"
    assert np.array_equal(gather(gpu, index, body, DATA, threads)[:, 0], DATA[index[:threads]])
    # The same through shared memory, where addresses are narrow, and with some threads going another way.
    shared = """.reg .b64 %v; .reg .b32 %a, %x, %y; .reg .pred %p; mov.u64 %v, 0;
    rem.u32 %x, %t, 100; FILL: mov.u32 %a, room; mad.lo.u32 %a, %x, 8, %a; mul.wide.u32 %i, %x, 8; ld.param.u64 %in, [in]; add.u64 %i, %i, %in;
    ld.global.b64 %v, [%i]; st.shared.b64 [%a], %v; add.u32 %x, %x, 100; setp.lt.u32 %p, %x, 2000; @%p bra FILL;
    bar.sync 0; ld.param.u64 %i, [index]; mad.wide.u32 %i, %t, 8, %i; ld.global.b32 %y, [%i]; mov.u32 %a, room; mad.lo.u32 %a, %y, 8, %a;
    and.b32 %x, %t, 3; setp.ne.u32 %p, %x, 0; mov.u64 %v, 1;
    @%p ld.shared.b64 %v, [%a];
    st.global.b64 [%out], %v; ret;"""
    before = ".shared .align 8 .b8 room[16000];"
    kernel = Kernel(gpu, entry(".reg .b64 %i; ld.param.u64 %out, [out]; mad.wide.u32 %out, %t, 32, %out;" + shared,
                               IN_OUT + ", .param .u64 index", before))  # fmt: skip
    out, _, _ = kernel(threads // 100, 100, np.zeros((threads, 4), np.uint64), DATA, index.astype(np.uint64))
    expected = [DATA[i] if t % 4 else 1 for t, i in enumerate(index[:threads])]
    assert out[:, 0].tolist() == expected


WIDTHS = ["b8", "b16", "b32", "b64"]


@pytest.mark.parametrize("order", ["", ".volatile", ".relaxed.gpu", ".nc"])
@pytest.mark.parametrize("vector", [1, 2, 4])
@pytest.mark.parametrize("width", WIDTHS)
def test_widths_and_vectors(gpu: Gpu, width: str, vector: int, order: str) -> None:
    size = int(width[1:]) // 8
    register = "b16" if width == "b8" else width
    names = ", ".join(f"%v{k}" for k in range(vector))
    group = f"{{{names}}}" if vector > 1 else names
    suffix = f"{'.v' + str(vector) if vector > 1 else ''}.{width}"
    load_order, store_order = (order, "") if order == ".nc" else (order, order)
    load = f"ld{load_order}.global{suffix}" if order != ".nc" else f"ld.global.nc{suffix}"
    body = f".reg .{register} {names}; {load} {group}, [%in]; st{store_order}.global{suffix} [%out], {group}; ret;"
    for name in ("one after another", "anywhere", "one for all"):
        index = PATTERNS[name] // 4 * 4 if name != "one after another" else PATTERNS[name] * 4
        got = gather(gpu, index, body, DATA).tobytes()
        raw = DATA.tobytes()
        for t in range(THREADS):
            at, count = int(index[t]) * 8, size * vector
            assert got[t * 32 : t * 32 + count] == raw[at : at + count], (name, t)
            assert not any(got[t * 32 + count : t * 32 + 32])


def test_vector_of_eight(gpu: Gpu) -> None:
    names = ", ".join(f"%v{k}" for k in range(8))
    body = f".reg .b32 {names}; ld.global.v8.b32 {{{names}}}, [%in]; st.global.v8.b32 [%out], {{{names}}}; ret;"
    index = PATTERNS["anywhere"] // 4 * 4
    got = gather(gpu, index, body, DATA)
    assert np.array_equal(got, np.stack([DATA[i : i + 4] for i in index]))


def test_narrow_values_are_extended_into_wide_registers(gpu: Gpu) -> None:
    body = """.reg .b32 %u, %s; .reg .b64 %l; st.global.b32 [%out], 0x80f0;
    ld.global.u8 %u, [%out]; ld.global.s8 %s, [%out]; add.u32 %u, %u, %s;
    ld.global.u16 %s, [%out]; mad.lo.u32 %u, %s, 1000, %u; ld.global.s16 %l, [%out]; cvt.u32.u64 %s, %l; add.u32 %u, %u, %s;
    st.global.u32 [%out], %u; ret;"""
    expected = (0xF0 + 0xF0 - 256 + 0x80F0 * 1000 + 0x80F0 - 65536) % (1 << 32)
    assert (per_thread(gpu, body, 64) == expected).all()


class Arguments(ctypes.Structure):
    _fields_ = [("a", ctypes.c_uint8), ("b", ctypes.c_uint32 * 3), ("c", ctypes.c_double), ("d", ctypes.c_int16)]


def test_kernel_parameters_by_name_by_register_and_by_generic_address(gpu: Gpu) -> None:
    body = """.reg .b32 %x, %y; .reg .b64 %p, %g; .reg .f64 %c; .reg .b16 %d;
    ld.param.u8 %x, [s]; ld.param.f64 %c, [s+16]; cvt.rzi.u32.f64 %y, %c; add.u32 %x, %x, %y;
    rem.u32 %y, %t, 3; mul.wide.u32 %p, %y, 4; mov.b64 %g, s; add.u64 %p, %p, %g;
    ld.param.u32 %y, [%p+4]; add.u32 %x, %x, %y;
    cvta.param.u64 %p, %p; ld.u32 %y, [%p+4]; add.u32 %x, %x, %y;
    ld.param.s16 %d, [s+24]; cvt.s32.s16 %y, %d; add.u32 %x, %x, %y;
    st.global.u32 [%out], %x; ret;"""
    values = Arguments(200, (ctypes.c_uint32 * 3)(1000, 2000, 3000), 70000.5, -5)
    kernel = Kernel(gpu, entry(body, ".param .u64 out, .param .align 8 .b8 s[32]"))
    (out,) = kernel(1, 90, np.zeros(90, np.uint32), values)
    assert out.tolist() == [200 + 70000 + 2 * [1000, 2000, 3000][t % 3] - 5 for t in range(90)]


def test_local_arrays_belong_to_the_thread(gpu: Gpu) -> None:
    body = """.local .align 4 .b32 array[10]; .reg .b32 %i, %v, %s, %x; .reg .b64 %a, %g; .reg .pred %p;
    mov.u32 %i, 0; mov.u64 %a, array; cvta.local.u64 %g, %a;
    FILL: mul.lo.u32 %v, %i, %t; st.local.u32 [%a], %v; add.u64 %a, %a, 4; add.u32 %i, %i, 1;
    setp.lt.u32 %p, %i, 10; @%p bra FILL;
    rem.u32 %i, %t, 10; mad.wide.u32 %g, %i, 4, %g; ld.u32 %s, [%g]; st.u32 [%g], 1;
    ld.local.u32 %v, [array+36]; mad.lo.u32 %s, %s, 1000, %v; st.global.u32 [%out], %s; ret;"""
    expected = [(t % 10) * t * 1000 + (1 if t % 10 == 9 else 9 * t) for t in range(260)]
    assert per_thread(gpu, body, 260, 130).tolist() == expected


VARIABLES = """
.const .align 4 .u32 table[4] = {10, 20, 30, 40};
.global .align 4 .u32 numbers[5] = {1, 2, 3};
.global .align 8 .u64 pointers[3] = {numbers, generic(numbers)+8, table+12};
.global .align 4 .f32 half = 0f3F000000;
.visible .global .align 8 .b8 visible[24];
"""


def test_variables_hold_what_the_text_says(gpu: Gpu) -> None:
    body = """.reg .b32 %i, %v, %s; .reg .b64 %p; .reg .f32 %f;
    and.b32 %i, %t, 3; mov.u64 %p, table; mad.wide.u32 %p, %i, 4, %p; ld.const.u32 %s, [%p];
    ld.global.u32 %v, [numbers+8]; add.u32 %s, %s, %v; ld.global.u32 %v, [numbers+16]; add.u32 %s, %s, %v;
    ld.global.u64 %p, [pointers+8]; ld.u32 %v, [%p]; mad.lo.u32 %s, %v, 100, %s;
    ld.global.u64 %p, [pointers+16]; ld.const.u32 %v, [%p]; mad.lo.u32 %s, %v, 1000, %s;
    ld.global.f32 %f, [half]; add.f32 %f, %f, %f; cvt.rzi.u32.f32 %v, %f; mad.lo.u32 %s, %v, 100000, %s;
    st.global.u32 [%out], %s; ret;"""
    expected = [(t % 4 + 1) * 10 + 3 + 300 + 40000 + 100000 for t in range(40)]
    assert per_thread(gpu, body, 40, before=VARIABLES).tolist() == expected


def test_visible_variable_is_found_and_zero(gpu: Gpu) -> None:
    kernel = Kernel(gpu, entry("ret;", before=VARIABLES))
    address, size = kernel.variable("visible")
    assert size == 24
    assert gpu.download(Buffer(address, size)) == bytes(24)


def test_generic_addresses_of_every_space(gpu: Gpu) -> None:
    """Each thread writes through a generic address of another space; isspacep tells them apart."""
    body = """.local .b32 mine; .shared .b32 room[64]; .reg .b32 %k, %v, %m; .reg .b64 %p, %q; .reg .pred %s, %l, %g;
    and.b32 %k, %t, 3; mov.u64 %p, room; mad.wide.u32 %p, %t, 4, %p; cvta.shared.u64 %p, %p;
    setp.eq.u32 %s, %k, 1; mov.u64 %q, mine; cvta.local.u64 %q, %q; selp.b64 %p, %q, %p, %s;
    setp.ge.u32 %s, %k, 2; cvta.global.u64 %q, %out; selp.b64 %p, %q, %p, %s;
    st.u32 [%p], %t; ld.u32 %v, [%p];
    isspacep.shared %s, %p; isspacep.local %l, %p; isspacep.global %g, %p;
    selp.u32 %m, 1000, 0, %s; add.u32 %v, %v, %m; selp.u32 %m, 2000, 0, %l; add.u32 %v, %v, %m;
    selp.u32 %m, 4000, 0, %g; add.u32 %v, %v, %m;
    st.global.u32 [%out], %v; ret;"""
    assert per_thread(gpu, body, 64).tolist() == [t + [1000, 2000, 4000, 4000][t % 4] for t in range(64)]


def test_dynamic_shared_memory_follows_static(gpu: Gpu) -> None:
    before = ".shared .align 4 .b32 fixed[3]; .extern .shared .align 16 .b8 more[];"
    body = """.reg .b32 %a, %v; .reg .b64 %s;
    mov.u32 %a, more; mul.wide.u32 %s, %t, 4; add.u64 %s, %s, more; st.shared.u32 [%s], %t; st.shared.u32 [fixed], 9;
    bar.sync 0; xor.b32 %v, %t, 1; mul.wide.u32 %s, %v, 4; add.u64 %s, %s, more; ld.shared.u32 %v, [%s];
    mad.lo.u32 %v, %a, 1000, %v; mov.u32 %a, %dynamic_smem_size; mad.lo.u32 %v, %a, 100000, %v; st.global.u32 [%out], %v; ret;"""
    (out,) = Kernel(gpu, entry(body, before=before))(1, 64, np.zeros(64, np.uint32), shared=256)
    assert out.tolist() == [256 * 100000 + 16000 + (t ^ 1) for t in range(64)]


# ---- what is refused

OUT_OF_BOUNDS = {
    "write after the end": ("st.global.u32 [%out], 0;", 700, "invalid global write of 4 bytes", 31, 124),
    "read before the beginning": ("ld.global.u32 %x, [%out+-4];", 700, "invalid global read of 4 bytes", 0, -4),
    "misaligned": ("ld.global.u32 %x, [%out+2];", 716, "misaligned global read of 4 bytes", 0, 2),
    "misaligned vector": ("ld.global.v2.u32 {%x, %y}, [%out];", 716, "misaligned global read of 8 bytes", 1, 4),
    "vector across the end": ("ld.v4.u32 {%x, %y, _, _}, [%first+112];", 700, "invalid read of 16 bytes", 0, 112),
    "null": ("ld.global.u8 %x, [%null];", 700, "invalid global read of 1 byte", 0, None),
    "shared memory after the end": ("ld.shared.u32 %x, [room+16];", 700, "invalid shared read of 4 bytes", 0, None),
    "atomic": ("atom.global.add.u32 %x, [%out], 1;", 700, "invalid global write of 4 bytes", 31, 124),
}


@pytest.mark.parametrize("case", OUT_OF_BOUNDS)
def test_access_that_must_not_be_made(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    line, code, says, thread, offset = OUT_OF_BOUNDS[case]
    before = ".shared .align 4 .b32 room[4];"
    body = f""".reg .b32 %x, %y; .reg .b64 %null, %first; mov.u64 %null, 0; ld.param.u64 %first, [out]; st.shared.u32 [room], 0;
    {line}
    st.global.u32 [%out], 7; ret;"""
    with Gpu() as other:
        buffer = other.upload(bytes(124))
        kernel = Kernel(other, entry(body, before=before))
        with fault(code):
            kernel(1, 32, buffer.address)
        with fault(code):  # sticky: the context is lost
            other.upload(b"1234")
    err = capfd.readouterr().err
    assert says in err and f"thread ({thread},0,0)" in err
    if offset is not None:
        assert f"{buffer.address + offset:#x}" in err


def test_faulty_access_changes_nothing(gpu: Gpu) -> None:
    """One bad lane: no lane of the instruction has written, as far as another context can see."""
    body = (
        """.reg .b64 %p; .reg .pred %q; setp.eq.u32 %q, %t, 20; selp.b64 %p, 0, %out, %q; st.global.u32 [%p], 7; ret;"""
    )
    host = np.zeros(32, np.uint32)
    address = ctypes.c_uint64(host.ctypes.data)

    with Gpu() as other:
        call("cuMemHostRegister_v2", ctypes.c_void_p(host.ctypes.data), ctypes.c_size_t(host.nbytes), 0)
        kernel = Kernel(other, entry(body))
        with fault(700):
            kernel(1, 32, address.value)
    assert not host.any()
