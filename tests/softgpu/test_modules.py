"""Modules and libraries: every form of image, what is wrong with one, what is in one."""

from __future__ import annotations

import ctypes
import threading
from ctypes import byref, c_int, c_uint, c_uint64, c_void_p

import images
import pytest
import softcuda as cuda

TEXT = cuda.KERNELS.encode()


def load(image: object) -> int:
    return cuda.call("cuModuleLoadData", byref(c_void_p()), image)


def kernel_text(name: str, sm: int = 75) -> bytes:
    return f".version 7.5\n.target sm_{sm}\n.address_size 64\n.visible .entry {name}() {{ ret; }}\n".encode()


def kernels_of(image: object) -> list[str]:
    loaded = cuda.handle("cuModuleLoadData", image)
    count = cuda.number("cuModuleGetFunctionCount", loaded, type=c_uint)
    functions = (c_void_p * count)()
    cuda.must("cuModuleEnumerateFunctions", functions, count, loaded)
    names = []
    for each in functions:
        name = ctypes.c_char_p()
        cuda.must("cuFuncGetName", byref(name), each)
        names.append((name.value or b"").decode())
    cuda.must("cuModuleUnload", loaded)
    return names


def test_text_may_begin_with_blank_lines_and_comments(context):
    assert kernels_of(b"\n\n// made by hand\n" + kernel_text("k")) == ["k"]


@pytest.mark.parametrize("packing", [0, images.LZ4, images.ZSTD], ids=["plain", "lz4", "zstd"])
@pytest.mark.parametrize("ending", [b"", b"\0"], ids=["bare", "nul"])
def test_fatbin_of_each_compression(context, packing, ending):
    fatbin = images.fatbin(images.entry(b"cubin", images.ELF), images.entry(kernel_text("k") + ending, packing=packing))
    assert kernels_of(fatbin) == ["k"]
    assert kernels_of(images.Wrapper(fatbin).bytes) == ["k"]


@pytest.mark.parametrize(
    ("offered", "chosen"), [((50, 70, 75, 80), 75), ((50, 70), 70), ((80, 90), 80), ((120, 61, 90), 61)]
)
def test_the_entry_that_suits_the_device_best_is_taken(context, offered, chosen):
    """The device reports 7.5: the newest that is not newer, else the oldest of the newer ones."""
    fatbin = images.fatbin(*(images.entry(kernel_text(f"for_{sm}", sm), sm=sm) for sm in offered))
    assert kernels_of(fatbin) == [f"for_{chosen}"]


def test_ptx_from_before_device_linking_is_found(context):
    linked = images.fatbin(images.entry(b"cubin", images.ELF))
    part = images.fatbin(images.entry(kernel_text("k"), packing=images.ZSTD))
    assert kernels_of(images.Wrapper(linked, [part]).bytes) == ["k"]


def test_images_that_cannot_run(context):
    assert load(images.elf()) == cuda.NO_BINARY_FOR_GPU
    assert load(images.fatbin(images.entry(b"cubin", images.ELF))) == cuda.NO_BINARY_FOR_GPU
    assert load(images.fatbin()) == cuda.NO_BINARY_FOR_GPU
    assert load(b"not an image\0") == cuda.INVALID_IMAGE
    assert load(b"\0") == cuda.INVALID_IMAGE
    assert load(None) == cuda.INVALID_VALUE


def test_damaged_fatbins_are_refused_not_followed(context):
    whole = images.fatbin(images.entry(kernel_text("k"), packing=images.ZSTD))
    for offset, value in ((16 + 4, 1 << 31), (16 + 8, 1 << 40), (16 + 16, 1 << 31)):
        long = bytearray(whole)
        size = 8 if value >> 32 else 4
        long[offset : offset + size] = value.to_bytes(size, "little")
        assert load(bytes(long)) in (cuda.NO_BINARY_FOR_GPU, cuda.INVALID_IMAGE)
    packed = bytearray(whole)
    packed[16 + 64 : 16 + 68] = b"\0\0\0\0"
    assert load(bytes(packed)) == cuda.INVALID_IMAGE


def test_what_is_wrong_with_a_text_is_in_the_error_log(context):
    bad = b".version 7.5\n.target sm_75\n.address_size 64\n.visible .entry k()\n{\n    frobnicate.u32;\n    ret;\n}\n\0"
    log = ctypes.create_string_buffer(b"x" * 512, 512)
    options = (c_int * 3)(5, 6, 2)
    values = (c_void_p * 3)(ctypes.addressof(log), 512, None)
    module = c_void_p(77)
    assert cuda.call("cuModuleLoadDataEx", byref(module), bad, 3, options, values) == cuda.INVALID_PTX
    assert module.value == 77
    assert "frobnicate" in log.value.decode() and "line 6" in log.value.decode()
    assert 0 < (values[1] or 0) <= 512
    milliseconds = ctypes.c_float.from_address(ctypes.addressof(values) + 16).value
    assert 0 < milliseconds < 10_000


def test_error_log_of_any_size_is_not_overrun(context):
    bad = kernel_text("k").replace(b"ret;", b"frobnicate.u32; ret;") + b"\0"
    for size in (1, 2, 7):
        log = ctypes.create_string_buffer(b"\x55" * 16, 16)
        values = (c_void_p * 2)(ctypes.addressof(log), size)
        assert cuda.call("cuModuleLoadDataEx", byref(c_void_p()), bad, 2, (c_int * 2)(5, 6), values) == cuda.INVALID_PTX
        assert log.raw[size:] == b"\x55" * (16 - size)
        assert b"\0" in log.raw[:size]


