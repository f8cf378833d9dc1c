"""The warm process: it has loaded everything that a CUDA Server needs and never touched CUDA; CUDA Servers are forked
from it.

Theory of operation. A fork costs milliseconds where a start costs a fifth of a second, and shares the memory of what
was loaded. A driver cannot be forked once it is initialised, and a fork takes one thread along: so this process loads
no libcuda, has one thread, and does nothing but fork. Descriptors: it is started by exec with its two sockets alone, so
nothing of the Dispatcher, its event loop included, is here to be inherited; what an order brings is closed again as
soon as the CUDA Server has it.

An order is a message without content on a socket that keeps messages apart, with two descriptors: the control socket of
the CUDA Server to be made, and the shared session table. The process that is forked forks again and ends, so that the
CUDA Server is nobody's child but the Dispatcher's, which has said that orphans below it come to it (server/warm.py): it
reaps all CUDA Servers alike, whether or not this process lives. Then the CUDA Server's process id goes to the
Dispatcher, on the CUDA Server's control socket.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import socket
import struct
import sys
import threading
from typing import TYPE_CHECKING, Any, NoReturn

from ..confine.processes import confine_cuda_servers
from ..confine.reach import Needs
from ..wire.control import pack
from . import client, cuda_server
from .control import Control
from .crash import crash

if TYPE_CHECKING:
    from ..net.secure import Entrance

_NUMBER = struct.Struct("<q")  # a process id, or an errno below zero
_DESCRIPTORS = 2
_LIBC = ctypes.PyDLL(None, use_errno=True)  # its functions are called with Python's lock held


def serve(control: Control, orders: int) -> int:
    """Fork a CUDA Server for each order until the Dispatcher is gone; returns the exit code. Does not return in a CUDA
    Server.
    """
    settings = control.receive()
    if settings is None:
        return 0
    settings["entrance"] = _entrance(settings)
    confined = confine_cuda_servers(_needs(settings))
    client.settle()
    shared = mmap.mmap(-1, _NUMBER.size)
    with socket.socket(fileno=orders) as line:
        control.send({"confined": confined.message()})
        while fds := _next_order(line):
            try:
                number = _fork(shared, (control, line), settings, *fds)
                _tell(fds[0], {"pid": number} if number > 0 else {"failed": os.strerror(-number)})
            finally:
                for fd in fds:
                    os.close(fd)
    return 0


def _entrance(settings: dict[str, Any]) -> Entrance | None:
    """What makes connections secure, for all forks at once; None for a server without a certificate, which needs no
    OpenSSL either."""
    tls = settings.pop("tls")
    if tls is None:
        return None
    from ..net.secure import Entrance

    return Entrance(*tls)


def _needs(settings: dict[str, Any]) -> Needs:
    """What a CUDA Server must reach."""
    kept = settings["image_store"]
    ports = range(settings["first_port"], settings["last_port"] + 1)
    return Needs(settings["softgpu"], [kept[0]] if kept else [], ports)


def _next_order(line: socket.socket) -> list[int]:
    """The descriptors of the next order, none at the end."""
    data, fds, _, _ = socket.recv_fds(line, 1, _DESCRIPTORS)
    assert len(fds) == (_DESCRIPTORS if data else 0)
    return fds


def _fork(
    shared: mmap.mmap, ours: tuple[Control, socket.socket], settings: dict[str, Any], control: int, table: int
) -> int:
    """Make a CUDA Server that is no child of this process; returns its process id, or an errno below zero."""
    shared[:] = _NUMBER.pack(0)
    # Not os.fork(): nothing of what Python does after a fork is needed in a process that only forks, and it is a fifth
    # of the cost.
    middle = _LIBC.fork()
    if middle < 0:
        return -ctypes.get_errno()
    if middle == 0:
        try:
            _fork_again(shared, ours, settings, control, table)
        finally:
            os._exit(1)  # whatever it is: there is one warm process
    # Once it has ended, the CUDA Server is the Dispatcher's.
    os.waitpid(middle, 0)
    number: int = _NUMBER.unpack(shared[:])[0]
    return number or -1


def _fork_again(
    shared: mmap.mmap, ours: tuple[Control, socket.socket], settings: dict[str, Any], control: int, table: int
) -> NoReturn:
    try:
        child = os.fork()
    except OSError as error:
        child = -(error.errno or 1)
    if child:
        shared[:] = _NUMBER.pack(child)
        os._exit(0)
    for each in ours:
        each.close()
    _become(settings, control, table)


def _become(settings: dict[str, Any], control: int, table: int) -> NoReturn:
    """The life of a CUDA Server. Nothing of what the warm process would do at its end happens in it."""
    threading.excepthook = lambda caught: crash(caught.exc_value)
    code = 0
    try:
        code = cuda_server.run(Control(control), settings, table)
    except ConnectionError:
        pass  # the Dispatcher is gone, and nobody wants to know any more
    except BaseException as error:  # whatever it is, it is a bug
        crash(error)
    sys.stderr.flush()
    os._exit(code)


def _tell(control: int, message: dict[str, Any]) -> None:
    try:
        os.write(control, pack(message))
    except BrokenPipeError:
        pass  # the Dispatcher has given this one up
