"""What a service manager is told: the protocol of sd_notify, a datagram for each message.

systemd names its socket in NOTIFY_SOCKET, and in WATCHDOG_USEC how often it wants a sign of life. Without them every
function here does nothing, so a program does not ask whether there is a manager. Nothing here fails: a program serves,
whoever looks on.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable, MutableMapping

_SEND_S = 1.0  # the manager's queue of messages may be full: what it does not take by then is not worth more
_SIGNS_OF_LIFE = 3  # within the time in which one is expected: two may be late


class ServiceManager:
    """The manager that started this process, if one did and wants to know."""

    def __init__(self, environ: MutableMapping[str, str]) -> None:
        """Takes its variables out of `environ`: the children of this process are not the service."""
        path = environ.pop("NOTIFY_SOCKET", "")
        # What begins with @ has no place in a directory. Other kinds (vsock:) are of virtual machines' managers.
        self._address = f"\0{path[1:]}" if path.startswith("@") else path if path.startswith("/") else ""
        watchdog, whose = environ.pop("WATCHDOG_USEC", ""), environ.pop("WATCHDOG_PID", "")
        ours = watchdog.isdigit() and whose in ("", str(os.getpid()))
        self._expected_s = int(watchdog) / 1e6 if ours else 0.0
        self._status = ""

    def __bool__(self) -> bool:
        return bool(self._address)

    def ready(self, status: str = "") -> None:
        """The service serves: at its start, and again after a reload. Who waits for that finds `status` told."""
        if status:
            self.status(status)
        self._tell("READY=1")

    def reloading(self) -> None:
        """Settings are being read again; ready() follows."""
        self._tell("RELOADING=1", f"MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")

    def stopping(self, status: str, within_s: float) -> None:
        """The service ends by itself, `within_s` at the latest, whatever limit the manager has of its own."""
        self._tell("STOPPING=1", f"STATUS={status}", f"EXTEND_TIMEOUT_USEC={int(within_s * 1e6)}")

    def status(self, text: str) -> None:
        """One line for people, if it is another one than before."""
        if text != self._status:
            self._status = text
            self._tell(f"STATUS={text}")

    async def keep_informed(self, status: Callable[[], str], look_s: float) -> None:
        """Tell what `status` gives, looked at every `look_s`, and that the event loop turns. Until it is cancelled."""
        if not self:
            return
        pause_s = min(look_s, self._expected_s / _SIGNS_OF_LIFE) if self._expected_s else look_s
        while True:
            self.status(status())
            if self._expected_s:
                self._tell("WATCHDOG=1")
            await asyncio.sleep(pause_s)

    def _tell(self, *lines: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sending:
                sending.settimeout(_SEND_S)
                sending.connect(self._address)
                sending.send("\n".join(lines).encode())
        except (OSError, ValueError):
            pass
