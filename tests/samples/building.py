"""NVIDIA's samples as programs: a toolkit of packages from PyPI, and a checkout that it builds, for PTX alone.

Nothing is written into the checkout. A compiler of the name nvcc stands before NVIDIA's: it replaces the
architectures that the samples ask for by one, as PTX. Programs of NVRTC get PTX where they ask for a cubin.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bitfusion import native

INSTALL_S = 3600
CONFIGURE_S = 1800
COMPILE_S = 600  # for one file
SHOWN_LINES = 20
NOT_IN_TIME = "not built in time"
BESIDE = ["nice", "-n", "10"]  # compilers leave the machine to others; programs do not: their time is bounded
NVRTC_AS_PTX = "-DnvrtcGetCUBIN=nvrtcGetPTX -DnvrtcGetCUBINSize=nvrtcGetPTXSize"
COMPILER = """#!/bin/sh
# NVIDIA's nvcc with its arguments, but for the architectures.
n=$#
while [ $n -gt 0 ]; do
  word=$1; shift; n=$((n-1))
  case $word in
    --generate-code=*|-gencode=*|-arch=*|--gpu-architecture=*|-code=*|--gpu-code=*) ;;
    -gencode|--generate-code|-arch|--gpu-architecture|-code|--gpu-code) shift; n=$((n-1)) ;;
    *) set -- "$@" "$word" ;;
  esac
done
exec timeout @SECONDS@ @NVCC@ -gencode arch=compute_@CC@,code=compute_@CC@ "$@"
"""
ABSENT = """find_package(CUDAToolkit REQUIRED)
foreach(name @NAMES@)
  if(NOT TARGET CUDA::${name})
    add_library(CUDA::${name} INTERFACE IMPORTED GLOBAL)
    target_link_libraries(CUDA::${name} INTERFACE ${name})
  endif()
endforeach()
"""
QUERY = ".cmake/api/v1/query/codemodel-v2"
REPLIES = ".cmake/api/v1/reply"


class CannotBuild(Exception):
    """Nothing can be built; the text says why, and what to do."""


@dataclass(frozen=True)
class Sample:
    name: str
    group: str
    program: Path | None = None  # if it was built
    why_not: str = field(default="", compare=False)


class Toolkit:
    """The packages in a directory of their own, with the names that they leave out."""

    def __init__(self, place: Path, data: dict[str, Any]) -> None:
        self.place, self.data = place, data
        self.root = place / "site" / "nvidia" / "cu13"
        self.nvcc = place / "bin" / "nvcc"

    def install(self) -> None:
        """Unless that was done before. Raises subprocess.CalledProcessError with pip's words on stderr."""
        done = self.place / "packages.json"
        if done.exists() and json.loads(done.read_text()) == self.data["packages"]:
            return
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
        site = str(self.place / "site")
        subprocess.run([*pip, "--target", site, *self.data["packages"]], check=True, timeout=INSTALL_S)
        done.write_text(json.dumps(self.data["packages"]))

    def complete(self) -> None:
        """Names under which programs are linked, the compiler, and what stands for libraries that are absent."""
        libraries = self.root / "lib"
        for library in libraries.glob("lib*.so.*"):
            _link(libraries / (library.name.partition(".so.")[0] + ".so"), library.name)
        (libraries / "stubs").mkdir(exist_ok=True)
        _link(libraries / "stubs" / "libcuda.so", native.link_directory(native.SOFTGPU) / "libcuda.so.1")
        _link(self.root / "lib64", "lib")
        for place, name, target in (
            ("lib64", "libnvvm.so", "lib/libnvvm.so.4"),
            ("include", "nvvm.h", "include/nvvm.h"),
        ):
            (self.root / "nvvm" / place).mkdir(exist_ok=True)
            _link(self.root / "nvvm" / place / name, Path("..", "..", target))
        words = {"@SECONDS@": COMPILE_S, "@NVCC@": self.root / "bin" / "nvcc", "@CC@": self.data["architecture"]}
        self.nvcc.parent.mkdir(exist_ok=True)
        _write(self.nvcc, COMPILER, words)
        self.nvcc.chmod(0o755)
        _write(self.place / "absent.cmake", ABSENT, {"@NAMES@": " ".join(self.data["absent"])})

    def tool(self, *words: str) -> list[str]:
        name, *rest = words
        program = {"cmake": "cmake/data/bin/cmake", "ninja": "bin/ninja"}[name]
        return [str(self.place / "site" / program), *rest]


def _link(link: Path, target: str | Path) -> None:
    if not link.is_symlink() or os.readlink(link) != str(target):
        link.unlink(missing_ok=True)
        link.symlink_to(target)


def _write(path: Path, text: str, words: dict[str, Any]) -> None:
    """Not if it says that already: what is newer is built anew."""
    for word, value in words.items():
        text = text.replace(word, str(value))
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


