"""Servers that want tokens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import running
from issued import issue


@pytest.fixture(scope="module")
def tokens(tmp_path_factory) -> Path:
    """A tokens file with that of an administrator."""
    path = tmp_path_factory.mktemp("tokens") / "tokens"
    issue(path, "root", "administer")
    return path


@pytest.fixture(scope="module")
def locked(tmp_path_factory, tokens) -> Iterator[running.Dispatcher]:
    """A Dispatcher that wants one of `tokens`."""
    scratch = tmp_path_factory.mktemp("locked")
    with running.dispatcher(scratch, "--softgpu", "1", "--tokens", str(tokens)) as server:
        yield server
