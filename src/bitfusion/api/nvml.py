"""The words of NVML's table: a function of libnvidia-ml.so.1, its parameters, and how it is answered.

Pure data; table/nvml.py builds it, the emitters read it. An entry of the table is

    nvmlX(prototype) : array[count] array~[count]

where the list after the colon names the parameters that are arrays, each with the parameter that tells how many
elements there is room for: a pointer (then it comes back with how many there are) or a number. `~` marks one that is
read as well as written, `?` one that may be NULL whatever the count says: then how many there are is all that is
asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .model import Param, parse_params

LOCAL = "local"  # in the client, from what it knows of its servers
HAND = "hand"  # in the client, which asks the servers for a part of it
REMOTE = "remote"  # by the function of the same name on the server
SERVER = "server"  # by hand on the server
CHANGE = "change"  # would change the server's GPU or host: NVML_ERROR_NO_PERMISSION
ABSENT = "absent"  # NVML_ERROR_NOT_SUPPORTED

_ENTRY = re.compile(r"(nvml\w+)\s*(?:\(([^)]*)\)\s*(?::((?:\s*\w+[~?]?\[\w+\])+))?)?\s*")
_ARRAY = re.compile(r"(\w+)([~?]?)\[(\w+)\]")


@dataclass(frozen=True)
class Array:
    """A parameter that is an array: its name, who tells its room (a parameter, or a constant as text), whether it is
    read too, and whether it may be NULL."""

    name: str
    count: str
    read: bool
    optional: bool


@dataclass(frozen=True)
class Function:
    """One function of NVML. `proto` is empty where the function is exported and nothing more."""

    name: str
    how: str
    proto: str = ""
    arrays: tuple[Array, ...] = ()
    reason: str = ""  # of ABSENT, for the coverage page

    @property
    def params(self) -> tuple[Param, ...]:
        return parse_params(self.proto)

    @property
    def returns(self) -> str:
        return "const char *" if self.name == "nvmlErrorString" else "nvmlReturn_t "


def read(how: str, text: str, reason: str = "") -> tuple[Function, ...]:
    """The entries of a text. Raises ValueError at what is none."""
    functions, at, text = [], 0, text.strip()
    while at < len(text):
        match = _ENTRY.match(text, at)
        if match is None:
            raise ValueError(f"not a function of NVML: {text[at : at + 60]!r}")
        name, proto, arrays = match.groups()
        described = tuple(
            Array(array, count, mark == "~", mark == "?") for array, mark, count in _ARRAY.findall(arrays or "")
        )
        functions.append(Function(name, how, " ".join((proto or "").split()), described, reason))
        at = match.end()
    return tuple(functions)
