"""cuGetProcAddress and cuGetExportTable, as the facts about the real driver and about cudart say."""

from __future__ import annotations

import ctypes
from ctypes import byref, c_int, c_uint, c_uint64, c_void_p

import pytest
import softcuda as cuda
from cffi import FFI
from checkout import ROOT

TABLES = {
    "cudart": "6bd5fb6c5bf4e74a8987d93912fd9df9",
    "hooks": "a094798c2e742e7493f20800200c0a66",
    "tls": "42d85a8123f6cb478298f6e78a3aecdc",
    "storage": "c693336e1121df11a8c368f355d89593",
    "checks": "263e88607cd2614392f6bbd5006dfa7e",
    "validity": "d4082055bde6704b8d34ba123c66e1f2",
    "context": "21318c60971432488ca641ff7324c8f2",
    "gemm": "1734dc26800d47458726c0f1e7dd8bca",
    "module": "6e163fbeb958444d835ce182aff1991e",
}


def ask(name: str, version: int, flags: int = 0) -> tuple[int, str | None, int]:
    """(result, exported name of the symbol that was given, status)."""
    pointer, status = c_void_p(), c_int(77)
    code = cuda.call("cuGetProcAddress_v2", name.encode(), byref(pointer), version, flags, byref(status))
    return code, named(pointer.value), status.value


def named(address: int | None) -> str | None:
    """The exported symbol at an address."""
    if address is None:
        return None
    info = (c_void_p * 4)()
    found = ctypes.CDLL(None).dladdr
    found.argtypes = [c_void_p, c_void_p]
    assert found(address, info)
    name = ctypes.c_char_p(info[2]).value
    return name.decode() if name else None


@pytest.mark.parametrize(
    ("name", "version", "flags", "symbol"),
    [
        ("cuMemAlloc", 2000, 0, "cuMemAlloc"),
        ("cuMemAlloc", 3020, 0, "cuMemAlloc_v2"),
        ("cuMemAlloc", 99999, 0, "cuMemAlloc_v2"),
        ("cuMemcpyHtoD", 3020, 1, "cuMemcpyHtoD_v2"),
        ("cuMemcpyHtoD", 7000, 2, "cuMemcpyHtoD_v2_ptds"),
        ("cuMemcpyHtoD", 7000, 3, "cuMemcpyHtoD_v2_ptds"),
        ("cuStreamGetCaptureInfo", 10010, 0, "cuStreamGetCaptureInfo"),
        ("cuStreamGetCaptureInfo", 11030, 0, "cuStreamGetCaptureInfo_v2"),
        ("cuStreamGetCaptureInfo", 12030, 2, "cuStreamGetCaptureInfo_v3_ptsz"),
        ("cuCtxCreate", 2000, 0, "cuCtxCreate"),
        ("cuCtxCreate", 3020, 0, "cuCtxCreate_v2"),
        ("cuCtxCreate", 11040, 0, "cuCtxCreate_v3"),
        ("cuCtxCreate", 12050, 0, "cuCtxCreate_v4"),
        ("cuMemcpyBatchAsync", 12080, 0, "cuMemcpyBatchAsync"),
        ("cuMemcpyBatchAsync", 13000, 0, "cuMemcpyBatchAsync_v2"),
        ("cuCtxGetDevice", 13000, 0, "cuCtxGetDevice_v2"),
        ("cuDevicePrimaryCtxReset", 7000, 0, "cuDevicePrimaryCtxReset"),
        ("cuDeviceGetUuid", 9020, 0, "cuDeviceGetUuid"),
        ("cuInit", 2000, 2, "cuInit"),
    ],
)
def test_symbol_for_a_version(name, version, flags, symbol):
    assert ask(name, version, flags) == (0, symbol, 0)


def test_names_that_are_not_found():
    assert ask("", 0) == (0, None, 1)
    assert ask("cuMemcpyHtoD_v2", 12000) == (0, None, 1)
    assert ask("cuNoSuchFunction", 12000) == (0, None, 1)
    assert ask("cuKernelGetParamInfo", 12030) == (0, None, 2)
    pointer = c_void_p(77)
    assert cuda.call("cuGetProcAddress_v2", b"cuNoSuchFunction", byref(pointer), 12000, 0, None) == 0
    assert pointer.value is None


def test_the_older_form_leaves_the_pointer_alone():
    pointer = c_void_p(77)
    assert cuda.call("cuGetProcAddress", b"cuNoSuchFunction", byref(pointer), 12000, 0) == cuda.NOT_FOUND
    assert pointer.value == 77
    cuda.must("cuGetProcAddress", b"cuMemFree", byref(pointer), 12000, 0)
    assert named(pointer.value) == "cuMemFree_v2"


def test_flags_that_do_not_exist():
    assert ask("cuInit", 2000, 4)[0] == cuda.INVALID_VALUE


