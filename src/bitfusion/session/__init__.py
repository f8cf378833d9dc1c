"""What one client owns: objects by number, the current context, the memory quota. Pure."""

from .objects import Context, Handle, Handles, Launchable, Link, Named, Physical, Pool
from .quota import Ledger, Quota
from .session import Session

__all__ = [
    "Context",
    "Handle",
    "Handles",
    "Launchable",
    "Ledger",
    "Link",
    "Named",
    "Physical",
    "Pool",
    "Quota",
    "Session",
]
