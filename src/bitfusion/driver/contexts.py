"""Contexts: primary and created, and which one is current.

The server's thread has at most one context on its stack: `ctx_use` replaces it, and what pushes one takes it off again.
"""

from __future__ import annotations

from typing import Any

from ..errors import CallFailed, Code
from .binding import SUCCESS, create_context, cuda
from .ports import Context, Session


def ping(session: Session) -> tuple[Any, ...]:
    return (SUCCESS,)


def ctx_use(session: Session, number: int) -> Any:
    context = session.contexts.get(number)
    if context is None:
        # It was destroyed meanwhile, by another thread. What its own threads still call fails in no context, instead of
        # being done in the one that was current before; the errors are those of a number that nobody listens to.
        context = session.no_context(number)
        cuda.cuCtxSetCurrent(context.handle)
        session.current = context
        raise CallFailed(Code.INVALID_HANDLE)
    session.current = context
    return cuda.cuCtxSetCurrent(context.handle)[0]


def ctx_retain_primary(session: Session, number: int, ordinal: int) -> tuple[Any, ...]:
    device = session.device(ordinal)
    if _primary(session, ordinal) is not None:
        raise CallFailed(Code.INVALID_VALUE)
    result, handle = cuda.cuDevicePrimaryCtxRetain(device)
    if result is SUCCESS:
        session.add_context(number, handle, ordinal, primary=True)
    return (result,)


def ctx_release_primary(session: Session, ordinal: int) -> tuple[Any, ...]:
    result = cuda.cuDevicePrimaryCtxRelease(session.device(ordinal))[0]
    context = _primary(session, ordinal)
    if result is SUCCESS and context is not None:
        _gone(session, context)
    return (result,)


def ctx_reset_primary(session: Session, ordinal: int) -> tuple[Any, ...]:
    """Afterwards the session holds the context no more: a client that goes on retains it again, under a new number."""
    device = session.device(ordinal)
    result = cuda.cuDevicePrimaryCtxReset(device)[0]
    context = _primary(session, ordinal)
    if result is SUCCESS and context is not None:
        cuda.cuDevicePrimaryCtxRelease(device)
        _gone(session, context)
    return (result,)


def ctx_set_primary_flags(session: Session, ordinal: int, flags: int) -> tuple[Any, ...]:
    return cuda.cuDevicePrimaryCtxSetFlags(session.device(ordinal), flags)


def ctx_create(session: Session, number: int, flags: int, ordinal: int) -> tuple[Any, ...]:
    result, handle = create_context(flags, session.device(ordinal))
    if result is SUCCESS:
        cuda.cuCtxPopCurrent()
        session.add_context(number, handle, ordinal)
    return (result,)


def ctx_destroy(session: Session, context: Context) -> tuple[Any, ...]:
    if context.device is None or context.primary:
        raise CallFailed(Code.INVALID_CONTEXT)
    result = cuda.cuCtxDestroy(context.handle)[0]
    if result is SUCCESS:
        _gone(session, context)
    return (result,)


def _primary(session: Session, ordinal: int) -> Context | None:
    for context in session.contexts.values():
        if context.primary and context.device == ordinal:
            return context
    return None


def _gone(session: Session, context: Context) -> None:
    session.context_gone(context)
    session.staging.context_gone(context)
    cuda.cuCtxSetCurrent(session.current.handle)
