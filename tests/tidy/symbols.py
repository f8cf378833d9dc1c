"""What a linker may see in the objects of the native libraries, as data: the circles of files that are meant, and how
external names begin.
"""

from __future__ import annotations

# Files that need each other's symbols, over whatever way, and why that is meant. Every other circle is refused.
CIRCLES: dict[frozenset[str], str] = {
    frozenset({"libcuda/names.c", "libcuda/generated/names.c", "softgpu/driver/interpose.c"}): (
        "the table of all entry points has the one that looks them up in it"
    ),
    frozenset(
        {
            "libcuda/names.c",
            "libcuda/generated/names.c",
            "libcuda/export_tables.c",
            "shim/api/interpose.c",
        }
    ): "the table of all entry points has the one that looks them up in it, as has what libcuda/ asks of the client",
}

# How an external name of a file begins, by directory or file, the longest that fits: {file} is the file's name without
# its suffix. A name may also be nothing but the prefix, without its last underscore.
PREFIXES: dict[str, tuple[str, ...]] = {
    "libcuda": ("lc_{file}_",),
    "libnvml": ("ln_{file}_",),
    "shim": ("bf_{file}_",),
    "shim/nvml": ("bf_nvml_{file}_",),
    "softgpu": ("sg_{file}_",),
    # Families have the names of what other rooms are about: memory, float, half.
    "softgpu/isa": ("isa_{file}_",),
    # sg_ptx_: what ptx.h gives to other rooms, whichever file it is in.
    "softgpu/ptx": ("sg_{file}_", "sg_ptx_"),
}

# Names that the rule does not give, as patterns, and why.
NAMES: dict[str, str] = {
    r"cu[A-Z]\w*": "the driver API",
    r"nvml[A-Z]\w*": "NVML",
    r"nvrtcGetCUBIN(Size)?": "NVRTC",
    r"__wrap_\w+": "what ld --wrap calls in place of a function of libc",
    r"bf_tls_library": "what libbftls.so gives the others",
    r"lc_absent|lc_driver|ln_absent": "what libcuda/ and libnvml/ ask of the driver that they are part of",
}
