"""Shell scripts that operators install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT, name
from patience import PATIENCE_S

SCRIPTS = [name(path) for path in (ROOT / "deploy").rglob("*") if path.is_file() and path.read_bytes()[:3] == b"#!/"]


@pytest.mark.parametrize("script", sorted([*SCRIPTS, "deploy/slurm/settings"]))
def test_shellcheck_finds_nothing(script):
    linter = shutil.which("shellcheck", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if linter is None:
        pytest.skip("no shellcheck; run make deploy-packages")
    done = subprocess.run(
        [linter, "--external-sources", script], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert (done.returncode, done.stdout) == (0, "")
