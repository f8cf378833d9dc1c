"""NVML's functions: one call of the wire carries them all."""

from __future__ import annotations

from ..errors import RemoteProtocolError
from .binding import SUCCESS
from .nvml_values import Malformed
from .ports import Answer
from .session import DriverSession


def nvml_call(session: DriverSession, function: str, arguments: bytes) -> Answer:
    try:
        return (SUCCESS, *session.nvml.call(function, arguments))
    except Malformed as error:
        raise RemoteProtocolError(str(error)) from error
