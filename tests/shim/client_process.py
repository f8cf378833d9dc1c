"""Runs a few lines of Python in a process of its own that calls libbfshim.so through ctypes, as a program would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import running
import secured
from patience import PATIENCE_S

from bitfusion import native

PRELUDE = """
import atexit, ctypes, json, os, signal, sys, threading, time
cuda = ctypes.CDLL({library!r}, mode=ctypes.RTLD_GLOBAL)
results, REPORT = [], {pipe}

def call(name, *arguments):
    result = getattr(cuda, name)(*arguments)
    results.append(result)
    return result

def number(kind=ctypes.c_int):
    return kind()

def init():
    assert cuda.cuInit(0) == 0
    device, context = ctypes.c_int(), ctypes.c_void_p()
    assert cuda.cuDeviceGet(ctypes.byref(device), 0) == 0
    assert cuda.cuDevicePrimaryCtxRetain(ctypes.byref(context), device) == 0
    assert cuda.cuCtxSetCurrent(context) == 0
    return context

def alloc(size):
    address = ctypes.c_uint64()
    assert cuda.cuMemAlloc_v2(ctypes.byref(address), ctypes.c_size_t(size)) == 0
    return address

def name_of(index):
    text = ctypes.create_string_buffer(256)
    assert cuda.cuDeviceGetName(text, 256, index) == 0
    return text.value.decode()

def tell_results():
    os.write(REPORT, json.dumps(results).encode())
"""


@dataclass(frozen=True)
class Ended:
    """How the process ended, what `results` held, and all that it wrote."""

    code: int
    results: list[Any]
    output: str
    errors: str


def start(body: str, *ports: int, **extra: str) -> Started:
    """Start `body` after the prelude. Its `results` come back through a pipe, so that stdout must stay empty."""
    servers = ";".join(map(secured.address, ports))
    read, write = os.pipe()
    prelude = PRELUDE.format(library=str(native.file_of(native.SHIM)), pipe=write)
    variables = running.clean_environment(**({"BF_SERVERS": servers} if ports else {}), **extra)
    process = subprocess.Popen(
        [sys.executable, "-c", f"{prelude}{body}\ntell_results()\n"],
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        pass_fds=(write,),
    )
    os.close(write)
    return Started(process, read)


@dataclass(frozen=True)
class Started:
    """A running program."""

    process: subprocess.Popen[str]
    pipe: int

    def end(self, timeout_s: float = PATIENCE_S) -> Ended:
        """Wait for its end."""
        try:
            output, errors = self.process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            _, errors = self.process.communicate()
            raise AssertionError(f"the program hangs:\n{errors}") from None
        with os.fdopen(self.pipe) as pipe:
            told = pipe.read()
        return Ended(self.process.returncode, json.loads(told) if told else [], output, errors)


def run(body: str, *ports: int, **extra: str) -> Ended:
    """Run `body` to its end."""
    return start(body, *ports, **extra).end()
