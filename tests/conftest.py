"""For all tests: the directory of shared test modules is importable; Ctrl-C, Ctrl-\\ and a hang-up have their effect on
what they start, also where whoever started them ignores them (in the background of a script, nohup); in CI hypothesis
draws the same examples in every run.

A developer's run draws new examples and may find something; a landing must not depend on which ones it drew.
"""

from __future__ import annotations

import itertools
import os
import signal
from pathlib import Path

import pytest
import running
import toolkit
from hypothesis import settings

WAITING = ("docs", "e2e", "faults", "security", "srs")  # directories

signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("default", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "default")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files whose tests mostly wait take turns with files that mostly compute: two that run at a time are of both
    kinds, and none that waits long is begun last.
    """
    files = list(dict.fromkeys(item.path for item in items))
    computing = [path for path in files if path.parent.name not in WAITING]
    waiting = [path for path in files if path.parent.name in WAITING]
    turns = itertools.zip_longest(waiting, computing)
    place = {path: number for number, path in enumerate(itertools.chain.from_iterable(turns))}
    items.sort(key=lambda item: place[item.path])


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what is not for servers with TLS and tokens, where all have them."""
    mark = item.get_closest_marker("plain")
    if mark and running.SECURE:
        pytest.skip(f"not with BF_TEST_SECURE: {mark.args[0]}")


@pytest.fixture(scope="session")
def gpus(tmp_path_factory) -> Path:
    """A program that prints each device's name and memory, and with an argument how many MiB it can get of device 0."""
    return toolkit.build_driver_program(toolkit.PROGRAMS / "gpus.c", tmp_path_factory.mktemp("gpus"))


@pytest.fixture(scope="session")
def endless(tmp_path_factory) -> Path:
    """A program that works until a call fails."""
    return toolkit.build_driver_program(toolkit.PROGRAMS / "endless.c", tmp_path_factory.mktemp("endless"))


@pytest.fixture(scope="session")
def holder(tmp_path_factory) -> Path:
    """A program that has some MiB of its first GPU until its input ends."""
    return toolkit.build_driver_program(toolkit.PROGRAMS / "holder.c", tmp_path_factory.mktemp("holder"))


@pytest.fixture(scope="session")
def copies(tmp_path_factory) -> Path:
    """A program that copies "to" or "from" the device until its input ends."""
    return toolkit.build_driver_program(toolkit.PROGRAMS / "copies.c", tmp_path_factory.mktemp("copies"))
