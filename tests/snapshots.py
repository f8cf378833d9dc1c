"""Long texts as they stood when somebody last read them: tests/snapshots/NAME.txt.

With BF_RENEW=1 in the environment a test writes its texts anew and passes; `git diff` then shows what a reader gets.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path

from checkout import ROOT, name

FOLDER = ROOT / "tests" / "snapshots"


def compare(what: str, text: str) -> None:
    """Raises AssertionError with the difference if `text` is not what the file holds."""
    path = FOLDER / f"{what}.txt"
    if os.environ.get("BF_RENEW") == "1":
        _write(path, text)
    kept = path.read_text().splitlines() if path.is_file() else [f"no {name(path)}"]
    shown = text.splitlines()
    hint = f"if it is meant: run this test with BF_RENEW=1 and commit {name(path)}"
    assert shown == kept, "\n".join([hint, *difflib.unified_diff(kept, shown, lineterm="")])


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
