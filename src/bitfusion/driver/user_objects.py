"""User objects: when the driver finds that nobody owns one, the client is told to call its function."""

from __future__ import annotations

from . import callbacks
from .binding import SUCCESS, cuda
from .ports import Answer
from .session import DriverSession

_FLAGS = int(cuda.CUuserObject_flags.CU_USER_OBJECT_NO_DESTRUCTOR_SYNC)


def user_object_create(session: DriverSession, object_number: int, function: int, count: int) -> Answer:
    destroy = callbacks.destructor_of(session, function)
    result, handle = cuda.cuUserObjectCreate(function, destroy, count, _FLAGS)
    if result is not SUCCESS:
        session.asks.forget(function)
        return (result,)
    session.add(session.user_objects, object_number, handle)
    return (SUCCESS,)
