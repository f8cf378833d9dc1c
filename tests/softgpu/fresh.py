"""Python scripts on softgpu's libcuda.so.1, each in a process of its own: for what is decided once a process, by the
environment.
"""

from __future__ import annotations

import sys

import running
import softcuda as cuda

START = f"""
import ctypes, os, sys
from ctypes import byref, c_int, c_uint, c_uint64, c_void_p
driver = ctypes.CDLL({str(cuda.LIBRARY)!r})
"""
CONTEXT = """
assert driver.cuInit(0) == 0
context = c_void_p()
assert driver.cuCtxCreate_v2(byref(context), 0, 0) == 0
"""


def python(script: str, **environment: str) -> running.Outcome:
    return running.run([sys.executable, "-c", START + script], running.clean_environment(**environment))


def result(script: str, **environment: str) -> str:
    outcome = python(script, **environment)
    assert outcome.code == 0, outcome.errors
    return outcome.output.strip()
