"""What a CUDA Server tells a client unasked: NOTICE frames <-> tuples. Sans-IO.

A body is one or more arrays [topic, ...]; a receiver leaves topics alone that it does not know.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import msgpack

from ..errors import RemoteProtocolError
from ..limits import CALL_ARGUMENTS_MAX, NOTICE_BYTES_MAX
from .calls import DECODE_ERRORS
from .frames import Kind, pack_frame


class Topic(IntEnum):
    """What a notice is about.

    FAULT: [topic, context, result], a call without a reply failed in that context (0: in none).
    PROGRESS: [topic, token, number, put], what was watched is complete; all three are the client's own words.
    RUNNING: [topic, token, number], what was looked at is not complete yet.
    LOST: [topic, context, result], the context is of no use any more: every later call in it gives `result`.
    RUN: [topic, ask, function, result], the client's function has its turn; `ask` is what the client answers.
    FETCH: [topic, ask, source, offset, bytes], a copy from the client's memory has its turn: the answer has the bytes.
    ENDED: [topic, code, reason, hint], the server ends the session: every later call gives `code`.
    """

    FAULT = 1
    PROGRESS = 2
    LOST = 3
    RUNNING = 4
    RUN = 5
    FETCH = 6
    ENDED = 7


def pack_notice(*notices: Sequence[Any]) -> bytes:
    """A NOTICE frame of `notices`, each [topic, ...]."""
    body = b"".join(msgpack.packb(tuple(notice)) for notice in notices)
    assert len(body) <= NOTICE_BYTES_MAX
    return pack_frame(Kind.NOTICE, body)


def parse_notice(body: memoryview | bytes) -> list[tuple[Any, ...]]:
    """The notices of a NOTICE body. Raises RemoteProtocolError."""
    unpacker = msgpack.Unpacker(
        use_list=False, raw=False, max_array_len=CALL_ARGUMENTS_MAX, max_map_len=0, max_ext_len=0
    )
    unpacker.feed(body)
    try:
        found = list(unpacker)
    except DECODE_ERRORS as error:
        raise RemoteProtocolError("a NOTICE body is not msgpack arrays") from error
    if (
        not found
        or unpacker.tell() != len(body)
        or not all(isinstance(each, tuple) and each and isinstance(each[0], int) for each in found)
    ):
        raise RemoteProtocolError("a NOTICE body is not arrays that begin with a topic")
    return found
