"""Profiler control of cudaProfiler.h: there is nothing to switch on our side, so success."""

from ..model import LOCAL, Symbol

SYMBOLS = (
    Symbol(
        "cuProfilerInitialize",
        4000,
        "const char *configFile, const char *outputFile, CUoutput_mode outputMode",
        LOCAL,
        header="cudaProfiler.h",
    ),
    Symbol("cuProfilerStart", 4000, "void", LOCAL, header="cudaProfiler.h"),
    Symbol("cuProfilerStop", 4000, "void", LOCAL, header="cudaProfiler.h"),
)
