"""Tokens of programs: libbfshim.so proves them, and says what to do where it cannot."""

from __future__ import annotations

import socket
import threading

import msgpack
import pytest
import running
import toolkit
from checkout import ROOT
from issued import issue, keep, revoke
from patience import PATIENCE_S

from bitfusion.access import token
from bitfusion.access.token import Token
from bitfusion.wire.auth import Challenge
from bitfusion.wire.frames import parse_header

FAILED = 805


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    source = ROOT / "tests" / "conformance" / "programs" / "enumerate.c"
    return toolkit.build_driver_program(source, tmp_path_factory.mktemp("program"))


def run(program, port: int, **extra: str) -> running.Outcome:
    return running.run([program], running.remote(port, **extra))


def test_a_program_with_a_token_runs_as_directly(program, locked, tokens, tmp_path):
    own = keep(tmp_path / "own", issue(tokens, "alice"))
    directly = running.run([program], running.direct(SOFTGPU_DEVICES="1"))
    assert run(program, locked.port, BF_TOKEN_FILE=str(own)) == directly and directly.code == 0


def test_the_token_at_home_is_found(program, locked, tokens, tmp_path):
    (tmp_path / ".bitfusionio").mkdir()
    keep(tmp_path / ".bitfusionio" / "token", issue(tokens, "alice"))
    environment = running.remote(locked.port, HOME=str(tmp_path))
    environment.pop("BF_TOKEN_FILE", None)
    assert running.run([program], environment).code == 0


def test_a_program_without_a_token_is_told_how_to_get_one(program, locked):
    done = run(program, locked.port, BF_TOKEN_FILE="")
    assert done.code != 0 and "wants a token, and this client has none; ask its operator" in done.errors


def test_a_token_that_the_server_does_not_know_is_named(program, locked, tmp_path):
    made = token.make()
    done = run(program, locked.port, BF_TOKEN_FILE=str(keep(tmp_path / "own", made)))
    assert done.code != 0 and f"does not prove that it knows the token {made.id}" in done.errors
    assert made.text[15:] not in done.errors


def test_a_revoked_token_is_refused(program, locked, tokens, tmp_path):
    made = issue(tokens, "alice")
    own = keep(tmp_path / "own", made)
    revoke(tokens, made)
    done = run(program, locked.port, BF_TOKEN_FILE=str(own))
    assert done.code != 0 and f"the token {made.id} of alice is revoked" in done.errors


@pytest.mark.parametrize(
    ("text", "mode", "says"),
    [
        (None, 0, "cannot be read: No such file or directory; name the file with your token in BF_TOKEN_FILE"),
        ("bft_aaaaaaaaaa_secret", 0o600, "does not hold a token; put what `flexdirect token create` has printed there"),
        (Token("q7k2mzr4xa", bytes(range(32))).text, 0o640, "can be read by others; chmod 600 it"),
    ],
)
def test_a_token_file_that_cannot_be_used_is_named_and_not_shown(program, locked, tmp_path, text, mode, says):
    own = tmp_path / "own"
    if text is not None:
        own.touch(mode)
        own.write_text(text)
        own.chmod(mode)
    done = run(program, locked.port, BF_TOKEN_FILE=str(own))
    assert done.code != 0 and says in done.errors and str(own) in done.errors
    assert text is None or text[15:] not in done.errors


@pytest.mark.parametrize(
    "answer",
    [
        Challenge(b"n" * 32, b"p" * 32).frame(),
        Challenge(b"n" * 32, b"p" * 31).frame(),
        Challenge(b"", b"").frame(),
        Challenge(b"n" * 300, b"p" * 32).frame(),
    ],
)
def test_a_server_that_cannot_prove_itself_gets_no_proof(program, tmp_path, answer):
    made, got = token.make(), []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with listener.accept()[0] as connection:
                header = parse_header(connection.recv(16, socket.MSG_WAITALL))
                got.append(msgpack.unpackb(connection.recv(header.body_bytes, socket.MSG_WAITALL)))
                connection.sendall(answer)
                try:
                    got.append(connection.recv(100))
                except ConnectionResetError:  # it has left something unread
                    got.append(b"")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        here = f"127.0.0.1:{listener.getsockname()[1]}"
        own = keep(tmp_path / "own", made)
        done = running.run([program], {**running.remote(), "BF_SERVERS": here, "BF_TOKEN_FILE": str(own)})
        thread.join(PATIENCE_S)
    assert done.code != 0 and "does not prove" in done.errors
    assert got[0]["auth"]["id"] == made.id and len(got[0]["auth"]["nonce"]) == 32 and not got[1]


def test_without_tokens_at_the_server_a_program_with_one_runs(program, tokens, tmp_path):
    own = keep(tmp_path / "own", issue(tokens, "alice"))
    with running.dispatcher(tmp_path, "--softgpu", "1", BF_TOKENS="") as server:
        assert run(program, server.port, BF_TOKEN_FILE=str(own)).code == 0
