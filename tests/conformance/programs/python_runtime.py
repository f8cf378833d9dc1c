"""cuda.bindings.runtime: NVIDIA's runtime, linked statically into cuda-python, initialises and moves bytes."""

from __future__ import annotations

import ctypes

from cuda.bindings import runtime


def show(name: str, answer) -> tuple:
    print(f"{name}: {answer[0].name}")
    return answer[1:]


def main() -> None:
    (count,) = show("cudaGetDeviceCount", runtime.cudaGetDeviceCount())
    (driver_version,) = show("cudaDriverGetVersion", runtime.cudaDriverGetVersion())
    (properties,) = show("cudaGetDeviceProperties", runtime.cudaGetDeviceProperties(0))
    print(
        count, driver_version, properties.name.decode(), properties.totalGlobalMem, properties.major, properties.minor
    )
    show("cudaSetDevice", runtime.cudaSetDevice(count - 1))
    show("cudaSetDevice of none", runtime.cudaSetDevice(count))
    source, target = ctypes.create_string_buffer(bytes(range(256)) * 16), ctypes.create_string_buffer(4096)
    kinds = runtime.cudaMemcpyKind
    (address,) = show("cudaMalloc", runtime.cudaMalloc(4096))
    show("cudaMemcpy", runtime.cudaMemcpy(address, ctypes.addressof(source), 4096, kinds.cudaMemcpyHostToDevice))
    show("cudaMemset", runtime.cudaMemset(address + 100, 0xAA, 50))
    show("cudaMemcpy", runtime.cudaMemcpy(ctypes.addressof(target), address, 4096, kinds.cudaMemcpyDeviceToHost))
    expected = bytearray(source.raw[:4096])
    expected[100:150] = b"\xaa" * 50
    print("bytes are right:", target.raw[:4096] == bytes(expected))
    show(
        "cudaMemcpy beyond",
        runtime.cudaMemcpy(address, ctypes.addressof(source), 1 << 20, kinds.cudaMemcpyHostToDevice),
    )
    (stream,) = show("cudaStreamCreate", runtime.cudaStreamCreate())
    (event,) = show("cudaEventCreate", runtime.cudaEventCreate())
    show("cudaEventRecord", runtime.cudaEventRecord(event, stream))
    show("cudaStreamSynchronize", runtime.cudaStreamSynchronize(stream))
    show("cudaEventDestroy", runtime.cudaEventDestroy(event))
    show("cudaStreamDestroy", runtime.cudaStreamDestroy(stream))
    (where,) = show("cudaPointerGetAttributes", runtime.cudaPointerGetAttributes(address))
    print(where.type.name, where.device)
    show("cudaMalloc of too much", runtime.cudaMalloc(1 << 50))
    show("cudaGetLastError", runtime.cudaGetLastError())
    show("cudaFree", runtime.cudaFree(address))
    show("cudaDeviceReset", runtime.cudaDeviceReset())
    assert target.raw[:4096] == bytes(expected)


main()
