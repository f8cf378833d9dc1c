"""`flexdirect token`: a token is shown once, a server's file has no secret, and what is revoked stays in the list."""

from __future__ import annotations

import json

import pytest

from bitfusion.access import proof, token, tokens_file


@pytest.fixture
def file(tmp_path):
    return tmp_path / "tokens"


def test_a_token_that_is_made_is_shown_once_and_known_to_the_server(flexdirect, file):
    done = flexdirect(
        *("token", "create", "--user", "alice", "--gpus", "2", "--memory", "4096", "--minutes", "60"),
        *("--expires", "1d", "--tokens", str(file)),
    )
    made = token.parse(done.output)
    assert done.code == 0 and made is not None and done.output == f"{made.text}\n" and not done.errors
    (entry,) = tokens_file.load(file)[0].entries.values()
    assert (entry.id, entry.user, entry.scopes) == (made.id, "alice", ("use", "request"))
    assert (entry.gpus, entry.memory_mib, entry.minutes) == (2, 4096, 60)
    assert entry.keys == proof.keys_of(made.secret) and entry.expires_s - entry.created_s == 86400
    assert file.stat().st_mode & 0o777 == 0o600
    listed = flexdirect("token", "list", BF_TOKENS=str(file)).output
    assert "alice" in listed and made.text[15:] not in listed + file.read_text()


def test_the_list_says_what_each_may_and_who_is_revoked(flexdirect, file):
    for words in (("--user", "alice"), ("--user", "root", "--scope", "administer"), ("--user", "alice")):
        assert flexdirect("token", "create", *words, "--tokens", str(file)).code == 0

    def states(*words: str) -> list[tuple]:
        found = json.loads(flexdirect("token", "list", *words, "--tokens", str(file), "--json").output)
        return [(each["user"], tuple(each["scopes"]), each["state"]) for each in found]

    alice, root = ("alice", ("use", "request"), "good"), ("root", ("administer",), "good")
    assert states() == [alice, root, alice]
    assert flexdirect("token", "revoke", "--user", "alice", "--tokens", str(file)).code == 0
    assert states() == [(*alice[:2], "revoked"), root, (*alice[:2], "revoked")]
    assert states("--user", "root") == [root]


def test_a_whole_token_names_itself_and_is_not_shown_again(flexdirect, file):
    flexdirect("token", "create", "--user", "bob", "--tokens", str(file))
    made = token.make()
    done = flexdirect("token", "revoke", made.text, "--tokens", str(file))
    assert done.code == 2 and made.id in done.complaint and made.text[15:] not in done.errors
