"""What becomes of a process of ours that has a bug: a line in the log and an end, whichever thread finds it."""

from __future__ import annotations

import os
from typing import NoReturn

from ..observe.log import logger

_EXIT_BUG = 70


def crash(error: BaseException | None) -> NoReturn:
    """End the process: one that went on without a thread would let its client wait forever."""
    logger().critical("cuda_server.crashed", exc_info=error)
    # Not exit(): threads may be in the driver for as long as a kernel runs.
    os._exit(_EXIT_BUG)
