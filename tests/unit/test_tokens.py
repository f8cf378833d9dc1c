"""Tokens: their text, the proofs, the user's file and the server's."""

from __future__ import annotations

import os
import traceback
from base64 import b64encode

import pytest

from bitfusion.access import own_token, private_file, proof, token, tokens_file
from bitfusion.access.keeper import Keeper
from bitfusion.access.tokens_file import Entry, Tokens
from bitfusion.errors import ConfigError

MADE = token.Token("q7k2mzr4xa", bytes(range(1, 33)))  # not a random one: its text names tests
KEYS = proof.keys_of(MADE.secret)


def entry(id: str = MADE.id, user: str = "alice", **fields) -> Entry:
    return Entry(id, user, ("use", "request"), KEYS, 1, **fields)


def put(path, *entries):
    return tokens_file.change(path, lambda before: Tokens({each.id: each for each in entries}, before.line_key))


def test_a_token_is_read_as_it_was_written():
    assert token.parse(f" {MADE.text}\n") == MADE
    assert len(MADE.text) == 67


@pytest.mark.parametrize(
    "text", ["", "bft_", MADE.text[:-1], MADE.text + "a", MADE.text.upper(), "bft_0" + MADE.text[5:]]
)
def test_what_is_no_token_is_none(text):
    assert token.parse(text) is None


def test_no_secret_is_shown_of_a_token_or_of_what_a_server_keeps():
    shown = f"{MADE} {MADE!r} {entry()!r} {Tokens({'a': entry()}, b'line key')!r}"
    for secret in (MADE.text[15:], str(MADE.secret), str(KEYS.stored), str(KEYS.server), "line key"):
        assert secret not in shown


def test_proofs_are_those_of_scram_sha_256():
    # RFC 7677, chapter 3: the exchange there, from the salted password on.
    salted = bytes.fromhex("c4a49510323ab4f952cac1fa99441939e78ea74d6be81ddf7096e87513dc615d")
    message = (
        b"n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
        b"s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    )
    assert b64encode(proof.of_client(salted, message)) == b"dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    server = b64encode(proof.of_server(proof.keys_of(salted), message))
    assert server == b"6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def test_each_end_proves_with_a_key_of_its_own():
    message = proof.opening(b"first", b"n" * 32, b"")
    client, server = proof.of_client(MADE.secret, message), proof.of_server(KEYS, message)
    assert proof.is_of_client(KEYS, message, client) and proof.is_of_server(MADE.secret, message, server)
    assert not proof.is_of_client(KEYS, message, server) and not proof.is_of_server(MADE.secret, message, client)


@pytest.mark.parametrize(
    "other",
    [
        proof.opening(b"another first", b"n" * 32, b""),
        proof.opening(b"first", b"m" * 32, b""),
        proof.opening(b"first", b"n" * 32, b"certificate of somebody else...."),
    ],
)
def test_a_proof_is_worth_nothing_for_another_message(other):
    message = proof.opening(b"first", b"n" * 32, b"")
    assert not proof.is_of_client(KEYS, other, proof.of_client(MADE.secret, message))
    assert not proof.is_of_server(MADE.secret, other, proof.of_server(KEYS, message))


@pytest.mark.parametrize("bad", [b"", b"\0" * 31, b"\0" * 32, b"\0" * 33])
def test_a_proof_that_is_none_is_refused(bad):
    assert not proof.is_of_client(KEYS, b"message", bad)


def test_what_a_server_keeps_is_not_enough_to_be_the_client():
    message = b"message"
    for key in (KEYS.stored, KEYS.server):
        assert not proof.is_of_client(KEYS, message, proof.of_client(key, message))


def test_the_file_is_for_its_owner_alone_and_comes_back_as_it_was(tmp_path):
    path = tmp_path / "tokens"
    put(path, entry(gpus=2, memory_mib=4096, minutes=60, expires_s=99), entry("another", "bob"))
    assert path.stat().st_mode & 0o777 == 0o600
    tokens, _ = tokens_file.load(path)
    assert tokens.entries == {
        MADE.id: entry(gpus=2, memory_mib=4096, minutes=60, expires_s=99),
        "another": entry("another", "bob"),
    }
    assert MADE.text[15:] not in path.read_text() and len(tokens.line_key) == 32


def test_a_change_keeps_the_key_of_the_line(tmp_path):
    before = put(tmp_path / "tokens", entry()).line_key
    assert put(tmp_path / "tokens").line_key == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_that_others_can_read_or_write_is_refused(tmp_path, mode):
    path = tmp_path / "tokens"
    put(path, entry())
    path.chmod(mode)
    with pytest.raises(ConfigError, match=f"its mode is 0{mode:o}.*chmod 600"):
        tokens_file.load(path)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 1}', MADE.text, '{"format":1,"line_key":"","tokens":[{"id":1}]}']
)
def test_a_file_of_something_else_is_refused_and_not_shown(tmp_path, text):
    path = tmp_path / "tokens"
    path.touch(0o600)
    path.write_text(text)
    with pytest.raises(ConfigError, match="tokens") as caught:
        tokens_file.load(path)
    assert MADE.text[15:] not in "".join(traceback.format_exception(caught.value))


def test_a_keeper_sees_what_has_changed_and_keeps_what_it_had_when_that_cannot_be_read(tmp_path):
    path = tmp_path / "tokens"
    put(path, entry())
    keeper = Keeper(path)
    assert keeper.is_good(MADE.id) and not keeper.is_good("another")
    put(path, entry(revoked_s=5))
    assert not keeper.is_good(MADE.id) and keeper.find(MADE.id).ended(9) == "revoked"
    path.write_text("a slip of the hand")
    assert keeper.find(MADE.id).ended(9) == "revoked" and "changed by hand" in keeper.problem
    put(path := tmp_path / "next", entry())
    os.replace(path, tmp_path / "tokens")
    assert keeper.is_good(MADE.id) and not keeper.problem


def test_a_token_ends_when_it_expires():
    assert entry(expires_s=10).ended(9.9) == "" and entry(expires_s=10).ended(10) == "expired"


def test_who_administers_may_do_everything_and_sees_everybody():
    root = Entry("root", "root", ("administer",), KEYS, 1)
    assert all(root.may(scope) for scope in tokens_file.SCOPES) and root.sees("alice")
    assert entry().sees("alice") and not entry().sees("bob") and not entry().may("administer")


def test_the_token_of_a_user_is_found_where_the_variable_says_or_in_the_home(tmp_path):
    own = tmp_path / ".bitfusionio" / "token"
    home = {"HOME": str(tmp_path)}
    assert own_token.find(home) is None
    own.parent.mkdir()
    private_file.write(own, MADE.text.encode())
    assert own_token.find(home) == MADE
    assert own_token.find({**home, "BF_TOKEN_FILE": ""}) is None
    other = token.make()
    private_file.write(tmp_path / "other", other.text.encode())
    assert own_token.find({**home, "BF_TOKEN_FILE": str(tmp_path / "other")}) == other


def test_a_token_file_that_cannot_be_used_is_named_and_not_shown(tmp_path):
    path = tmp_path / "token"
    environ = {"BF_TOKEN_FILE": str(path)}
    with pytest.raises(ConfigError, match="no such file"):
        own_token.find(environ)
    private_file.write(path, MADE.text[:-1].encode())
    with pytest.raises(ConfigError, match="does not hold a token") as caught:
        own_token.find(environ)
    assert MADE.text[15:-1] not in "".join(traceback.format_exception(caught.value))
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="its mode is 0644"):
        own_token.find(environ)
