"""For all tests: the directory of shared test modules is importable; Ctrl-C has its effect on what they start, also where the shell that
started them has it ignored (in the background of a script); in CI hypothesis draws the same examples in every run.

A developer's run draws new examples and may find something; a landing must not depend on which ones it drew.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).resolve().parent))

signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("default", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "default")
