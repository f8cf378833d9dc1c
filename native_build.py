"""Compiles libbfshim.so and softgpu's libcuda.so.1, the libnvidia-ml.so.1 of each and libbfnvrtc.so, with the C
compiler: sources, flags, incremental builds, and the same libraries under the compiler's sanitizers.

python native_build.py        compiles all into build/native, and writes build/compile_commands.json
BF_SANITIZE=address|thread    as that, under a sanitizer, into build/native-address or build/native-thread

Used by setup.py and by tests, too; knows nothing of Python packaging. A source is compiled again when it, a header or
the flags changed.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
WARNINGS = ("-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla").split()
# A warning ends our own builds, not the installation of a user whose compiler is newer than ours.
STRICT = ["-Werror"] if os.environ.get("BF_STRICT_BUILD") or os.environ.get("CI") else []
# -ffp-contract=off: a PTX mul followed by add must round twice. -fno-math-errno lets sqrt vectorise. Not
# -frounding-math: it keeps sqrt and rint from vectorising, and softgpu/isa/rounding.c changes the mode around calls
# through pointers only.
# -g1: lines but no variables, whose tracking takes a fifth of the time that compiling takes.
# The header has the old versions of glibc's functions, so that what is built here starts on older systems, too.
COMMON = "-std=c11 -D_GNU_SOURCE -O2 -g1 -fPIC -fvisibility=hidden -pthread -include".split()
COMMON.append(str(ROOT / "libcuda" / "glibc.h"))
# Named as files: the linker of a system with glibc 2.34 finds nothing in them, and would leave them out.
OLD_GLIBC = "-Wl,--no-as-needed -l:libpthread.so.0 -l:libdl.so.2".split()
EXECUTOR = "-O3 -ffp-contract=off -fno-math-errno -fno-trapping-math".split()
# What a sanitizer's build has after all other flags, by its name in BF_SANITIZE. Its objects and libraries have a
# folder of their own: build/native-address. The first report of undefined behaviour ends the program. What works on
# columns (softgpu/isa) is in it as it is shipped: columns and device memory are mapped without gaps, where a sanitizer
# sees nothing, and instrumenting the loops over them takes longer than all the rest.
SANITIZERS = {
    "": [],
    "address": "-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined".split(),
    # It does not follow fences: softgpu's are for what runs in a kernel.
    "thread": "-O1 -g -fno-omit-frame-pointer -fsanitize=thread -Wno-tsan".split(),
}


@dataclass(frozen=True)
class Library:
    """A shared library: file name, SONAME, its sources (files, and directories with all that is below them except
    `without`), libraries to link, its version script, and a library in the same directory that is to be loaded with
    it."""

    name: str
    soname: str
    sources: tuple[str, ...]
    link: tuple[str, ...] = ()
    exports: str = "libcuda/exports.map"
    beside: str = ""
    without: tuple[str, ...] = ()


# What every library has: functions of libc that are called past whatever the program exports under their names, and the
# environment.
PROCESS = ("libcuda/libc.c", "libcuda/environment.c")
BOUND = tuple(re.findall(r"^    F\(.*?, (\w+), \(", (ROOT / "libcuda" / "libc.h").read_text(), re.MULTILINE))
# Not in a sanitizer's build: it has to see these calls.
WRAPS = [f"-Wl,--wrap={name}" for name in BOUND]

# Static OpenSSL 3, which libbftls.so has inside, where the compiler finds it: Debian has it in libssl-dev. Without it,
# the library is not built, and a tls:// address tells what to install.
_OPENSSL = ("libssl.a", "libcrypto.a")
_OPENSSL_CALLS = re.findall(
    r"^(?:FORWARD|OURS|REFUSE)\([^,]+, (\w+),", (ROOT / "shim" / "tls" / "forward.c").read_text(), re.MULTILINE
)

# What both of the client's libraries have of the wire: each has connections of its own.
_CLIENT = (
    "shim/generated/calls.c",
    *(
        f"shim/wire/{part}.c"
        for part in (
            "ca connect connect_all decode digest encode identity introduction msgpack proof prover reach report resume"
            " servers snapshot tls tls_load token transport welcome"
        ).split()
    ),
)
SHIM_NVML = Library(
    "shim/libnvidia-ml.so.1",
    "libnvidia-ml.so.1",
    ("shim/nvml", "libnvml", *PROCESS, *_CLIENT),
    exports="libnvml/exports.map",
)
# nodelete: its threads outlive a dlclose.
SHIM = Library(
    "shim/libbfshim.so",
    "libcuda.so.1",
    ("shim", "libcuda"),
    ("-Wl,-z,nodelete",),
    beside="libnvidia-ml.so.1",
    without=("shim/nvml", "shim/nvrtc", "shim/tls"),
)
# Loaded by either when it has to. nodelete: OpenSSL has what threads clean up as they end.
SHIM_TLS = Library(
    "shim/libbftls.so",
    "libbftls.so",
    ("shim/tls", *PROCESS),
    (
        "-Wl,-z,nodelete",
        "-Wl,--gc-sections",
        *(f"-Wl,--wrap={name}" for name in _OPENSSL_CALLS),
        *(f"-l:{name}" for name in _OPENSSL),
    ),
    exports="shim/tls/exports.map",
)
# Not a driver: what the flag --ptx preloads beside one.
NVRTC = Library("nvrtc/libbfnvrtc.so", "libbfnvrtc.so", ("shim/nvrtc",), exports="shim/nvrtc/exports.map")
# nodelete: its worker threads outlive a dlclose. The NVML of each driver is loaded with it, so that preloading the
# driver is enough for a program that looks for NVML by its name: 75 microseconds a process.
SOFTGPU = Library(
    "softgpu/libcuda.so.1",
    "libcuda.so.1",
    (*(f"softgpu/{part}" for part in ("driver", "host", "isa", "lower", "memory", "ptx", "run", "texture")), "libcuda"),
    ("-lm", "-Wl,-z,nodelete"),
    beside="libnvidia-ml.so.1",
)
SOFTGPU_NVML = Library(
    "softgpu/libnvidia-ml.so.1",
    "libnvidia-ml.so.1",
    ("softgpu/nvml", "softgpu/host", "libnvml", *PROCESS),
    exports="libnvml/exports.map",
)


def compiler() -> list[str]:
    """The words that start the C compiler."""
    return shlex.split(os.environ.get("CC", "gcc"))


def has_openssl() -> bool:
    """Whether the compiler finds OpenSSL 3 as static libraries, and its headers."""
    look = [*compiler(), "-E", "-xc", "-", "-o", os.devnull]
    header = "#include <openssl/opensslv.h>\n#if OPENSSL_VERSION_MAJOR != 3\n#error\n#endif\n"
    try:
        paths = [
            subprocess.run([*compiler(), f"-print-file-name={name}"], capture_output=True, text=True)
            for name in _OPENSSL
        ]
        found = all(os.path.isabs(path.stdout.strip()) for path in paths)
        return found and subprocess.run(look, input=header, capture_output=True, text=True).returncode == 0
    except OSError:
        return False


LIBRARIES = (SHIM_NVML, SHIM, *((SHIM_TLS,) if has_openssl() else ()), SOFTGPU_NVML, SOFTGPU, NVRTC)


def main() -> None:
    """Build every library, and write how."""
    for built in build_all(os.environ.get("BF_SANITIZE", "")):
        print(built)
    write_commands(ROOT / "build" / "compile_commands.json")


def directory(sanitizer: str = "") -> Path:
    """Where the libraries of this checkout are built. Raises ValueError if there is no such sanitizer."""
    if sanitizer not in SANITIZERS:
        raise ValueError(f"BF_SANITIZE={sanitizer}: only {' and '.join(filter(None, SANITIZERS))} are known")
    return ROOT / "build" / "-".join(filter(None, ("native", sanitizer)))


def build_all(sanitizer: str = "") -> list[Path]:
    """Build every library; returns the files. Raises as build() does."""
    with _turn():
        # All sources at once: from one library to the next, a core would wait for the last source of the first.
        _compile_all([source for library in LIBRARIES for source in sources_of(library)], sanitizer)
        return [_build(library, sanitizer) for library in LIBRARIES]


def build(library: Library, sanitizer: str = "") -> Path:
    """Compile and link `library` below directory(sanitizer); returns the file. Raises CalledProcessError with gcc's
    own message shown.
    """
    with _turn():
        return _build(library, sanitizer)


@contextmanager
def _turn() -> Iterator[None]:
    """One process at a time, whatever the sanitizer, as all have objects in common: who comes second finds what the
    first has compiled.
    """
    folder = directory()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(library: Library, sanitizer: str) -> Path:
    compiled = _compile_all(sources_of(library), sanitizer)
    target = directory(sanitizer) / library.name
    inputs = [path for path, _ in compiled]
    # Written beside and renamed: a running program keeps the library that it has loaded.
    fresh = target.with_suffix(".new")
    command = [
        *compiler(),
        *_link_flags(library, target.parent),
        *SANITIZERS[sanitizer],
        *(() if sanitizer else WRAPS),
        "-o",
        str(fresh),
        *map(str, inputs),
        *library.link,
        *OLD_GLIBC,
    ]
    stamp = _objects(sanitizer) / f"{library.name}.cmd"
    stamp.parent.mkdir(parents=True, exist_ok=True)
    same = stamp.exists() and stamp.read_text() == shlex.join(command)
    if not same or newer(target, inputs) or any(changed for _, changed in compiled):
        target.parent.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        _run(command)
        fresh.replace(target)
        stamp.write_text(shlex.join(command))
    return target


def objects_of(library: Library) -> list[Path]:
    """The object files of `library`, which has been built."""
    return [_object(source, "") for source in sources_of(library)]


def write_commands(target: Path) -> None:
    """Write how each source of LIBRARIES is compiled, for clang-tidy and editors: compile_commands.json."""
    commands = {}
    for library in LIBRARIES:
        for source in sources_of(library):
            words = ["cc", *_flags(source, ""), "-c", str(source)]
            commands[source] = {"directory": str(ROOT), "file": str(source), "arguments": words}
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(list(commands.values()), indent=1) + "\n")


def sources_of(library: Library) -> list[Path]:
    """The C files of a library, in order."""
    found = {
        path
        for part in library.sources
        for path in ([ROOT / part] if part.endswith(".c") else (ROOT / part).rglob("*.c"))
    }
    return sorted(path for path in found if not any(ROOT / part in path.parents for part in library.without))


def _objects(sanitizer: str) -> Path:
    return directory(sanitizer) / "objects"


def _object(source: Path, sanitizer: str) -> Path:
    return (_objects(sanitizer) / source.relative_to(ROOT)).with_suffix(".o")


def _compile_all(sources: Iterable[Path], sanitizer: str) -> list[tuple[Path, bool]]:
    # The executor's files take longest: begun last, the last of them would run alone.
    ordered = sorted(set(sources), key=lambda source: (not _is_executor(source), source))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda source: _compile_one(source, sanitizer), ordered))


def _compile_one(source: Path, sanitizer: str) -> tuple[Path, bool]:
    if not sanitizer or source.relative_to(ROOT).parts[:2] != ("softgpu", "isa"):
        return _compile(source, sanitizer)
    shipped = _object(source, "")
    if newer(shipped, _dependencies(shipped, source)):
        return _compile(source, "")
    return shipped, False


def _is_executor(source: Path) -> bool:
    parts = source.relative_to(ROOT).parts
    return parts[0] == "softgpu" and parts[1] in ("isa", "lower", "run")


def _link_flags(library: Library, directory: Path) -> list[str]:
    flags = [
        "-shared",
        "-pthread",
        f"-Wl,-soname,{library.soname}",
        "-Wl,-Bsymbolic",
        "-Wl,-z,defs",
        "-Xlinker",  # -Wl would divide the path at a comma
        f"--version-script={ROOT / library.exports}",
    ]
    if library.beside:
        # RPATH, not RUNPATH: LD_LIBRARY_PATH may lead to another driver's.
        flags += [
            f"-L{directory}",
            "-Wl,--disable-new-dtags,-rpath,$ORIGIN",
            "-Wl,--no-as-needed",
            f"-l:{library.beside}",
        ]
    return flags


def _flags(source: Path, sanitizer: str) -> list[str]:
    return [*COMMON, *WARNINGS, *(EXECUTOR if _is_executor(source) else ()), *SANITIZERS[sanitizer]]


def _compile(source: Path, sanitizer: str) -> tuple[Path, bool]:
    target = _object(source, sanitizer)
    # Instrumented code has false warnings.
    strict = [] if sanitizer else STRICT
    command = [*compiler(), *_flags(source, sanitizer), *strict, "-MMD", "-c", str(source), "-o", str(target)]
    stamp = target.with_suffix(".cmd")
    line = shlex.join(command)
    if stamp.exists() and stamp.read_text() == line and not newer(target, _dependencies(target, source)):
        return target, False
    target.parent.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    _run(command)
    stamp.write_text(line)
    return target, True


def _dependencies(target: Path, source: Path) -> list[Path]:
    rules = target.with_suffix(".d")
    if not rules.exists():
        return [source]
    # White space and # in a path stand behind a backslash, a dollar sign is doubled.
    words = re.findall(r"(?:\\.|[^\s\\])+", rules.read_text().replace("\\\n", " "))[1:]
    return [Path(re.sub(r"\\(.)", r"\1", word).replace("$$", "$")) for word in words]


def newer(target: Path, inputs: Iterable[Path]) -> bool:
    """True if target is missing or older than any input (a vanished input counts as newer)."""
    if not target.exists():
        return True
    age = target.stat().st_mtime_ns
    return any(not path.exists() or path.stat().st_mtime_ns > age for path in inputs)


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