def test_variables_of_a_module(kernels):
    size = c_uint64()
    address = c_uint64()
    cuda.must("cuModuleGetGlobal_v2", byref(address), byref(size), kernels, b"table")
    assert size.value == 64
    assert cuda.words(address.value, 16) == [0] * 16
    assert cuda.call("cuMemFree_v2", address) == cuda.INVALID_VALUE
    cuda.must("cuModuleUnload", kernels)
    assert cuda.call("cuMemcpyDtoH_v2", ctypes.create_string_buffer(4), address, 4) == cuda.INVALID_VALUE


def test_an_unloaded_module_is_gone(kernels):
    function = cuda.function(kernels, "nothing")
    cuda.must("cuModuleUnload", kernels)
    assert cuda.call("cuModuleUnload", kernels) == cuda.INVALID_HANDLE
    assert cuda.launch(function) == cuda.INVALID_HANDLE


def test_unloading_waits_for_the_kernels(kernels):
    stream = cuda.handle("cuStreamCreate", 1)
    gate = cuda.Gate(kernels, stream)
    timer = threading.Timer(0.05, gate.open)
    timer.start()
    cuda.must("cuModuleUnload", kernels)
    assert cuda.call("cuStreamQuery", stream) == 0


def library(text: bytes = TEXT + b"\0") -> int:
    return cuda.handle("cuLibraryLoadData", text, None, None, 0, None, None, 0)


def test_a_library_needs_no_context_until_it_is_used():
    cuda.must("cuCtxSetCurrent", None)
    loaded = library()
    assert cuda.number("cuLibraryGetKernelCount", loaded, type=c_uint) == 5
    kernel = cuda.handle("cuLibraryGetKernel", loaded, b"add")
    offset, size = c_uint64(), c_uint64()
    assert cuda.call("cuKernelGetParamInfo", kernel, 1, byref(offset), byref(size)) == cuda.INVALID_CONTEXT
    assert cuda.call("cuKernelGetFunction", byref(c_void_p()), kernel) == cuda.INVALID_CONTEXT
    cuda.must("cuLibraryUnload", loaded)
    assert cuda.call("cuLibraryUnload", loaded) == cuda.INVALID_HANDLE


def test_a_kernel_of_a_library_is_launched_as_it_is(context):
    loaded = library()
    kernel = cuda.handle("cuLibraryGetKernel", loaded, b"add")
    offset, size = c_uint64(), c_uint64()
    cuda.must("cuKernelGetParamInfo", kernel, 1, byref(offset), byref(size))
    assert (offset.value, size.value) == (8, 4)
    address = cuda.allocate(4)
    cuda.must("cuMemsetD32_v2", address, 1, 1)
    assert cuda.launch(kernel, address, 4) == 0
    function = cuda.handle("cuKernelGetFunction", kernel)
    assert cuda.launch(function, address, 5) == 0
    assert cuda.words(address, 1) == [10]
    cuda.must("cuLibraryUnload", loaded)
    assert cuda.launch(kernel, address, 4) == cuda.INVALID_HANDLE


def test_each_context_has_its_own_instance_of_a_library(context):
    loaded = library()
    first, second = c_uint64(), c_uint64()
    cuda.must("cuLibraryGetGlobal", byref(first), None, loaded, b"table")
    other = cuda.handle("cuCtxCreate_v2", 0, 0)
    cuda.must("cuLibraryGetGlobal", byref(second), None, loaded, b"table")
    assert first.value != second.value
    kernel = cuda.handle("cuLibraryGetKernel", loaded, b"nothing")
    assert cuda.launch(kernel) == 0
    cuda.must("cuCtxDestroy_v2", other)
    assert cuda.launch(kernel) == 0
    cuda.must("cuCtxSynchronize")
    cuda.must("cuLibraryUnload", loaded)


def test_attributes_of_functions(kernels):
    shared = cuda.function(kernels, "shared")
    read = lambda which: cuda.number("cuFuncGetAttribute", which, shared, type=c_int)
    assert read(0) == 64
    assert read(1) == 4096
    assert read(5) == 75
    assert read(6) == 75
    assert read(8) == 49152 - 4096
    cuda.must("cuFuncSetAttribute", shared, 8, 65536 - 4096)
    assert read(8) == 65536 - 4096
    assert cuda.call("cuFuncSetAttribute", shared, 8, 65536) == cuda.INVALID_VALUE
    assert cuda.call("cuFuncSetAttribute", shared, 4, 1) == cuda.INVALID_VALUE


def test_settings_of_a_kernel_reach_the_instances_on_that_device(context):
    loaded = library()
    kernel = cuda.handle("cuLibraryGetKernel", loaded, b"shared")
    before = cuda.handle("cuKernelGetFunction", kernel)
    cuda.must("cuKernelSetAttribute", 8, 50000, kernel, 0)
    assert cuda.number("cuFuncGetAttribute", 8, before, type=c_int) == 50000
    assert cuda.number("cuKernelGetAttribute", 8, kernel, 0, type=c_int) == 50000
    cuda.must("cuLibraryUnload", loaded)
