"""The driver's part of a new session: devices, the handles that every session has, staging memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .binding import cuda
from .devices import open_devices
from .outgoing import Outgoing
from .ports import Context
from .records import Records
from .staging import Staging


def devices(ordinals: Sequence[int]) -> list[Any]:
    """Initialise the driver; its devices for `ordinals`. Raises NoDevice."""
    return open_devices(ordinals)


def no_context() -> Any:
    """The handle of the absence of a context."""
    return cuda.CUcontext(0)


def default_streams() -> dict[int, Any]:
    """The streams that exist without being made: NULL and CU_STREAM_LEGACY, which are the same stream."""
    return {0: cuda.CUstream(0), 1: cuda.CUstream(1)}


def staging() -> Staging:
    return Staging()


def outgoing() -> Outgoing:
    return Outgoing()


def records() -> Records:
    return Records()


def enter(context: Context) -> None:
    """Make `context` current on the calling thread."""
    cuda.cuCtxSetCurrent(context.handle)
