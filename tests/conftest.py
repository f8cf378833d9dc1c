"""For all tests: the directory of shared test modules is importable; in CI hypothesis draws the same examples in every run.

A developer's run draws new examples and may find something; a landing must not depend on which ones it drew.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).resolve().parent))

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("default", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "default")
