"""The command stream against a scripted server: order, flushing, replies that overtake, bulk data, and every way to
lose it.
"""

from __future__ import annotations

import itertools
import os
import random
import struct
import time

import pytest
from native_shim import ffi, lib
from patience import PATIENCE_S, until
from scripted_server import HEARTBEAT, Background, ask, beat, data, reply, stream, tell

from bitfusion.limits import CALLS_BUFFER_BYTES
from bitfusion.wire.frames import Kind, pack_frame
from bitfusion.wire.notices import Topic, pack_notice

pytestmark = pytest.mark.usefixtures("either_wire")
LOST = 806


def test_ask_gives_result_and_values():
    with stream() as (client, peer):
        waiting = Background(lambda: ask(client, "cuMemGetInfo_v2", context=17))
        assert peer.calls() == ([["ctx_use", 17], ["cuMemGetInfo_v2"]], b"")
        peer.send(HEARTBEAT, reply(2, 0, 5, 9))
        assert waiting.join() == (0, [5, 9])


def test_error_of_an_ask_is_its_result():
    with stream() as (client, peer):
        waiting = Background(lambda: ask(client, "cuMemAlloc_v2", 1 << 40))
        peer.calls()
        peer.send(reply(1, 2))
        assert waiting.join() == (2, [])


