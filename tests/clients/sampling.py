"""A pytest plugin inside of a client's environment: of the tests that are found it leaves each n-th, and tells how many
there were. It also has the fixture of numba-cuda's own conftest.py, which its wheel leaves out.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

EVERY = "BF_CLIENTS_EVERY"
TOLD = "BF_CLIENTS_TOLD"  # the file that gets the numbers


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
