"""The files of this source checkout, for tests that read them. Knows nothing of what a test looks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_SKIPPED = {"build", "dist", "_native", "__pycache__"}


def files(*suffixes: str, below: str = ".") -> Iterator[Path]:
    """Every source file below a directory, in order; with suffixes, only those. Hidden and built ones are left out."""
    pending = [ROOT / below]
    while pending:
        for path in sorted(pending.pop().iterdir()):
            if (
                path.name in _SKIPPED
                or path.name.endswith(".egg-info")
                or (path.name.startswith(".") and path.name != ".ci")
            ):
                continue
            if path.is_dir() and not path.is_symlink():
                pending.append(path)
            elif path.is_file() and (not suffixes or path.suffix in suffixes):
                yield path


def name(path: Path) -> str:
    """The path below the checkout, with slashes."""
    return path.relative_to(ROOT).as_posix()


def is_generated(path: Path) -> bool:
    return "generated" in path.parts
