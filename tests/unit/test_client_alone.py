"""A client that is installed without extras: every command begins there, and says itself what it lacks."""

from __future__ import annotations

import subprocess
import sys

from patience import PATIENCE_S

ALONE = """
import importlib, pkgutil, sys
for name in ("aiohttp", "cryptography", "cuda", "pynvml", "structlog", "uvloop"):
    sys.modules[name] = None  # an import of it fails
from bitfusion.cli import commands, main
for found in pkgutil.iter_modules(commands.__path__):
    importlib.import_module(f"{commands.__name__}.{found.name}")
sys.exit(main.main(["localhealth", "--json"]))
"""


def test_every_command_is_there_without_the_libraries_of_extras():
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode in (0, 1) and not done.stderr, done.stderr
    assert '"checks"' in done.stdout
