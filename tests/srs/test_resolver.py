"""Schedulers are found by name on machines with few addresses of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
import running
from patience import PATIENCE_S

# A bridge without anybody has the IPv6 address of its link alone.
LINK_ALONE = 'ip link set lo up; ip link add alone type bridge; ip link set alone up; exec "$@"'
ASK = """
import asyncio, socket
from bitfusion.config.addresses import Address
from bitfusion.errors import SrsUnreachable
from bitfusion.srs.client import Srs

async def ask(port):
    async with Srs(Address("localhost", port)) as srs:
        await srs.gpus()

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
try:
    asyncio.run(ask(port))
except SrsUnreachable as error:
    print(error)
"""


@pytest.mark.skipif(
    not all(map(shutil.which, ("ip", "unshare"))) or os.geteuid() != 0,
    reason="needs root, ip(8) and unshare(1) to make a network namespace",
)
def test_localhost_is_found_where_only_a_link_has_an_address():
    command = ["unshare", "--net", "sh", "-c", LINK_ALONE, "sh", sys.executable, "-c", ASK]
    environment = running.clean_environment(PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=PATIENCE_S, check=True)
    assert "refused" in done.stdout, done.stdout + done.stderr
