"""What a command shows while it waits for GPUs: on a terminal one line that is always up to date, elsewhere a line when
something has changed, and now and then how long it has been.

The line is written by hand: rich hides the cursor as long as it draws, and a command that is stopped or killed
meanwhile would leave it hidden.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from types import TracebackType

from ..srs.pool import Tell
from ..srs.standing import Standing, names_text
from . import show
from .units import about_text, seconds_text

_AGAIN_S, _AGAIN_MAX_S = 60.0, 15 * 60.0  # between two lines that tell nothing but the time
_BEAT_S = 1.0  # of the line on a terminal


class Waiting:
    """`with Waiting(tell, quiet) as waiting: await acquire(..., waiting.see)`, in the event loop's thread."""

    def __init__(self, tell: Tell, quiet: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._quiet = quiet
        self._clock = clock
        self._living = sys.stderr.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")
        self._standing: Standing | None = None  # None as long as nothing has to be waited for
        self._began_s = self._seen_s = 0.0
        self._told = ""
        self._pause_s = _AGAIN_S
        self._timer: asyncio.TimerHandle | None = None
        self._drawn = False

    def __enter__(self) -> Waiting:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._standing is None or self._quiet:
            return
        if self._timer is not None:
            self._timer.cancel()
        if self._living:
            asyncio.get_running_loop().remove_signal_handler(signal.SIGWINCH)
            self._wipe()
        if error is None:
            self._tell("INFO", f"Waited {seconds_text(self._clock() - self._began_s)}")

    def see(self, standing: Standing) -> None:
        """The client stands so now."""
        if self._quiet:
            return
        first, self._standing, self._seen_s = self._standing is None, standing, self._clock()
        if first:
            self._began_s = self._seen_s
            self._tell("INFO", standing.text)
            self._told = standing.text
            if self._living:
                asyncio.get_running_loop().add_signal_handler(signal.SIGWINCH, self._draw)
            self._beat()
        elif self._living:
            self._draw()
        elif standing.text != self._told:
            self._say()

    def line(self) -> str:
        """The line on a terminal: the most important first, because the end may not fit."""
        assert self._standing is not None
        foremost = self._standing.foremost
        waited = seconds_text(self._clock() - self._began_s)
        if foremost is None or foremost.position is None:
            return f"Waiting {waited} for {self._standing.wanted}: no server answers, they are asked again"
        named = names_text(foremost.others, foremost.position)
        others = f", behind {named}" if named and foremost.position else f", {named}" if named else ""
        return (
            f"Waiting {waited} for {self._standing.wanted}: place {foremost.position + 1}, {self._expected()}{others}"
        )

    def _expected(self) -> str:
        assert self._standing is not None
        start_in_s = self._standing.start_in_s
        return "no estimate yet" if start_in_s is None else about_text(start_in_s - (self._clock() - self._seen_s))

    def _beat(self) -> None:
        """What time alone makes necessary."""
        if self._living:
            self._draw()
        elif self._timer is not None:
            self._say()
            self._pause_s = min(2 * self._pause_s, _AGAIN_MAX_S)
        pause_s = _BEAT_S if self._living else self._pause_s
        self._timer = asyncio.get_running_loop().call_later(pause_s, self._beat)

    def _say(self) -> None:
        assert self._standing is not None
        self._told = self._standing.text
        waited = seconds_text(self._clock() - self._began_s)
        self._tell("INFO", f"{self._told}; waited {waited}, {self._expected()}")

    def _draw(self) -> None:
        # In the background it would write into what its user types.
        if _in_foreground():
            self._write(f"\r\x1b[K{_fitting(show.printable(self.line()), _columns() - 1)}")
            self._drawn = True

    def _wipe(self) -> None:
        if self._drawn and _in_foreground():
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):  # nobody is there any more
            sys.stderr.write(text)
            sys.stderr.flush()


def _in_foreground() -> bool:
    try:
        return os.tcgetpgrp(sys.stderr.fileno()) == os.getpgrp()
    except OSError:
        return False


def _columns() -> int:
    """Of the terminal now: COLUMNS may be what it was when a shell began."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except OSError:
        return 80


def _fitting(text: str, columns: int) -> str:
    """As much of `text` as the terminal shows in one line."""
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= columns else f"{set_cell_size(text, max(0, columns - 3))}..."
