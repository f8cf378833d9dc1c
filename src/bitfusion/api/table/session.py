"""Calls that are of the session and of no symbol."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
ping #1 ask ():
    server: CUDA_SUCCESS
    "Nothing but a round trip."
ctx_use #2 tell (unsigned long long ctx):
    server: contexts.ctx_use
    "The calls that follow are made with `ctx` current (0: none)."
# table/nvml.py has its functions, emit_nvml_calls.py how their parameters are packed.
nvml_call #140 ask (const char *function, bytes arguments, unsigned int *returned, bytes *values):
    server: nvml_calls.nvml_call
    "What goes in: of each parameter in order, devices as u32 on this server. What comes out: of each parameter in
    order; after NVML_ERROR_INSUFFICIENT_SIZE the counts alone, after another error nothing."
"""
)
