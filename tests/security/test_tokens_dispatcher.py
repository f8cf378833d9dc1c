"""Tokens at a Dispatcher's port: who is let in, who is not and how that is told, and what one sees of another."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import certified
import pytest
import running
from issued import issue, keep, revoke
from patience import PATIENCE_S, within
from sessions import CLEAN_S, Session, logged

from bitfusion.access import proof, token
from bitfusion.access.token import Token
from bitfusion.errors import ConnectionLost, Refused
from bitfusion.limits import HEARTBEAT_INTERVAL_S, TOKENS_LOOK_S
from bitfusion.net.query import ask
from bitfusion.net.secure import Connection
from bitfusion.net.trust import connect
from bitfusion.wire.auth import Auth, Challenge, parse_challenge, proof_frame
from bitfusion.wire.frames import Kind, pack_header, parse_header
from bitfusion.wire.hello import Hello, parse_refused

ENDED_S = TOKENS_LOOK_S + HEARTBEAT_INTERVAL_S + CLEAN_S


def session(server, made: Token | None) -> Session:
    return Session(server, find_token=lambda: made)


def test_who_has_a_token_is_served_and_who_has_none_is_told_how_to_get_one(locked, tokens):
    with session(locked, issue(tokens, "alice")) as one:
        assert one.ask("ping").result == 0
    with pytest.raises(Refused, match="wants a token") as caught:
        session(locked, None)
    assert caught.value.code == 805 and ".bitfusionio/token" in caught.value.hint


@pytest.mark.parametrize("what", ["stats", "smi", "health", "net_perf"])
def test_nobody_asks_a_question_without_a_token(locked, what):
    with pytest.raises(Refused, match="wants a token"):
        ask("127.0.0.1", locked.port, what, trust=running.TRUST, find_token=lambda: None)


def test_a_client_does_not_trust_a_server_that_does_not_know_its_token(locked, tokens):
    stranger = token.make()
    with pytest.raises(Refused, match=f"does not prove that it knows the token {stranger.id}"):
        session(locked, stranger)


@pytest.mark.parametrize("state", ["revoked", "expired"])
def test_a_token_that_has_ended_is_told_to_its_user(locked, tokens, state):
    made = issue(tokens, "alice", **({"expires_s": 1} if state == "expired" else {}))
    if state == "revoked":
        revoke(tokens, made)
    with pytest.raises(Refused, match=f"the token {made.id} of alice is {state}"):
        session(locked, made)


def test_a_token_without_the_scope_is_refused(locked, tokens):
    made = issue(tokens, "alice", "request")
    with pytest.raises(Refused, match="is not for 'use', but for request"):
        session(locked, made)


def test_a_session_ends_when_its_token_is_revoked_and_no_other(locked, tokens):
    alices, bobs = issue(tokens, "alice"), issue(tokens, "bob")
    with session(locked, alices) as one, session(locked, bobs) as other:
        assert one.ask("ping").result == 0
        revoke(tokens, alices)

        def ended() -> bool:
            try:
                one.ask("ping")
            except ConnectionLost:
                return True
            return False

        assert within(ENDED_S, ended)
        assert other.ask("ping").result == 0
        (line,) = logged(locked, "session.ending")
        assert line["user"] == "alice" and line["token"] == alices.id


def test_each_sees_its_own_sessions_and_that_others_take_something(locked, tokens):
    alices, bobs, root = issue(tokens, "alice"), issue(tokens, "bob"), issue(tokens, "root", "administer")
    with session(locked, alices) as one, session(locked, bobs):
        one.use_device()
        assert one.ask("cuMemAlloc_v2", 1 << 20).result == 0

        def clients(made: Token) -> list[tuple]:
            def only_these() -> bool:
                return (
                    ask("127.0.0.1", locked.port, "stats", trust=running.TRUST, find_token=lambda: made)["clients_now"]
                    == 2
                )

            assert within(ENDED_S, only_these)  # those of other tests have ended
            answer = ask("127.0.0.1", locked.port, "stats", trust=running.TRUST, find_token=lambda: made)
            return sorted((client["user"], client["program"], client["pid"]) for client in answer["clients"])

        me = os.getpid()
        assert clients(alices) == [("", "", 0), ("alice", "python", me)]
        assert clients(bobs) == [("", "", 0), ("bob", "python", me)]
        assert clients(root) == [("alice", "python", me), ("bob", "python", me)]
        shown = ask("127.0.0.1", locked.port, "smi", trust=running.TRUST, find_token=lambda: bobs)
        assert [(each["name"], each["pid"], each["host"]) for each in shown["gpus"][0]["processes"]] == [("", 0, "")]


def test_every_refusal_is_logged_with_who_and_what_and_from_where(tmp_path):
    """On a server of its own: of one address a server logs only so many refusals one by one."""
    path = tmp_path / "tokens"
    ended, narrow, stranger = issue(path, "alice"), issue(path, "bob", "request"), token.make()
    revoke(path, ended)
    expected = [
        ("", "", {"hello": "python"}, "wants a token"),
        (stranger.id, "", {"hello": "python"}, "closed before PROOF"),
        (ended.id, "alice", {"hello": "python"}, "is revoked"),
        (narrow.id, "bob", {"query": "stats"}, "is not for 'use'"),
    ]
    with running.dispatcher(tmp_path, "--softgpu", "1", "--tokens", str(path)) as server:
        for made in (None, stranger, ended):
            with pytest.raises(Refused):
                session(server, made)
        with pytest.raises(Refused):
            ask("127.0.0.1", server.port, "stats", trust=running.TRUST, find_token=lambda: narrow)
        assert within(CLEAN_S, lambda: len(logged(server, "token.refused")) == len(expected))
        lines = logged(server, "token.refused")
    for id, user, what, reason in expected:
        (line,) = [line for line in lines if line["token"] == id]
        assert line["peer"] == "127.0.0.1" and line["user"] == user and what.items() <= line.items()
        assert reason in line["reason"]


def raw(port: int, first: bytes) -> tuple[Connection, Challenge]:
    """A connection that has said this, and the challenge that came."""
    connection = connect("127.0.0.1", port, PATIENCE_S, running.TRUST)
    connection.sendall(first)
    return connection, parse_challenge(frame(connection, Kind.CHALLENGE))


def frame(connection: Connection, kind: Kind) -> bytes:
    header = parse_header(connection.recv(16, socket.MSG_WAITALL))
    assert header is not None and header.kind is kind
    return connection.recv(header.body_bytes, socket.MSG_WAITALL)


def hello(id: str, nonce: bytes = b"n" * 32) -> bytes:
    return Hello((1,), "0", auth=Auth(id, nonce)).frame()


def test_a_wrong_secret_and_an_unknown_id_look_the_same(locked, tokens):
    known, answers = issue(tokens, "alice"), []
    for id in (known.id, "a" * 10):
        connection, _ = raw(locked.port, hello(id))
        with connection:
            connection.sendall(proof_frame(b"\1" * 32))
            refused = parse_refused(frame(connection, Kind.REFUSED))
            answers.append((refused.code, refused.detail.replace(id, "ID"), refused.hint))
    assert answers[0] == answers[1] and "is not known here" in answers[0][1]


def test_a_proof_that_was_heard_is_worth_nothing_again(locked, tokens):
    made = issue(tokens, "alice")
    first = hello(made.id)
    connection, asked = raw(locked.port, first)
    heard = proof_frame(proof.of_client(made.secret, proof.opening(first[16:], asked.nonce, running.BINDING)))
    with connection:
        connection.sendall(heard)
        frame(connection, Kind.WELCOME)
    connection, again = raw(locked.port, first)
    assert again.nonce != asked.nonce
    with connection:
        connection.sendall(heard)
        assert "not known" in parse_refused(frame(connection, Kind.REFUSED)).detail


def test_what_was_asked_for_is_part_of_the_proof(locked, tokens):
    made = issue(tokens, "alice")
    connection, asked = raw(locked.port, hello(made.id))
    with connection:
        other = Hello((1,), "0", program="another", auth=Auth(made.id, b"n" * 32)).frame()
        connection.sendall(
            proof_frame(proof.of_client(made.secret, proof.opening(other[16:], asked.nonce, running.BINDING)))
        )
        assert "not known" in parse_refused(frame(connection, Kind.REFUSED)).detail


def test_a_server_that_only_repeats_what_it_hears_is_not_believed():
    """It gives the client's own nonce back, and any proof."""
    made = token.make()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        got = []

        def serve() -> None:
            with listener.accept()[0] as connection:
                header = parse_header(connection.recv(16, socket.MSG_WAITALL))
                body = connection.recv(header.body_bytes, socket.MSG_WAITALL)
                connection.sendall(Challenge(b"n" * 32, proof.of_client(made.secret, body)).frame())
                got.append(connection.recv(100))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with pytest.raises(Refused, match="does not prove"):
            ask("127.0.0.1", listener.getsockname()[1], "stats", find_token=lambda: made)
        thread.join(PATIENCE_S)
        assert got == [b""], "it got a proof"


