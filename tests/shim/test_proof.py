"""The shim's tokens and proofs beside those of the servers."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from native_shim import ffi, lib

from bitfusion.access import proof, token

KEY = st.binary(min_size=32, max_size=32)


def out(call, *arguments) -> bytes:
    result = ffi.new("uint8_t[128]")
    count = call(*arguments, result)
    return bytes(result[0 : 32 if count is None else count])


@given(key=KEY, message=st.binary(max_size=128))
def test_hmac_is_that_of_everybody(key, message):
    assert out(lib.bf_proof_hmac, key, message, len(message)) == hmac.digest(key, message, "sha256")


@given(secret=KEY, first=st.binary(max_size=300), nonce=KEY, binding=st.one_of(st.just(b""), KEY))
def test_what_the_shim_proves_a_server_believes_and_the_other_way(secret, first, nonce, binding):
    message = proof.opening(first, nonce, binding)
    assert out(lib.bf_proof_opening, hashlib.sha256(first).digest(), nonce, binding, len(binding)) == message
    keys = proof.keys_of(secret)
    assert proof.is_of_client(keys, message, out(lib.bf_proof_of_client, secret, message, len(message)))
    given = proof.of_server(keys, message)
    assert lib.bf_proof_is_of_server(secret, message, len(message), given)
    for at in range(32):
        wrong = given[:at] + bytes([given[at] ^ 1]) + given[at + 1 :]
        assert not lib.bf_proof_is_of_server(secret, message, len(message), wrong)


def parse(text: bytes) -> token.Token | None:
    found = ffi.new("struct bf_token *")
    good = lib.bf_token_parse(text, len(text), found)
    return token.Token(ffi.string(found.id).decode(), bytes(found.secret)) if good else None


@given(secret=KEY)
def test_a_token_is_read_as_it_was_written(secret):
    made = token.Token("q7k2mzr4xa", secret)
    assert parse(f" {made.text}\n".encode()) == made


@pytest.mark.parametrize(
    "change", [str.upper, lambda text: text[:-1], lambda text: text + "a", lambda text: text.replace("_", "-")]
)
def test_what_is_no_token_is_none_to_both(change):
    text = change(token.make().text)
    assert token.parse(text) is None and parse(text.encode()) is None