class Checkout:
    """A checkout of the samples, built in `place`/objects."""

    def __init__(self, source: Path, toolkit: Toolkit) -> None:
        for name in ("CMakeLists.txt", "Samples"):
            if not (source / name).exists():
                raise CannotBuild(
                    f"{source} has no {name}: name a checkout of NVIDIA's cuda-samples of 12.8 or newer "
                    "(git clone https://github.com/NVIDIA/cuda-samples)"
                )
        self.source, self.toolkit = source.resolve(), toolkit
        self.objects = toolkit.place / "objects"
        self.log = toolkit.place / "configure.log"

    def arguments(self) -> dict[str, Any]:
        """Of each program, as the checkout's own list for tests has them."""
        listed = self.source / "test_args.json"
        return json.loads(listed.read_text()) if listed.exists() else {}

    def configure(self) -> None:
        """Raises CannotBuild with cmake's last words."""
        (self.objects / QUERY).parent.mkdir(parents=True, exist_ok=True)
        (self.objects / QUERY).touch()
        settings = {
            "CMAKE_CUDA_COMPILER": self.toolkit.nvcc,
            "CMAKE_MAKE_PROGRAM": self.toolkit.tool("ninja")[0],
            "CUDAToolkit_ROOT": self.toolkit.root,
            "CMAKE_BUILD_TYPE": "Release",
            # Programs are compiled once and run twice, so the compiler's time counts.
            "CMAKE_CXX_FLAGS_RELEASE": "-O1 -DNDEBUG",
            "CMAKE_CUDA_FLAGS_RELEASE": "-O1 -DNDEBUG",
            "CMAKE_CXX_FLAGS": NVRTC_AS_PTX,
            "CMAKE_CUDA_FLAGS": NVRTC_AS_PTX,
            "CMAKE_PROJECT_INCLUDE": self.toolkit.place / "absent.cmake",
        }
        words = [f"-D{name}={value}" for name, value in settings.items()]
        command = self.toolkit.tool("cmake", "-G", "Ninja", "-S", str(self.source), "-B", str(self.objects), *words)
        with self.log.open("w") as log:
            done = subprocess.run([*BESIDE, *command], stdout=log, stderr=subprocess.STDOUT, timeout=CONFIGURE_S)
        if done.returncode:
            last = "".join(self.log.read_text(errors="replace").splitlines(keepends=True)[-SHOWN_LINES:])
            raise CannotBuild(f"cmake could not read {self.source}:\n{last}")

    def samples(self) -> list[Sample]:
        """Those that have a program here, and those that have none with cmake's reason."""
        replies = self.objects / REPLIES
        index = json.loads(max(replies.glob("index-*.json")).read_text())
        model = json.loads((replies / index["reply"]["codemodel-v2"]["jsonFile"]).read_text())
        found = []
        for row in model["configurations"][0]["targets"]:
            target = json.loads((replies / row["jsonFile"]).read_text())
            if target["type"] == "EXECUTABLE":
                program = self.objects / target["artifacts"][0]["path"]
                found.append(Sample(target["name"], _group(target["paths"]["source"]), program))
        return sorted([*found, *self._left_out(found)], key=lambda sample: (sample.group, sample.name.lower()))

    def _left_out(self, found: list[Sample]) -> list[Sample]:
        told = self.log.read_text(errors="replace")
        reasons = {name: why for why, name in re.findall(r"-- (.+?) - will not build sample '(\w+)'", told)}
        reasons |= dict.fromkeys(re.findall(r"-- Sample '(\w+)' is Windows-only", told), "it is for Windows")
        groups = {path.name: path.parent.name for path in self.source.glob("Samples/*/*") if path.is_dir()}
        named = {sample.name for sample in found}
        return [Sample(name, groups.get(name, ""), None, why) for name, why in reasons.items() if name not in named]

    def build(self, names: list[str], seconds: float) -> None:
        """As many as can be built in that time; what fails holds up no other."""
        command = self.toolkit.tool("ninja", "-C", str(self.objects), "-k", "0", "-j", "2", *names)
        with (self.toolkit.place / "build.log").open("w") as log:
            process = subprocess.Popen([*BESIDE, *command], stdout=log, stderr=subprocess.STDOUT)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                print(f"not all is built after {seconds:.0f} s; run this again to go on", file=sys.stderr)
            finally:
                process.terminate()  # and not kill: it ends its compilers
                process.wait()

    def why_not_built(self, name: str) -> str:
        """The first error of the build that concerns this program."""
        told = (self.toolkit.place / "build.log").read_text(errors="replace")
        for block in re.split(r"(?m)^(?=\[\d+/\d+\] |FAILED: )", told):
            if block.startswith("FAILED: ") and re.search(
                rf"/{re.escape(name)}(\.dir/|\s)", block.splitlines()[0] + " "
            ):
                return first_error(block.splitlines()[2:])
        return NOT_IN_TIME


def first_error(lines: list[str]) -> str:
    found = [line for line in lines if re.search(r"\b(error|cannot find|No such file|undefined)\b", line, re.I)]
    # A compiler that was ended says nothing else.
    return re.sub(r"\S*/", "", found[0]).strip() if found else NOT_IN_TIME


def _group(source: str) -> str:
    parts = Path(source).parts
    return parts[1] if len(parts) > 1 and parts[0] == "Samples" else ""
