"""Notices against a scripted server: each is told once, in order, before the reply behind it, and none blocks the
server.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from native_shim import ffi, lib
from scripted_server import HEARTBEAT, Background, Peer, ask, data, reply, stream, tell

from bitfusion.wire.frames import Kind, pack_frame
from bitfusion.wire.notices import Topic, pack_notice

pytestmark = pytest.mark.usefixtures("either_wire")
LOST = 806


@contextlib.contextmanager
def listening() -> Iterator[tuple[Any, Peer, list[tuple[int, int, bool]]]]:
    """A stream, its server, and the faults that the stream has been told."""
    told: list[tuple[int, int, bool]] = []

    @ffi.callback("void(struct bf_stream *, uint64_t, int, bool)")
    def on_fault(_: Any, context: int, result: int, lost: bool) -> None:
        told.append((context, result, lost))

    with stream() as (client, peer):
        client.on_fault = on_fault
        yield client, peer, told


def fault(context: int, result: int) -> tuple[int, int, int]:
    return Topic.FAULT, context, result


def lost(context: int, result: int) -> tuple[int, int, int]:
    return Topic.LOST, context, result


def test_faults_are_told_in_order_before_the_reply_that_follows_them():
    with listening() as (client, peer, told):
        waiting = Background(lambda: ask(client, "ping"))
        peer.calls()
        peer.send(pack_notice(lost(16, 700)), HEARTBEAT, pack_notice(fault(17, 2), fault(0, 400)), reply(1))
        assert waiting.join() == (0, [])
        assert told == [(16, 700, True), (17, 2, False), (0, 400, False)]


def test_fault_comes_between_pieces_of_data():
    payload, into = bytes(range(256)) * 400, bytearray(102_400)
    with listening() as (client, peer, told):
        waiting = Background(lambda: ask(client, "copy_dtoh", 1, len(into), 0, into=into))
        peer.calls()
        peer.send(data(1, 0, payload[:5]), pack_notice(fault(16, 719)), data(1, 5, payload[5:]), reply(1))
        assert waiting.join() == (0, [])
        assert into == payload and told == [(16, 719, False)]


def test_topic_that_nobody_knows_is_left_alone():
    with listening() as (client, peer, told):
        waiting = Background(lambda: ask(client, "ping"))
        peer.calls()
        peer.send(pack_notice((1000, "later", (1, (2,)), b"x"), fault(16, 1), (77,)), reply(1))
        assert waiting.join() == (0, [])
        assert told == [(16, 1, False)]


@pytest.mark.parametrize(
    "body",
    [
        *("", "01", "90", "9301", "930110cd02bc01", "9401100101", "93011000", "930110ff", "80", "c1"),
        *("93050101", "9405010110ff", "9505010100", "940501c000", "9406010100", "95060101ff00"),
    ],
)
def test_wrong_notice_loses_the_server(body):
    with listening() as (client, peer, told):
        waiting = Background(lambda: ask(client, "ping"))
        peer.calls()
        peer.send(pack_frame(Kind.NOTICE, bytes.fromhex(body)), reply(1))
        assert waiting.join() == (LOST, [])
        assert told in ([], [(16, 700, False)])


def test_drain_takes_whole_notices_and_leaves_what_somebody_waits_for():
    with listening() as (client, peer, told):
        waiting = Background(lambda: ask(client, "ping"))
        peer.calls()
        notice = pack_notice(fault(16, 700))
        peer.send(reply(1), notice[:7])
        assert waiting.join() == (0, [])
        peer.send(notice[7:], HEARTBEAT, pack_notice(fault(17, 1)), reply(2))
        while len(told) < 2:
            lib.bf_wait_drain(client)
        assert told == [(16, 700, False), (17, 1, False)]
        assert ask(client, "ping") == (0, [])


def test_client_that_only_sends_takes_notices_and_the_server_goes_on():
    # Both directions are full: a client that took no notices would wait for a server that waits for it.
    payload, frame, count = bytes(32 << 20), pack_notice(*[fault(16, 700)] * 1000), 4000
    with listening() as (client, peer, told):
        sending = Background(lambda: tell(client, "copy_htod", 1, len(payload), 0, bulk=payload))
        for _ in range(count):
            peer.send(frame)
        calls, _ = peer.calls()
        assert sending.join() == 0 and calls == [["copy_htod", 1, len(payload), 0]]
        asking = Background(lambda: ask(client, "ping"))
        peer.calls()
        peer.send(reply(2))
        assert asking.join() == (0, [])
        assert len(told) == count * 1000


def test_end_that_the_server_announces_is_the_code_of_every_call_and_one_line_with_its_reason(capfd):
    with listening() as (client, peer, _):
        waiting = Background(lambda: ask(client, "ping"))
        peer.calls()
        peer.send(pack_notice((Topic.ENDED, 806, "its time is over", "start it again")))
        assert waiting.join() == (806, [])
        assert ask(client, "ping") == (806, [])
    line = "the server scripted:1 ends the session: its time is over. Every CUDA call now returns"
    assert capfd.readouterr().err == f"bitfusion: {line} CUDA_ERROR_MPS_RPC_FAILURE (806); start it again.\n"
