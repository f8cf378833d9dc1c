"""Calls and replies: msgpack inside CALLS, REPLY and DATA frames. Sans-IO; knows no call by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgpack

from ..errors import RemoteProtocolError
from ..limits import CALL_ARGUMENTS_MAX, FRAME_BODY_BYTES_MAX, NAME_BYTES_MAX, PARAM_BYTES_MAX
from .frames import HEADER, Kind, pack_frame

DECODE_ERRORS = (ValueError, msgpack.UnpackException)  # of bytes that are no msgpack, or larger than allowed


def call_unpacker() -> msgpack.Unpacker:
    """A decoder of CALLS bodies: fed whole bodies, it yields tuples. Text that is not UTF-8 survives as surrogates."""
    return msgpack.Unpacker(
        use_list=False,
        raw=False,
        unicode_errors="surrogateescape",
        max_buffer_size=FRAME_BODY_BYTES_MAX,
        max_array_len=CALL_ARGUMENTS_MAX,
        max_map_len=0,
        max_ext_len=0,
        max_str_len=NAME_BYTES_MAX,
        max_bin_len=PARAM_BYTES_MAX,
    )


def pack_calls(calls: Sequence[Sequence[Any]], bulk_bytes: int = 0) -> bytes:
    """A CALLS frame, without its bulk. A call is [id, args...]; bytes become bin, str becomes str, float is float
    32.
    """
    pack = msgpack.Packer(use_single_float=True, unicode_errors="surrogateescape").pack
    return pack_frame(Kind.CALLS, b"".join(pack(list(call)) for call in calls), bulk_bytes)


_REPLY = int(Kind.REPLY)
_pack = msgpack.Packer(use_single_float=True, autoreset=True).pack


def pack_reply(number: int, result: int, values: Sequence[Any] = ()) -> bytes:
    """A REPLY frame. Not to be called by two threads at once: the packer is shared."""
    body = _pack((number, result, *values) if values else (number, result))
    return HEADER.pack(len(body), _REPLY, 0, 0) + body


def pack_data_header(number: int, offset: int, bulk_bytes: int) -> bytes:
    """Header and body of a DATA frame; the caller sends the bulk after them."""
    return pack_frame(Kind.DATA, msgpack.packb((number, offset)), bulk_bytes)


def pack_output(descriptor: int, text: bytes) -> bytes:
    """An OUTPUT frame with its bulk, for the client's standard output (1) or standard error (2); b"" for no text."""
    return pack_frame(Kind.OUTPUT, msgpack.packb((descriptor,)), len(text)) + text if text else b""


def pack_ack(taken: int, answers: int) -> bytes:
    """An ACK frame: how many bytes of the peer's connections were taken."""
    return pack_frame(Kind.ACK, msgpack.packb((taken, answers)))


def parse_ack(body: memoryview | bytes) -> tuple[int, int]:
    """The counts of an ACK frame. Raises RemoteProtocolError."""
    fields = _array(body)
    if len(fields) != 2 or not all(type(field) is int and field >= 0 for field in fields):
        raise RemoteProtocolError("an ACK body is not two counts")
    return fields[0], fields[1]


def parse_reply(body: memoryview | bytes) -> tuple[int, int, tuple[Any, ...]]:
    """Number, result and values of a REPLY. Raises RemoteProtocolError."""
    fields = _array(body)
    if len(fields) < 2 or not all(isinstance(field, int) for field in fields[:2]):
        raise RemoteProtocolError("a REPLY does not begin with number and result")
    return fields[0], fields[1], fields[2:]


def parse_data(body: memoryview | bytes) -> tuple[int, int]:
    """Number and offset of a DATA frame. Raises RemoteProtocolError."""
    fields = _array(body)
    if len(fields) != 2 or not all(isinstance(field, int) and field >= 0 for field in fields):
        raise RemoteProtocolError("a DATA body is not number and offset")
    return fields[0], fields[1]


def parse_output(body: memoryview | bytes) -> int:
    """The descriptor of an OUTPUT frame. Raises RemoteProtocolError."""
    fields = _array(body)
    if len(fields) != 1 or fields[0] not in (1, 2):
        raise RemoteProtocolError("an OUTPUT body does not name standard output or standard error")
    return int(fields[0])


def _array(body: memoryview | bytes) -> tuple[Any, ...]:
    try:
        fields = msgpack.unpackb(
            body, use_list=False, raw=False, max_array_len=CALL_ARGUMENTS_MAX, max_map_len=0, max_ext_len=0
        )
    except DECODE_ERRORS as error:
        raise RemoteProtocolError("the body is not a msgpack array") from error
    if not isinstance(fields, tuple):
        raise RemoteProtocolError(f"the body is not an array but {type(fields).__name__}")
    return fields
