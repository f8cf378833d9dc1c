"""Profiler control of cudaProfiler.h: there is nothing to switch on our side, so success."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
# GPUs of today have no profiler to initialise, and there is none of ours to switch on or off.
cuProfilerInitialize@4000 (const char *configFile, const char *outputFile, CUoutput_mode outputMode):
    ready; is CUDA_ERROR_NOT_SUPPORTED
cuProfilerStart@4000 (void):
    current
cuProfilerStop@4000 (void):
    current
""",
    header="cudaProfiler.h",
)
