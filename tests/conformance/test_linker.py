"""Inputs of the linker as NVIDIA's tools make them: PTX, fatbins, objects, libraries, CUDA's device runtime."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import toolkit
from patience import BUILD_S
from places import PROGRAMS
from test_programs import compare

PTX, FATBIN, OBJECT, LIBRARY = "1", "2", "3", "4"
FLAGS = {PTX: ("-ptx", "-rdc=true"), FATBIN: ("-fatbin", "-rdc=true"), OBJECT: ("-dc",)}


@pytest.fixture(scope="module")
def build(nvcc, tmp_path_factory):
    """A function: the stem of a CUDA source, the type of an input, nvcc options -> a file of that type."""
    directory = tmp_path_factory.mktemp("inputs")

    def build_(stem: str, type_: str, *options: str) -> str:
        kind = OBJECT if type_ == LIBRARY else type_
        made = directory / f"{stem}-{'-'.join(option.strip('-') for option in options)}.{kind}"
        if not made.exists():
            flags = [*FLAGS[kind], *(options or ("-arch=compute_75",)), "-o", str(made)]
            source = PROGRAMS / "linked" / f"{stem}.cu"
            subprocess.run([nvcc.command, *flags, str(source)], check=True, timeout=BUILD_S)
        if type_ != LIBRARY:
            return str(made)
        library = made.with_suffix(".a")
        if not library.exists():
            subprocess.run(["ar", "rc", str(library), str(made)], check=True, timeout=BUILD_S)
        return str(library)

    return build_


@pytest.fixture(scope="module")
def device_runtime(nvcc) -> str:
    found = toolkit.site_packages() / "cu13" / "lib" / "libcudadevrt.a"
    beside = nvcc.command.resolve().parents[1] / "lib64" / "libcudadevrt.a"
    library = next((path for path in (found, beside) if path.is_file()), None)
    if library is None:
        toolkit.missing("libcudadevrt.a", "it comes with nvcc")
    return str(library)


def link(compile_c, server, *inputs: str) -> list[str]:
    """What the program says, after a line for each input."""
    outcome = compare([compile_c(PROGRAMS / "link_files.c"), *inputs], server)
    lines = outcome.output.splitlines()
    return lines[len(inputs) // 2 :]


@pytest.mark.parametrize("how", ["", "+"], ids=["file", "data"])
@pytest.mark.parametrize("type_", [PTX, FATBIN, OBJECT, LIBRARY], ids=["ptx", "fatbin", "object", "library"])
def test_a_function_of_every_kind_of_input(type_, how, build, compile_c, server):
    lines = link(compile_c, server, PTX + how, build("run", PTX), type_ + how, build("helps", type_))
    assert lines[-1] == "got 6 1"


def test_image_that_one_server_has_linked_is_loaded_on_another(compile_c, single_servers):
    compare([compile_c(PROGRAMS / "linker.c")], *single_servers)


def test_what_nobody_needs_of_a_library_is_not_in_the_program(build, compile_c, server):
    """The library defines the function once more."""
    helps = build("helps", PTX), build("helps", LIBRARY)
    lines = link(compile_c, server, PTX, build("run", PTX), PTX, helps[0], LIBRARY, helps[1])
    assert lines[-1] == "got 6 1"


def test_functions_of_the_device_runtime(build, device_runtime, compile_c, server):
    inputs = (OBJECT, build("run", OBJECT, "-arch=compute_75", "-DRUNTIME"), OBJECT, build("helps", OBJECT))
    assert "Undefined reference to '__cudaCDP2GetErrorName'" in "\n".join(link(compile_c, server, *inputs))
    assert link(compile_c, server, *inputs, LIBRARY, device_runtime)[-1] == f"got 6 {ord('I')}"


def test_blocks_wait_for_each_other_by_the_device_runtime(build, device_runtime, compile_c, server):
    """Six threads add 6, and a thread of the last block sees what all of them have added."""
    run = build("run", OBJECT, "-arch=compute_75", "-DGRID")
    lines = link(compile_c, server, OBJECT, run, OBJECT, build("helps", OBJECT), LIBRARY, device_runtime)
    assert lines[-1] == "got 36 36"


def test_launches_of_the_device_runtime_are_refused_by_name(build, device_runtime, compile_c, server):
    run = build("run", OBJECT, "-arch=compute_75", "-DNESTED")
    lines = link(compile_c, server, OBJECT, run, OBJECT, build("helps", OBJECT), LIBRARY, device_runtime)
    assert lines[0].endswith("CUDA_ERROR_INVALID_IMAGE")
    assert "Undefined reference to '__cudaCDP2LaunchDeviceV2'" in "\n".join(lines)


@pytest.mark.parametrize("type_", [FATBIN, OBJECT], ids=["fatbin", "object"])
def test_machine_code_is_refused_by_the_name_of_its_file(type_, build, compile_c, server):
    helps = build("helps", type_, "-gencode=arch=compute_75,code=sm_75")
    outcome = compare([compile_c(PROGRAMS / "link_files.c"), PTX, build("run", PTX), type_ + "+", helps], server)
    refused = outcome.output.splitlines()[1]
    assert refused.endswith("CUDA_ERROR_NO_BINARY_FOR_GPU")
    assert "carries no PTX" in outcome.output


@pytest.mark.parametrize("name", ["helps", "run"])
def test_damaged_inputs_are_refused(name, build, compile_c, server, tmp_path):
    """Cut short at many places, to nothing at all, too, as each type: the program ends, and both ways alike."""
    whole = {type_: build(name, type_) for type_ in (FATBIN, OBJECT, LIBRARY)}
    inputs = []
    for type_, path in whole.items():
        content = Path(path).read_bytes()
        for part in range(12):
            cut = tmp_path / f"{type_}-{part}"
            cut.write_bytes(content[: len(content) * part // 12])
            inputs += [type_, str(cut)]
    compare([compile_c(PROGRAMS / "link_files.c"), *inputs], server)
