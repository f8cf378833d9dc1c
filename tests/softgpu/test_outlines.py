"""Large modules, whose kernels are read when they are first used: they do what those of small ones do, and what is
wrong with one concerns nobody else.
"""

from __future__ import annotations

import ctypes
import threading
from ctypes import byref, c_int, c_void_p

import fresh
import pytest
import softcuda as cuda

TEXT = (
    cuda.HEAD
    + """
.visible .global .align 8 .u64 slot;
.visible .global .align 4 .u32 table[2] = {11, 22};
.func (.param .b32 r) twice(.param .b32 x)
{
    .reg .u32 %x;
    ld.param.u32 %x, [x];
    shl.b32 %x, %x, 1;
    st.param.b32 [r], %x;
    ret;
}
.func (.param .b32 r) doubled(.param .b32 x);
.alias doubled, twice;
.visible .entry reads(.param .u64 p)
{
    .reg .u64 %p; .reg .u32 %v;
    .shared .align 4 .u32 room[8];
    .local .align 4 .u32 own[2];
    ld.param.u64 %p, [p];
    ld.global.u32 %v, [table+4];
    st.shared.u32 [room+28], %v;
    ld.shared.u32 %v, [room+28];
    st.local.u32 [own+4], %v;
    ld.local.u32 %v, [own+4];
    st.global.u32 [%p], %v;
    ret;
}
"""
    + "".join(
        f"""
.visible .entry {name}(.param .u64 p)
{{
    .reg .u64 %p, %f; .reg .u32 %v; .param .b32 x; .param .b32 r;
    ld.param.u64 %p, [p];
    st.param.b32 [x], {value};
    {call}
    ld.param.b32 %v, [r];
    st.global.u32 [%p], %v;
    ret;
}}
"""
        for name, value, call in (
            ("calls", 21, "call (r), twice, (x);"),
            ("aliased", 30, "call (r), doubled, (x);"),
            (
                "pointed",
                40,
                "ld.global.u64 %f, [slot];\nP: .callprototype (.param .b32 _) _ (.param .b32 _);\ncall (r), %f, (x), P;",
            ),
        )
    )
    + """
.visible .entry points(.param .u64 p)
{
    .reg .u64 %f;
    mov.u64 %f, twice;
    st.global.u64 [slot], %f;
    ret;
}
.visible .entry keeps(.param .u64 p)
{
    .global .align 4 .u32 count = 5;
    .reg .u64 %p; .reg .u32 %v;
    ld.param.u64 %p, [p];
    ld.global.u32 %v, [count];
    add.u32 %v, %v, 1;
    st.global.u32 [count], %v;
    st.global.u32 [%p], %v;
    ret;
}
.visible .entry limited(.param .u64 p, .param .u32 q) .maxntid 96 { ret; }
.visible .entry wrong(.param .u64 p)
{
    frobnicate.u32;
    ret;
}
.visible .entry unknown() { .reg .u32 %r<2>; mbarrier.init.shared::cta.b64 [0], 1; ret; }
"""
)
PADDING = "//" + "x" * (1 << 20) + "\n"
LARGE = TEXT + PADDING


@pytest.fixture
def large(context: int) -> int:
    return cuda.module(LARGE)


def run(loaded: int, name: str) -> int:
    """What the kernel writes."""
    memory = cuda.allocate(4)
    assert cuda.launch(cuda.function(loaded, name), memory) == 0
    (word,) = cuda.words(memory, 1)
    return word


def named(loaded: int, name: str) -> int:
    return cuda.call("cuModuleGetFunction", byref(c_void_p()), loaded, name.encode())


def test_kernels_do_what_they_do_in_a_small_module(large):
    assert [run(large, name) for name in ("reads", "calls", "aliased")] == [22, 42, 60]
    small = cuda.module(TEXT[: TEXT.index(".visible .entry wrong")])
    assert [run(small, name) for name in ("reads", "calls", "aliased")] == [22, 42, 60]


def test_function_is_called_by_a_pointer_that_a_kernel_gave_which_was_read_later(large):
    pointed = cuda.function(large, "pointed")
    memory = cuda.allocate(4)
    assert cuda.launch(cuda.function(large, "points"), 0) == cuda.launch(pointed, memory) == 0
    assert cuda.words(memory, 1) == [80]


