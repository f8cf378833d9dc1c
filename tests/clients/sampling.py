"""A pytest plugin inside of a client's environment: of the tests that are found it leaves each n-th, and tells how many
there were. A test after which the GPU is lost to its process ends the process, and the next one has another. It also
has the fixture of numba-cuda's own conftest.py, which its wheel leaves out.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

EVERY = "BF_CLIENTS_EVERY"
TOLD = "BF_CLIENTS_TOLD"  # the file that gets the numbers
# What every later call would fail with, too: the names that the driver's errors and the runtime's have.
LOST = re.compile(r"ILLEGAL_(ADDRESS|INSTRUCTION)|LAUNCH_(FAILED|TIMEOUT)|MISALIGNED_ADDRESS|ErrorIllegalAddress")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Iterator[None]:
    yield
    if call.excinfo and "PYTEST_XDIST_WORKER" in os.environ and LOST.search(str(call.excinfo.value)):
        os._exit(1)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    total, every = len(items), int(os.environ.get(EVERY, "1"))
    left_out = [item for number, item in enumerate(items) if number % every]
    items[:] = items[::every]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    if TOLD in os.environ:
        Path(os.environ[TOLD]).write_text(json.dumps({"total": total, "chosen": len(items)}))


@pytest.fixture(scope="class")
def initialize_from_pytest_config(request: pytest.FixtureRequest) -> None:
    if request.cls is not None:
        request.cls._dump_failed_filechecks = False
