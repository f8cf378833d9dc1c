"""Who may know whom, as data: the table of architecture.md for Python packages and C directories."""

from __future__ import annotations

from dataclasses import dataclass, field

_BASE = frozenset({"errors", "limits", "wording"})


@dataclass(frozen=True)
class Layer:
    """A part of `bitfusion`: the other parts and the foreign packages that it may import, and what it must not, even
    so.
    """

    knows: frozenset[str] = frozenset()
    packages: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    everything: bool = False  # may import every part
    # File name -> modules that this file must not import: of its own part, or of the standard library.
    files: dict[str, frozenset[str]] = field(default_factory=dict)


_PURE = frozenset({"asyncio", "socket", "time", "random", "os"})
_NO_STORE = frozenset({"sqlite3", "pathlib", "bitfusion.scheduler.store", "bitfusion.scheduler.sqlite"})

PYTHON: dict[str, Layer] = {
    "errors": Layer(),
    "limits": Layer(),
    "wording": Layer(),
    "release": Layer(),
    "extras": Layer(knows=_BASE),
    "certificates": Layer(knows=_BASE, packages=frozenset({"cryptography"})),
    "api": Layer(knows=_BASE),
    "places": Layer(knows=_BASE),
    "native": Layer(knows=_BASE | {"places"}),
    "image_store": Layer(knows=_BASE | {"places", "confine"}, never=frozenset({"cuda", "socket"})),
    "confine": Layer(knows=_BASE),
    "config": Layer(knows=_BASE | {"places", "confine"}, packages=frozenset({"yaml"})),
    "access": Layer(knows=_BASE | {"places"}, never=frozenset({"socket", "asyncio", "random"})),
    "observe": Layer(knows=_BASE, packages=frozenset({"prometheus_client", "structlog"})),
    "wire": Layer(knows=_BASE, packages=frozenset({"msgpack"}), never=_PURE),
    "session": Layer(knows=_BASE, never=_PURE | {"cuda"}),
    "scheduler": Layer(
        knows=_BASE,
        never=_PURE | {"cuda"},
        # The core and its data do not know that there is a store.
        files=dict.fromkeys(("model.py", "placement.py", "state.py", "core.py", "view.py"), _NO_STORE),
    ),
    "driver": Layer(
        knows=_BASE | {"api", "session", "image_store"},
        packages=frozenset({"cuda", "pynvml"}),
        never=frozenset({"asyncio", "wire"}),
    ),
    "generated": Layer(knows=frozenset({"driver", "limits"}), never=frozenset({"asyncio", "socket"})),
    "dispatch": Layer(knows=_BASE | {"wire", "session", "driver", "generated"}, never=frozenset({"asyncio", "socket"})),
    "net": Layer(knows=_BASE | {"access", "wire", "config", "places", "confine"}),
    "worker": Layer(
        knows=_BASE
        | {"wire", "session", "driver", "dispatch", "generated", "net", "observe", "image_store", "confine"},
        packages=frozenset({"structlog"}),
    ),
    "server": Layer(
        knows=_BASE
        | {
            "access",
            "wire",
            "net",
            "worker",
            "observe",
            "config",
            "native",
            "image_store",
            "extras",
            "confine",
            "certificates",
        },
        packages=frozenset({"uvloop", "aiohttp"}),
    ),
    "srs": Layer(
        knows=_BASE | {"access", "scheduler", "server", "net", "observe", "config", "places", "extras"},
        packages=frozenset({"aiohttp", "yarl", "yaml", "uvloop"}),
    ),
    "cli": Layer(everything=True, packages=frozenset({"click", "rich"}), never=frozenset({"cuda"})),
}


@dataclass(frozen=True)
class Sources:
    """A directory of C: the directories whose headers it may include, and system headers that it must not."""

    knows: frozenset[str]
    never: frozenset[str] = frozenset()
    # File name -> headers that this file must not include, directly.
    files: dict[str, frozenset[str]] = field(default_factory=dict)


_SOCKETS = frozenset({"sys/socket.h", "netinet/in.h", "netinet/tcp.h", "netdb.h", "arpa/inet.h"})

C: dict[str, Sources] = {
    "libcuda": Sources(knows=frozenset({"libcuda"}), never=_SOCKETS),
    "libnvml": Sources(knows=frozenset({"libnvml"}), never=_SOCKETS),
    "shim": Sources(
        knows=frozenset({"shim", "libcuda", "libnvml"}),
        files={
            "transport.c": frozenset({"cuda_types.h", "cuda_api.h"}),
            "decode.c": _SOCKETS,
            "encode.c": _SOCKETS,
            "msgpack.c": _SOCKETS,
        },
    ),
    "softgpu": Sources(knows=frozenset({"softgpu", "libcuda", "libnvml"}), never=_SOCKETS),
}

# The rooms of a directory of C, lowest first: a room includes nothing of those above it. What each library has of its
# own beside them (nvml/) knows the lowest alone.
ROOMS: dict[str, tuple[str, ...]] = {"shim": ("wire", "managed", "state", "api")}
BESIDE: dict[str, dict[str, str]] = {"shim": {"nvml": "wire", "tls": "wire"}}

# The parts of Python that talk to the user on stdout; everything else is a library.
PRINTING = frozenset({"cli", "api/generate.py", "server", "srs/program.py"})
