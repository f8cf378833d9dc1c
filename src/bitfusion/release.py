"""Which release this is, and of which commit, if that was known when it was built."""

from __future__ import annotations

from importlib import resources

from . import __version__

RELEASE = __version__
COMMIT_FILE = "_commit.txt"  # setup.py writes it into the package that it builds, never into the sources


def commit() -> str | None:
    """The first digits of the git commit, None if it was built without git."""
    try:
        text = resources.files(__package__).joinpath(COMMIT_FILE).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return text or None


def full() -> str:
    """`0.1.0-1a2b3c4d`, or `0.1.0` if the commit is not known."""
    return f"{RELEASE}-{known}" if (known := commit()) else RELEASE