def test_variable_within_a_body_keeps_its_value_from_launch_to_launch(large):
    assert [run(large, "keeps") for _ in range(3)] == [6, 7, 8]


def test_what_stands_before_a_body_is_known_at_once(large):
    limited = cuda.function(large, "limited")
    assert cuda.number("cuFuncGetAttribute", 0, limited, type=c_int) == 96
    offset, size = ctypes.c_size_t(), ctypes.c_size_t()
    cuda.must("cuFuncGetParamInfo", limited, 1, byref(offset), byref(size))
    assert (offset.value, size.value) == (8, 4)


@pytest.mark.parametrize("name", ["wrong", "unknown"])
def test_what_is_wrong_with_a_kernel_is_told_by_name_and_line_when_it_is_used_and_harms_no_other(name, large, capfd):
    assert named(large, name) == named(large, name) == cuda.INVALID_PTX
    line = LARGE[: LARGE.index("frobnicate" if name == "wrong" else "mbarrier")].count("\n") + 1
    told = capfd.readouterr().err.splitlines()
    assert len(told) == 2 and all(f"kernel {name} " in each and f"line {line};" in each for each in told)
    assert run(large, "calls") == 42


def test_library_tells_it_too(context, capfd):
    library = cuda.handle("cuLibraryLoadData", LARGE.encode() + b"\0", None, None, 0, None, None, 0)
    good, wrong = (cuda.handle("cuLibraryGetKernel", library, name) for name in (b"calls", b"wrong"))
    memory = cuda.allocate(4)
    assert cuda.launch(good, memory) == 0 and cuda.words(memory, 1) == [42]
    assert cuda.launch(wrong, memory) == cuda.INVALID_PTX
    assert cuda.call("cuKernelGetAttribute", byref(c_int()), 4, wrong, 0) == cuda.INVALID_PTX
    assert "frobnicate" in capfd.readouterr().err
    cuda.must("cuLibraryUnload", library)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(LARGE.replace(".maxntid 96", ".maxntid many"), id="a directive"),
        pytest.param(LARGE.replace("shl.b32 %x, %x, 1", "shl.b32 %y, %x, 1"), id="a function"),
        pytest.param(LARGE + ".visible .entry open() { ret;\n", id="a body without end"),
        pytest.param(LARGE + ".visible .entry calls(.param .u64 p) { ret; }\n", id="two bodies"),
    ],
)
def test_what_is_wrong_outside_of_kernels_is_told_by_the_load(wrong, context):
    assert cuda.call("cuModuleLoadData", byref(c_void_p()), wrong.encode() + b"\0") == cuda.INVALID_PTX


@pytest.mark.parametrize(("mode", "expected"), [("EAGER", "218 218"), ("LAZY", "0 0")])
def test_with_eager_loading_the_load_tells_everything(mode, expected, tmp_path):
    (tmp_path / "large.ptx").write_text(LARGE)
    script = f"""
text = open({str(tmp_path / "large.ptx")!r}, "rb").read() + b"\\0"
print(
    driver.cuModuleLoadData(byref(c_void_p()), text),
    driver.cuLibraryLoadData(byref(c_void_p()), text, None, None, 0, None, None, 0),
)
"""
    assert fresh.result(fresh.CONTEXT + script, CUDA_MODULE_LOADING=mode) == expected


def test_threads_that_use_kernels_at_once_each_get_theirs(context):
    count, threads = 64, 8
    entries = "".join(
        f".visible .entry k{n}(.param .u64 p)\n{{\n.reg .u64 %p; ld.param.u64 %p, [p]; st.global.u32 [%p], {n}; ret;\n}}\n"
        for n in range(count)
    )
    loaded = cuda.module(cuda.HEAD + entries + PADDING)
    found: dict[int, int] = {}

    def use(first: int) -> None:
        cuda.must("cuCtxSetCurrent", context)
        for n in range(count):
            found.setdefault((first + n) % count, run(loaded, f"k{(first + n) % count}"))

    workers = [threading.Thread(target=use, args=(n * count // threads,)) for n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert found == {n: n for n in range(count)}
