"""Connections for tests of real resource schedulers on software GPUs."""

from __future__ import annotations

import pytest
import running

from bitfusion.config.addresses import Address
from bitfusion.srs.client import Srs


@pytest.fixture
def connect():
    """A function: a running scheduler -> a client of it."""
    return lambda scheduler: Srs(Address("127.0.0.1", scheduler.port, tls=running.SECURE))
