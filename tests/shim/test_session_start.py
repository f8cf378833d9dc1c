"""The start of a session: the first calls travel behind HELLO, and whatever comes instead of WELCOME is told by the
first call that waits.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

import pytest
from client_process import run
from scripted_server import Background, Peer, ScriptedDispatcher, ask, beat, dispatcher, reply, stream
from simple_server import SimpleServer, is_waited_for
from test_connect import REFUSALS, WRONG, refused
from test_process import one_line, quiet

from bitfusion.wire.hello import SessionWelcome

WELCOME = SessionWelcome(1, "0.1.0").frame()
OUT_OF_MEMORY, INVALID_CONTEXT, CONTEXT_IS_DESTROYED, NOT_BEGUN, LOST = 2, 201, 709, 805, 806
TWO_CALLS = """
def ask():
    return call('cuMemAlloc_v2', ctypes.byref(ctypes.c_uint64()), ctypes.c_size_t(256))

call('cuInit', 0)
context = ctypes.c_void_p()
call('cuDevicePrimaryCtxRetain', ctypes.byref(context), 0)
call('cuCtxSetCurrent', context)
ask(); ask()
"""


def answers(frame: bytes) -> AbstractContextManager[ScriptedDispatcher]:
    """A server that says this instead of WELCOME once a call waits for it: who hears it before, fails before."""
    return dispatcher(SimpleServer(late=frame).serve, second=b"")


def test_first_calls_do_not_wait_for_welcome():
    server = SimpleServer(late=WELCOME)
    with dispatcher(server.serve, second=b"") as listening:
        assert quiet(run(TWO_CALLS, listening.port)) == [0, 0, 0, 0, 0]
    assert [call[0] for call in server.early] == ["ctx_retain_primary", "ctx_use", "cuMemAlloc_v2"]


@pytest.mark.parametrize(("code", "reason", "hint"), REFUSALS)
def test_refusal_is_the_result_of_every_call_that_waits_and_is_said_once(code, reason, hint):
    with answers(refused(code, reason, hint)) as server:
        ended = run(TWO_CALLS, server.port)
    assert ended.results == [0, 0, 0, code, code] and reason in one_line(ended) and hint in ended.errors


@pytest.mark.parametrize("answer", [pytest.param(item, id=name) for name, item in WRONG.items()])
def test_wrong_answer_instead_of_welcome_is_a_failed_connection(answer):
    with answers(answer) as listening:
        ended = run(TWO_CALLS, listening.port)
    assert ended.results == [0, 0, 0, NOT_BEGUN, NOT_BEGUN] and f"127.0.0.1:{listening.port}" in one_line(ended)


def test_server_that_ends_before_welcome_has_not_begun():
    def end(peer: Peer) -> None:
        while not any(map(is_waited_for, peer.calls()[0])):
            pass
        peer.socket.close()

    with dispatcher(end, second=b"") as server:
        ended = run(TWO_CALLS, server.port)
    assert ended.results == [0, 0, 0, NOT_BEGUN, NOT_BEGUN] and "does not begin its session" in one_line(ended)


def test_server_that_is_silent_instead_of_welcome_has_not_begun():
    with stream(silence_ms=300, welcome=b"") as (client, _):
        assert ask(client, "ping")[0] == NOT_BEGUN == client.lost


def test_heartbeats_come_before_welcome_from_a_server_that_needs_its_time():
    silence_ms = 1500
    with stream(silence_ms, welcome=b"") as (client, peer):
        waiting = Background(lambda: ask(client, "ping"))
        in_time = beat(peer, silence_ms, WELCOME, reply(1))
        assert waiting.join() == (0, []) or not in_time


def test_reply_before_welcome_is_not_of_the_protocol():
    with stream(welcome=b"") as (client, peer):
        waiting = Background(lambda: ask(client, "ping"))
        peer.calls()
        peer.send(reply(1))
        assert waiting.join()[0] == NOT_BEGUN


def test_second_welcome_is_not_of_the_protocol():
    with stream() as (client, peer):
        waiting = Background(lambda: ask(client, "ping"))
        peer.calls()
        peer.send(WELCOME, reply(1))
        assert waiting.join()[0] == LOST


REFUSED_CONTEXT = (
    TWO_CALLS
    + """
call('cuDevicePrimaryCtxRelease_v2', 0)
ask()
call('cuDevicePrimaryCtxRetain', ctypes.byref(context), 0)
ask()
"""
)


def test_context_that_the_server_cannot_make_is_told_by_the_first_call_in_it_and_may_be_retained_again():
    made = iter([(OUT_OF_MEMORY,), (0,)])
    allocated = iter([(INVALID_CONTEXT,), (0, 1 << 40)])
    server = SimpleServer(
        {
            "ctx_retain_primary": lambda peer, number, arguments: peer.send(reply(number, *next(made))),
            "cuMemAlloc_v2": lambda peer, number, arguments: peer.send(reply(number, *next(allocated))),
            "ctx_release_primary": lambda peer, number, arguments: peer.send(reply(number, INVALID_CONTEXT)),
        },
        late=WELCOME,  # who has heard it before waits for the context, too
    )
    with dispatcher(server.serve, second=b"") as listening:
        results = quiet(run(REFUSED_CONTEXT, listening.port))
    assert results == [0, 0, 0, OUT_OF_MEMORY, OUT_OF_MEMORY, 0, CONTEXT_IS_DESTROYED, 0, 0]


def test_retain_that_is_not_the_first_call_waits_for_its_own_error():
    server = SimpleServer(
        {"ctx_retain_primary": lambda peer, number, arguments: peer.send(reply(number, OUT_OF_MEMORY))}
    )
    body = """
call('cuInit', 0)
context = ctypes.c_void_p()
call('cuCtxCreate_v2', ctypes.byref(context), 0, 0)
call('cuDevicePrimaryCtxRetain', ctypes.byref(context), 0)
"""
    with dispatcher(server.serve) as listening:
        assert quiet(run(body, listening.port)) == [0, 0, OUT_OF_MEMORY]
