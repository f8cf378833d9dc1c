"""Who may go on with a session whose connection is broken, or is not, and what a client can say about its counts."""

from __future__ import annotations

import pytest
from patience import until
from resuming import Resumable, is_closed
from sessions import IDS, logged

from bitfusion.limits import KEPT_BYTES_MAX, KEPT_CHUNK_BYTES
from bitfusion.wire.frames import Kind
from bitfusion.worker.sent import Sent

pytestmark = pytest.mark.plain("says byte by byte what a client without TLS says")


@pytest.fixture
def session(steady):
    opened = Resumable(steady)
    yield opened
    opened.goodbye()


def test_client_goes_on_over_another_connection_where_it_was(session):
    assert session.ask(IDS["ping"])[0] == 0
    session.socket.close()
    assert session.resume() == session.sent
    assert session.ask(IDS["ping"])[0] == 0


def test_reply_that_was_lost_is_sent_again_and_its_call_is_not_made_again(session):
    taken = session.taken
    first = session.ask(IDS["ping"])
    before = session.socket
    session.taken = taken  # as if it had never come
    assert session.resume() == session.sent
    assert session.reply() == first
    assert is_closed(before)
    assert session.ask(IDS["ping"])[0] == 0


def test_stranger_without_the_token_does_not_take_a_session_over(session):
    for token in (b"", bytes(16), session.hello.token[:-1], session.hello.token + b"x"):
        stranger, kind, fields = session.say_again(session.taken, token)
        assert kind is Kind.REFUSED and "token" in fields["reason"]
        stranger.close()
    assert session.ask(IDS["ping"])[0] == 0


def test_counts_that_cannot_be_are_refused_and_the_session_goes_on(session):
    for taken in (session.taken + 1, 1 << 63, (1 << 64) - 1):
        liar, kind, fields = session.say_again(taken)
        assert kind is Kind.REFUSED and "bytes were taken" in fields["reason"]
        liar.close()
    assert session.ask(IDS["ping"])[0] == 0


def test_session_that_is_resumed_twice_is_the_last_one_s(session):
    first, kind, _ = session.say_again(session.taken)
    assert kind is Kind.WELCOME
    session.resume()
    assert is_closed(first)
    assert session.ask(IDS["ping"])[0] == 0


def test_second_connection_that_resumes_nothing_is_refused(session):
    other = session.connect()
    other.sendall(session.hello.frame())
    assert is_closed(other)
    assert session.ask(IDS["ping"])[0] == 0


def test_what_is_kept_for_a_client_that_never_acknowledges_is_bounded():
    sent, piece = Sent(), bytes(KEPT_CHUNK_BYTES // 2 + 1)
    for _ in range(4 * KEPT_BYTES_MAX // len(piece)):
        sent.add(piece)
        sent.forget(KEPT_BYTES_MAX)
    assert len(sent) <= KEPT_BYTES_MAX
    assert not sent.reaches(0) and sent.reaches(sent.end)


def test_client_that_acknowledges_what_was_not_sent_gets_all_of_it():
    sent, data = Sent(), bytes(range(256)) * 8192
    sent.acknowledged = 1 << 62
    for begin in range(0, len(data), 100_000):
        sent.add(data[begin : begin + 100_000])
    at = sent.begin
    assert b"".join(sent.parts(at)) == data[at:]


def test_everything_that_was_not_taken_is_there_from_any_byte_on():
    sent, data = Sent(), bytes(range(251)) * 4000
    for begin in range(0, len(data), 77_777):
        sent.add(data[begin : begin + 77_777])
    for at in (0, 1, KEPT_CHUNK_BYTES - 1, KEPT_CHUNK_BYTES, KEPT_CHUNK_BYTES + 1, len(data) - 1, len(data)):
        assert b"".join(sent.parts(at)) == data[at:]


def test_peers_that_are_turned_away_are_in_the_log(steady, session):
    session.say_again(session.taken, bytes(16))[0].close()
    until(lambda: logged(steady, "peer.dismissed"), "it is logged")
