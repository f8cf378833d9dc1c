"""Softgpu's PTX front end in a process of its own, under sanitizers: a text goes in, a listing comes out. Executes
nothing.
"""

from __future__ import annotations

import re
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from checkout import ROOT, files
from patience import BUILD_S, PATIENCE_S

INVALID_PTX = 218
UNSUPPORTED_PTX_VERSION = 222
OUT_OF_MEMORY = 2

HEAD = ".version 8.0\n.target sm_80\n.address_size 64\n"
# What ptx.h and matrix.h number: a field of struct ptx_mods, or a special register -> its enum.
_ENUMS = {
    "round": "ptx_round",
    "half": "ptx_half",
    "cmp": "ptx_cmp",
    "boolop": "ptx_bool",
    "atom": "ptx_atom",
    "mode": "ptx_mode",
    "sem": "ptx_sem",
    "scope": "ptx_scope",
    "geometry": "ptx_geometry",
    "mip": "ptx_mip",
    "component": "ptx_component",
    "query": "ptx_query",
    "bounds": "ptx_bounds",
    "sreg": "ptx_sreg",
    "shape": "ptx_shape",
    "layout": "ptx_layout",
    "layout_b": "ptx_layout",
    "matrix": "ptx_matrix",
}

# One register of each kind, and something to name in every state space.
DECLARATIONS = (
    ".reg .pred %p<8>; .reg .b16 %h<8>; .reg .b32 %r<16>; .reg .f32 %f<8>; .reg .b64 %rd<8>; .reg .f64 %fd<8>; .reg"
    " .b128 %q<4>;"
)


def _enumerators() -> dict[str, list[str]]:
    """Field -> the names of its values without PTX_, in order, as the headers have them."""
    text = "".join((ROOT / "softgpu/ptx" / name).read_text() for name in ("ptx.h", "matrix.h"))
    header = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    names = {}
    for field, enum in _ENUMS.items():
        match = re.search(rf"enum {enum} \{{(.*?)\}}", header, re.S)
        assert match
        names[field] = [word.strip().removeprefix("PTX_") for word in match[1].split(",")]
    return names


_NAMES = _enumerators()


def _spell(line: str) -> str:
    """A line with the numbers of modifiers and special registers replaced by their names."""
    line = re.sub(r"\bsreg(\d+)", lambda m: _NAMES["sreg"][int(m[1])], line)
    return re.sub(r" (\w+)=(\d+)", lambda m: f" {m[1]}={_NAMES[m[1]][int(m[2])]}" if m[1] in _NAMES else m[0], line)


@dataclass(frozen=True)
class Listing:
    """What the front end made of one text: the CUresult, the error log, and the module line by line."""

    result: int
    log: str
    lines: tuple[str, ...]

    def starting(self, word: str) -> list[str]:
        """The lines that begin with a word, without it."""
        return [line.strip().removeprefix(word + " ") for line in self.lines if line.strip().startswith(word + " ")]


class Frontend:
    """A running front end. Close it when done."""

    def __init__(self, program: Path) -> None:
        self._process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def read(self, text: str | bytes) -> Listing:
        """Parse one text. Raises AssertionError with the sanitizer's report if the process died of it."""
        data = text.encode() if isinstance(text, str) else text
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._process.stdin.write(struct.pack("<I", len(data)) + data)
        self._process.stdin.flush()
        lines = []
        while (line := self._process.stdout.readline()) != b"end\n":
            assert line, self._process.stderr.read().decode(errors="replace")
            lines.append(line.decode(errors="replace").rstrip("\n"))
        result = int(lines[0].removeprefix("result "))
        body = lines[1:]
        return Listing(result, "" if result == 0 else "\n".join(body), tuple(map(_spell, body)) if result == 0 else ())

    def body(self, statements: str) -> Listing:
        """Parse statements as the body of a kernel with DECLARATIONS before them, on line 5."""
        module = (
            f"{HEAD}.global .align 8 .b32 gv[8]; .const .b32 cv[4]; .shared .b32 sv[4]; "
            f".func (.param .b32 r) ff(.param .b32 a) {{ ret; }} .visible .entry k(.param .u64 p0) {{ {DECLARATIONS}\n"
        )
        return self.read(f"{module}{statements}\n}}\n")

    def close(self) -> None:
        """End the process. Raises AssertionError if it leaked memory."""
        _, errors = self._process.communicate(timeout=PATIENCE_S)
        assert self._process.returncode == 0, errors.decode(errors="replace")


def build(directory: Path) -> Path:
    """Compile the front end and its listing program; returns the program."""
    program = directory / "frontend"
    sources = [ROOT / "tests/ptx/frontend.c", *files(".c", below="softgpu/ptx")]
    flags = "-std=c11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Werror -fsanitize=address,undefined -fno-sanitize-recover=all".split()
    subprocess.run(["gcc", *flags, "-o", program, *sources], check=True, timeout=BUILD_S)
    return program