def table(which: str) -> int:
    return cuda.handle("cuGetExportTable", bytes.fromhex(TABLES[which]))


def slot(which: str, number: int, *types: type) -> ctypes._CFuncPtr:
    return ctypes.CFUNCTYPE(*types)(c_void_p.from_address(table(which) + 8 * number).value)


def test_tables_have_their_size_and_one_address():
    sizes = {which: c_uint64.from_address(table(which)).value for which in TABLES if which != "storage"}
    assert sizes["hooks"] >= 0x38
    assert all(size >= 0x18 and size % 8 == 0 for size in sizes.values())
    assert [table(which) for which in TABLES] == [table(which) for which in TABLES]


def test_an_unknown_table_is_refused():
    for refused in ("f8cff95121468b4eb9e2fb469e7c0dd9", "00" * 16):
        pointer = c_void_p(77)
        assert cuda.call("cuGetExportTable", byref(pointer), bytes.fromhex(refused)) == cuda.INVALID_VALUE
        assert pointer.value is None


def test_slots_that_nobody_calls_say_not_supported():
    assert slot("cudart", 3, c_int)() == cuda.NOT_SUPPORTED
    assert slot("gemm", 4, c_int, c_void_p, c_void_p)(None, None) == cuda.NOT_SUPPORTED


def test_primary_context_is_named_without_being_made():
    out = c_void_p()
    assert slot("cudart", 2, c_int, c_void_p, c_int)(byref(out), 0) == 0
    flags, active = c_uint(), c_int()
    cuda.must("cuDevicePrimaryCtxGetState", 0, byref(flags), byref(active))
    assert active.value == 0
    assert cuda.handle("cuDevicePrimaryCtxRetain", 0) == out.value
    cuda.must("cuDevicePrimaryCtxRelease_v2", 0)
    assert slot("cudart", 2, c_int, c_void_p, c_int)(byref(out), 99) == cuda.INVALID_DEVICE


@pytest.mark.parametrize(("number", "least"), [(2, 1024), (6, 14)])
def test_hook_tables_are_empty_and_large_enough(number, least):
    buffer, count = c_void_p(), c_uint64()
    slot("hooks", number, None, c_void_p, c_void_p)(byref(buffer), byref(count))
    assert count.value >= least
    assert not any((ctypes.c_ubyte * (4 * count.value)).from_address(buffer.value or 0))


def test_module_kernels_are_listed(kernels):
    seen: list[int] = []
    callback = ctypes.CFUNCTYPE(None, c_void_p, c_void_p)
    each = callback(lambda user, function: seen.append(function))
    walk = slot("module", 7, c_int, c_void_p, c_void_p, callback, c_void_p)
    assert walk(None, kernels, each, None) == 1
    assert len(seen) == 5
    assert cuda.function(kernels, "add") in seen
    assert walk(None, 0x7654320, each, None) == 0


def test_module_of_a_registered_fatbin_is_unloaded_with_it(context):
    out = c_void_p()
    text = ctypes.create_string_buffer(cuda.KERNELS.encode())
    load = slot("cudart", 6, c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_uint)
    assert load(byref(out), text, None, None, 0) == 0
    cuda.function(out.value or 0, "add")
    slot("cudart", 7, None, c_void_p)(text)
    assert cuda.call("cuModuleUnload", out) == cuda.INVALID_HANDLE


def test_current_context_and_its_id(context):
    out, number, same = c_void_p(), c_uint64(), c_uint64()
    assert slot("tls", 2, c_int, c_void_p)(byref(out)) == 0
    assert out.value == context
    assert slot("context", 4, c_int, c_void_p, c_void_p)(None, byref(number)) == 0
    cuda.must("cuCtxGetId", context, byref(same))
    assert number.value == same.value


def test_every_error_of_cuda_h_has_a_name_and_a_text():
    ffi = FFI()
    ffi.cdef((ROOT / "src" / "bitfusion" / "api" / "types.cdef").read_text(encoding="utf-8"))
    text = ctypes.c_char_p()
    errors = ffi.typeof("CUresult").relements
    for name, code in errors.items():
        cuda.must("cuGetErrorName", code, byref(text))
        assert text.value == name.encode()
        cuda.must("cuGetErrorString", code, byref(text))
        assert text.value
    assert len(errors) == 101


def test_error_names_and_texts():
    text = ctypes.c_char_p()
    for code, name, words in (
        (0, b"CUDA_SUCCESS", b"no error"),
        (1, b"CUDA_ERROR_INVALID_VALUE", b"invalid argument"),
        (700, b"CUDA_ERROR_ILLEGAL_ADDRESS", b"an illegal memory access was encountered"),
    ):
        cuda.must("cuGetErrorName", code, byref(text))
        assert text.value == name
        cuda.must("cuGetErrorString", code, byref(text))
        assert text.value == words
    assert cuda.call("cuGetErrorName", 12345, byref(text)) == cuda.INVALID_VALUE
    assert text.value is None
