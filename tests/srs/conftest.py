"""Programs and connections for tests of real resource schedulers on software GPUs."""

from __future__ import annotations

from pathlib import Path

import pytest
import toolkit
from checkout import ROOT

from bitfusion.config.addresses import Address
from bitfusion.srs.client import Srs

PROGRAMS = ROOT / "tests" / "e2e" / "programs"


@pytest.fixture
def connect():
    """A function: a running scheduler -> a client of it."""
    return lambda scheduler: Srs(Address("127.0.0.1", scheduler.port))


@pytest.fixture(scope="session")
def gpus(tmp_path_factory) -> Path:
    """A program that prints each device's memory."""
    return toolkit.build_driver_program(PROGRAMS / "gpus.c", tmp_path_factory.mktemp("gpus"))


@pytest.fixture(scope="session")
def endless(tmp_path_factory) -> Path:
    """A program that works until a call fails."""
    return toolkit.build_driver_program(PROGRAMS / "endless.c", tmp_path_factory.mktemp("endless"))