def test_a_peer_that_ends_after_the_challenge_is_dropped(locked, tokens):
    made = issue(tokens, "alice")
    connection, _ = raw(locked.port, hello(made.id))
    with connection:
        connection.sendall(pack_header(Kind.PROOF, 40)[:8])
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""


def test_no_secret_is_in_the_log_or_a_command_line(locked, tokens, tmp_path):
    made = issue(tokens, "alice")
    keep(tmp_path / "own", made)
    with session(locked, made):
        pass
    with pytest.raises(Refused):
        session(locked, Token(made.id, b"\1" * 32))
    process = Path(f"/proc/{locked.process.pid}")
    words = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    for secret in (made.text[15:], proof.keys_of(made.secret).stored.hex()):
        assert secret not in locked.log() and secret.encode() not in words


def test_without_tokens_at_the_server_a_token_is_not_asked_for(tmp_path, tokens):
    made = issue(tokens, "alice")
    with running.dispatcher(tmp_path, "--softgpu", "1", BF_TOKENS="") as server, session(server, made) as one:
        assert one.ask("ping").result == 0


def test_with_tls_a_proof_is_of_the_certificate_that_was_shown(tmp_path, tokens):
    """Somebody between the two who has a certificate of his own cannot pass the proofs on."""
    files, made = certified.make(tmp_path), issue(tokens, "alice")
    options = ("--softgpu", "1", *files.options, "--tokens", str(tokens))
    with running.dispatcher(tmp_path, *options) as server:
        with Session(server, trust=files.pin, find_token=lambda: made) as one:
            assert one.ask("ping").result == 0
        with connect("127.0.0.1", server.port, PATIENCE_S, files.pin) as connection:
            first = hello(made.id)
            connection.sendall(first)
            asked = parse_challenge(frame(connection, Kind.CHALLENGE))
            for binding in (b"", b"c" * 32):
                message = proof.opening(first[16:], asked.nonce, binding)
                assert not proof.is_of_server(made.secret, message, asked.proof)
            message = proof.opening(first[16:], asked.nonce, b"c" * 32)
            connection.sendall(proof_frame(proof.of_client(made.secret, message)))
            assert "not known" in parse_refused(frame(connection, Kind.REFUSED)).detail
