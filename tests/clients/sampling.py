"""A pytest plugin: the fixture of numba-cuda's own conftest.py, which its wheel leaves out."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="class")
def initialize_from_pytest_config(request: pytest.FixtureRequest) -> None:
    request.cls._dump_failed_filechecks = False