def test_tells_leave_in_order_before_the_ask_that_follows():
    with stream() as (client, peer):
        for number in range(50):
            assert tell(client, "cuMemFree_v2", number, context=16 + number // 25) == 0
        waiting = Background(lambda: ask(client, "ping"))
        calls = []
        while not calls or calls[-1] != ["ping"]:
            calls += peer.calls()[0]
        peer.send(reply(peer.number))
        waiting.join()
        frees = [["cuMemFree_v2", number] for number in range(50)]
        assert calls == [["ctx_use", 16], *frees[:25], ["ctx_use", 17], *frees[25:], ["ping"]]
        assert peer.number == 53 == client.numbered


def test_tell_that_nothing_follows_leaves_by_itself_soon():
    with stream() as (client, peer):

        def leave_soon() -> bool:
            delays = []
            for number in range(20):
                time.sleep(0.002 if number % 2 else 0.02)  # the flusher is awake, or asleep
                begin = time.monotonic()
                tell(client, "cuMemFree_v2", number)
                assert peer.calls()[0] == [["cuMemFree_v2", number]]
                delays.append(time.monotonic() - begin)
            return sorted(delays)[len(delays) // 2] < 0.005

        until(leave_soon, "calls leave soon, now and then at least")


def test_tells_gather_into_few_frames():
    with stream() as (client, peer):

        def few() -> bool:
            for number in range(5000):
                assert tell(client, "cuMemFree_v2", number + (1 << 40)) == 0
            calls, frames = [], 0
            while len(calls) < 5000:
                calls += peer.calls()[0]
                frames += 1
            assert calls == [["cuMemFree_v2", number + (1 << 40)] for number in range(5000)]
            return frames < 500

        until(few, "few frames, when the machine lets the program go on")


@pytest.mark.parametrize("size", [0, 1, 100, 8192, 8193, 65536, 5_000_001])
def test_bulk_of_a_tell_arrives_behind_its_call(size):
    payload = random.Random(size).randbytes(size)
    with stream() as (client, peer):
        tell(client, "cuMemFree_v2", 1)
        sent = Background(lambda: tell(client, "copy_htod", 4096, size, 0, bulk=payload))
        calls, bulk = [], b""
        while not calls or calls[-1][0] != "copy_htod":
            found, bulk = peer.calls()
            calls += found
        assert sent.join() == 0
        tell(client, "cuMemFree_v2", 2)
        assert calls == [["cuMemFree_v2", 1], ["copy_htod", 4096, size, 0]] and bulk == payload
        assert peer.calls() == ([["cuMemFree_v2", 2]], b"")


@pytest.mark.parametrize("width", [1, 7, 4096, 300_000])
def test_rows_of_a_tell_arrive_packed(width):
    height, pitch = 9, width + 13
    memory = random.Random(width).randbytes(pitch * height)
    rows = ffi.new("struct bf_rows *", [ffi.from_buffer(memory), pitch, width, height])
    with stream() as (client, peer):
        from native_shim import CALLS, Values

        args = Values("zzzzS", [4096, pitch, width, height, 0])
        call = ffi.addressof(CALLS["copy2d_htod"])
        sent = Background(lambda: lib.bf_stream_tell(client, 0, call, args.c, rows))
        calls, bulk = peer.calls()
        assert sent.join() == 0
        assert calls == [["copy2d_htod", 4096, pitch, width, height, 0]]
        assert bulk == b"".join(memory[row * pitch : row * pitch + width] for row in range(height))


@pytest.mark.parametrize("size", [1, 100, 20_000, 3_000_000])
def test_data_comes_in_any_pieces_and_order(size):
    payload, chooser = random.Random(size).randbytes(size), random.Random(size + 1)
    cuts = sorted({0, size, *(chooser.randrange(size) for _ in range(6))})
    pieces = list(itertools.pairwise(cuts))
    chooser.shuffle(pieces)
    into = bytearray(size)
    with stream() as (client, peer):
        waiting = Background(lambda: ask(client, "copy_dtoh", 4096, size, 0, into=into))
        peer.calls()
        for begin, end in pieces:
            peer.send(data(1, begin, payload[begin:end]), HEARTBEAT)
        peer.send(reply(1))
        assert waiting.join() == (0, [])
        assert into == payload


@pytest.mark.parametrize(("width", "gap"), [(3, 5), (1000, 24), (40_000, 1)])
def test_data_of_rows_is_unpacked_and_the_gaps_stay(width, gap):
    height, pitch = 11, width + gap
    payload = random.Random(width).randbytes(width * height)
    memory = ffi.new("uint8_t[]", b"\xee" * (pitch * height))
    rows = ffi.new("struct bf_rows *", [memory, pitch, width, height])
    with stream() as (client, peer):
        waiting = Background(lambda: ask(client, "copy2d_dtoh", 4096, pitch, width, height, 0, into=rows))
        peer.calls()
        half = len(payload) // 2 + 1
        peer.send(data(1, 0, payload[:half]), data(1, half, payload[half:]), reply(1))
        assert waiting.join() == (0, [])
        got = bytes(ffi.buffer(memory, pitch * height))
        for row in range(height):
            line = got[row * pitch : (row + 1) * pitch]
            assert line == payload[row * width : (row + 1) * width] + b"\xee" * gap


def test_replies_overtake_and_reach_their_own_threads():
    with stream() as (client, peer):
        waiting = []
        for index in range(6):
            waiting.append(Background(lambda index=index: ask(client, "cuMemAlloc_v2", index)))
            assert peer.calls()[0] == [["cuMemAlloc_v2", index]]
        for index in (3, 0, 5, 1, 4, 2):
            peer.send(reply(index + 1, 0, 1000 + index))
            assert waiting[index].join() == (0, [1000 + index])


def test_many_threads_share_one_stream():
    rounds, threads = 150, 8

    def work(index: int) -> None:
        for round_ in range(rounds):
            for _ in range(round_ % 4):
                assert tell(client, "cuMemFree_v2", index, context=16 + index % 3) == 0
            wanted = index * 1000 + round_
            assert ask(client, "cuMemAlloc_v2", wanted, context=16 + index % 3) == (0, [wanted + 7])

    def serve() -> None:
        context, answered, number = 0, 0, 0
        while answered < rounds * threads:
            for call in peer.calls()[0]:
                number += 1
                if call[0] == "ctx_use":
                    context = call[1]
                    continue
                index = call[1] if call[0] == "cuMemFree_v2" else call[1] // 1000
                assert context == 16 + index % 3
                if call[0] == "cuMemAlloc_v2":
                    answered += 1
                    peer.send(reply(number, 0, call[1] + 7))

    with stream() as (client, peer):
        server = Background(serve)
        clients = [Background(lambda index=index: work(index)) for index in range(threads)]
        for each in clients:
            each.join(PATIENCE_S)
        server.join()


def test_lead_passes_to_a_thread_that_waits_and_not_to_one_that_is_still_sending():
    payload = bytes(48 << 20)
    with stream() as (client, peer):
        first = Background(lambda: ask(client, "ping"))
        assert peer.calls()[0] == [["ping"]]
        second = Background(lambda: ask(client, "ping"))
        assert peer.calls()[0] == [["ping"]]
        third = Background(lambda: ask(client, "module_load", 20, b"", 21, bulk=payload))
        time.sleep(0.3)  # it is stuck: nobody reads 48 MiB
        peer.send(reply(1))
        assert first.join() == (0, [])
        peer.send(reply(2))
        assert second.join(PATIENCE_S) == (0, [])
        _, bulk = peer.calls()
        peer.send(reply(3, 0, b"", b"", b"", b""))
        assert third.join()[0] == 0 and len(bulk) == len(payload)


def test_lead_passes_over_a_thread_that_has_what_it_waited_for():
    for _ in range(20):  # that thread must not be awake yet
        with stream() as (client, peer):
            first = Background(lambda client=client: ask(client, "ping"))
            until(lambda client=client: client.awaited == 1, "a thread leads")
            second = Background(lambda client=client: ask(client, "ping"))
            until(lambda client=client: client.awaited == 2, "a thread waits for a reply")
            progress = lib.bf_progress_new(client, 16, 0, ffi.NULL, False)
            passes = Background(lambda client=client, of=progress: lib.bf_wait_passed(client, of, 1))
            until(lambda client=client: client.awaited == 3, "a thread waits for room in a stream")
            peer.send(pack_notice((Topic.PROGRESS, progress.token, 1, 1)), reply(1))
            assert first.join() == (0, [])
            passes.join()
            peer.send(reply(2))
            assert second.join() == (0, [])


def test_long_strings_of_a_reply_are_kept():
    names = os.urandom(3_000_000)
    with stream() as (client, peer):
        waiting = Background(lambda: ask(client, "module_functions", 16, 0, 0))
        peer.calls()
        peer.send(reply(1, 0, names))
        assert waiting.join() == (0, [names])


def test_call_larger_than_the_buffer_is_refused_and_changes_nothing():
    with stream() as (client, peer):
        tell(client, "cuMemFree_v2", 1)
        too_long = "n" * (CALLS_BUFFER_BYTES + 1)
        waiting = Background(lambda: ask(client, "module_get_function", 20, 16, too_long))
        assert peer.calls()[0] == [["cuMemFree_v2", 1]]
        assert waiting.join() == (1, [])
        waiting = Background(lambda: ask(client, "ping"))
        assert peer.calls()[0] == [["ping"]]
        peer.send(reply(2))
        assert waiting.join() == (0, [])


# Ways to lose the server. Each ends in 806, for the call that waits and at once for every later one.


def assert_lost(client) -> None:
    def at_once() -> bool:
        begin = time.monotonic()
        assert tell(client, "cuMemFree_v2", 1) == LOST
        assert ask(client, "ping") == (LOST, [])
        assert tell(client, "copy_htod", 1, 100_000, 0, bulk=bytes(100_000)) == LOST
        return time.monotonic() - begin < 0.2

    until(at_once, "calls end at once, now and then at least")


GARBAGE = {
    "kind that does not exist": struct.pack("<IHHQ", 0, 99, 0, 0),
    "kind that a server never sends": pack_frame(Kind.CALLS, b"\x91\x01"),
    "frame of the beginning": pack_frame(Kind.WELCOME, b"\x80"),
    "body that is too large": struct.pack("<IHHQ", 1 << 30, 5, 0, 0),
    "heartbeat with a body": struct.pack("<IHHQ", 1, 7, 0, 0),
    "reply with bulk": struct.pack("<IHHQ", 3, 5, 0, 8),
    "reply that is no array": pack_frame(Kind.REPLY, b"\xc0"),
    "reply to a call that nobody made": reply(2),
    "reply without its value": reply(1),
    "reply with too many values": reply(1, 0, 1, 2),
    "reply with a wrong value": reply(1, 0, "text"),
    "negative result": reply(1, -1),
    "data for a call that nobody made": data(9, 0, b"x"),
    "data for a call without a destination": data(1, 0, b"x"),
    "data for memory that there is not": data(2**63 + 1, 0, b"x"),
    "data body that is no pair": pack_frame(Kind.DATA, b"\x91\x01", 1) + b"x",
    "http": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "reply cut short": reply(1, 0, 5)[:-1],
    "nothing": b"",
}


@pytest.mark.parametrize("bytes_", [pytest.param(item, id=name) for name, item in GARBAGE.items()])
def test_garbage_or_end_loses_the_server(bytes_, capfd):
    with stream() as (client, peer):
        waiting = Background(lambda: ask(client, "cuMemAlloc_v2", 1))
        peer.calls()
        peer.send(bytes_)
        peer.socket.shutdown(1)
        assert waiting.join() == (LOST, [])
        assert_lost(client)
        assert peer.at_end()
    err = capfd.readouterr().err
    assert err.count("\n") == 1 and "bitfusion: lost the server scripted:1: " in err and "806" in err


@pytest.mark.parametrize(("offset", "size"), [(0, 101), (100, 1), (99, 2), (2**63, 1), (2**64 - 1, 2)])
def test_data_outside_the_destination_loses_the_server_and_writes_nothing_there(offset, size):
    memory = bytearray(b"\xee" * 300)
    rows = ffi.new("struct bf_rows *", [ffi.from_buffer(memory, require_writable=True), 100, 100, 1])
    with stream() as (client, peer):
        waiting = Background(lambda: ask(client, "copy_dtoh", 1, 100, 0, into=rows))
        peer.calls()
        peer.send(data(1, offset, bytes(size)))
        assert waiting.join() == (LOST, [])
    assert memory == b"\xee" * 300


def test_silence_loses_the_server_and_heartbeats_do_not():
    silence_ms = 1500
    with stream(silence_ms) as (client, peer):
        waiting = Background(lambda: ask(client, "ping"))
        peer.calls()
        begin = time.monotonic()
        in_time = beat(peer, silence_ms, reply(1))
        assert waiting.join() == (0, []) or not in_time
        waiting = Background(lambda: ask(client, "ping"))
        assert waiting.join() == (LOST, [])
        assert time.monotonic() - begin > 2 * silence_ms / 1000 or not in_time
        assert_lost(client)


def test_all_waiting_threads_learn_of_the_loss():
    with stream() as (client, peer):
        waiting = [Background(lambda: ask(client, "ping")) for _ in range(5)]
        for _ in range(5):
            peer.calls()
        peer.socket.shutdown(2)
        assert [each.join() for each in waiting] == [(LOST, [])] * 5


def test_loss_in_the_middle_of_data():
    into = bytearray(1_000_000)
    with stream() as (client, peer):
        waiting = Background(lambda: ask(client, "copy_dtoh", 1, len(into), 0, into=into))
        peer.calls()
        peer.send(data(1, 0, bytes(len(into)))[:500_000])
        peer.socket.shutdown(2)
        assert waiting.join() == (LOST, [])


def test_server_that_takes_no_data_and_is_silent_is_lost():
    payload = bytes(64 << 20)
    with stream(silence_ms=400) as (client, _):
        sending = Background(lambda: tell(client, "copy_htod", 1, len(payload), 0, bulk=payload))
        assert sending.join() == LOST
        assert_lost(client)


def test_busy_server_that_takes_no_data_and_sends_heartbeats_is_waited_for():
    payload, silence_ms = bytes(32 << 20), 1500
    with stream(silence_ms) as (client, peer):
        sending = Background(lambda: tell(client, "copy_htod", 1, len(payload), 0, bulk=payload))
        if not beat(peer, silence_ms):
            return
        calls, bulk = peer.calls()
        assert sending.join() == 0
        assert calls == [["copy_htod", 1, len(payload), 0]] and bulk == payload


def test_loss_while_tells_flood():
    with stream() as (client, peer):

        def flood() -> int:
            result = 0
            while not result:
                result = tell(client, "cuMemFree_v2", 1)
            return result

        flooding = [Background(flood) for _ in range(3)]
        peer.calls()
        peer.socket.shutdown(2)
        assert [each.join() for each in flooding] == [LOST] * 3
