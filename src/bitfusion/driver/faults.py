"""Errors go to the context that they belong to, and not to whoever calls next.

Most errors are the call's own. After some (errors.STICKY) a context is of no use: the driver then gives the same for
every call in it. Such an error may come from a call that only touches the lost context, such as a copy out of it, so
the contexts are asked.
"""

from __future__ import annotations

from typing import Any

from ..errors import STICKY_CODES
from ..session import Context
from .binding import cuda
from .ports import Channel
from .session import DriverSession


def tell_lost(session: DriverSession) -> None:
    """A call gave one of STICKY_CODES, which says that a context is lost: find out which, and tell it. For the thread
    that runs calls.
    """
    for context in list(session.contexts.values()):
        if not context.lost and context.device is not None:
            cuda.cuCtxSetCurrent(context.handle)
            _look(session.channel, context)
    cuda.cuCtxSetCurrent(session.current.handle)


def tell_if_lost(channel: Channel, context: Context, result: Any) -> None:
    """The same for a thread that waits in one context, which is current on it."""
    if int(result) in STICKY_CODES and not context.lost:
        _look(channel, context)


def _look(channel: Channel, context: Context) -> None:
    """Ask the context that is current on this thread: a query of its legacy stream does not wait and tells errors that
    stay. Others that find the same wait until the client is told, once: they go on to tell what is complete.
    """
    with context.telling:
        code = int(cuda.cuStreamQuery(0)[0])
        if code in STICKY_CODES and not context.lost:
            channel.fault(context.number, code, lost=True)
            context.lost = True
