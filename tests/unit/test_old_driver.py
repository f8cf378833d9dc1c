"""A driver that is older than a function that a client calls: the call is not supported, and the session goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from patience import PATIENCE_S

# What cuda-python asks for first. It has cuInit alone.
DRIVER = """
#include <string.h>
int cuInit(unsigned flags) { return 0; }
int cuGetProcAddress_v2(const char *name, void **out, int version, unsigned long flags, int *status)
{
    *out = strcmp(name, "cuInit") ? 0 : (void *)cuInit;
    return *out ? 0 : 500;
}
"""

PROGRAM = """
from bitfusion.api.table import WIRES
from bitfusion.dispatch import Dispatch
from bitfusion.driver.binding import initialise
from bitfusion.driver.session import DriverSession
from bitfusion.limits import FRAME_HEADER_BYTES
from bitfusion.session import Quota
from bitfusion.wire.calls import pack_calls

class Client:
    bulk = 0

    def reply(self, number, result, values):
        print("reply", number, int(result), *values)

    def fault(self, context, result, lost=False):
        print("fault", context, int(result))

ids = {wire.name: wire.id for wire in WIRES}
initialise()
client = Client()
dispatch = Dispatch(DriverSession([], Quota([]), client, None), client)
calls = [(ids["cuCtxSetFlags"], 0), (ids["cuCtxResetPersistingL2Cache"],), (ids["ping"],)]
dispatch.run(memoryview(pack_calls(calls)[FRAME_HEADER_BYTES:]))
"""


@pytest.fixture
def old_driver(tmp_path) -> Path:
    source, library = tmp_path / "driver.c", tmp_path / "libcuda.so.1"
    source.write_text(DRIVER)
    made = ["gcc", "-shared", "-fPIC", "-Wl,-soname,libcuda.so.1", "-o", library, source]
    subprocess.run(made, check=True, timeout=PATIENCE_S)
    return library


def test_function_that_the_driver_lacks_is_not_supported_and_the_session_goes_on(old_driver):
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | {"LD_PRELOAD": str(old_driver)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == ["reply 1 801", "fault 0 801", "reply 3 0"]
