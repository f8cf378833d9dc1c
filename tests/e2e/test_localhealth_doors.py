"""What `localhealth` says of this node's certificate, of the tokens that it accepts, and of this user's own."""

from __future__ import annotations

import json
import socket

import certified
import pytest
from issued import issue, keep, revoke

from bitfusion import certificates
from bitfusion.cli.door_checks import door_checks
from bitfusion.observe import health


@pytest.fixture
def verdicts(cli):
    """A function: variables -> name of a check -> (status, detail, remedy)."""

    def look(**extra: str) -> dict[str, tuple[str, str, str]]:
        (node,) = json.loads(cli("localhealth", "--json", **extra).output)["nodes"]
        return {check["name"]: (check["status"], check["detail"], check["remedy"]) for check in node["checks"]}

    return look


def files(made: certified.Certified) -> dict[str, str]:
    return {"BF_TLS_CERT": str(made.certificate), "BF_TLS_KEY": str(made.key)}


def test_a_node_without_a_lock_is_told_so_and_warned_of_nothing(verdicts):
    found = verdicts(BF_TOKEN_FILE="", BF_TLS_CERT="", BF_TLS_KEY="", BF_TOKENS="")
    for name in ("certificate", "tokens accepted", "token"):
        assert found[name][0] == "PASS" and "none" in found[name][1], found


def test_a_certificate_for_this_node_passes_and_one_for_another_does_not(verdicts, tmp_path):
    status, detail, _ = verdicts(**files(certified.make(tmp_path, socket.gethostname())))["certificate"]
    assert status == "PASS" and "is valid until" in detail
    status, detail, remedy = verdicts(**files(certified.make(tmp_path, "other.example")))["certificate"]
    assert status == "WARN" and f"is for other.example, and this node is called {socket.gethostname()}" in detail
    assert "init --tls" in remedy


def test_a_key_that_others_read_and_a_file_that_is_not_there_fail(verdicts, tmp_path):
    made = certified.make(tmp_path)
    made.key.chmod(0o644)
    status, detail, remedy = verdicts(**files(made))["certificate"]
    assert status == "FAIL" and "can be read or changed by every user" in detail and remedy == f"chmod o= {made.key}"
    made.certificate.unlink()
    assert verdicts(**files(made))["certificate"][0] == "FAIL"
    assert verdicts(BF_TLS_KEY=str(made.key))["certificate"][0] == "FAIL"


def test_a_certificate_that_expires_soon_is_warned_of(verdicts, tmp_path, monkeypatch):
    monkeypatch.setattr(certificates, "TLS_SERVER_DAYS", 9)
    made = certified.make(tmp_path, socket.gethostname())
    status, detail, remedy = verdicts(**files(made))["certificate"]
    assert status == "WARN" and "expires on" in detail and "in 8 days" in detail and "reload" in remedy


def test_what_the_services_of_this_node_have_is_looked_at(tmp_path):
    made = certified.make(tmp_path, "other.example")
    (tmp_path / "server.env").write_text(f'BF_TLS_CERT="{made.certificate}"\nBF_TLS_KEY={made.key}\n')
    tokens = tmp_path / "tokens"
    issue(tokens, "alice")
    (tmp_path / "scheduler.env").write_text(f"# for the scheduler\nBF_TOKENS={tokens}\n")
    found = {check.name: check for check in door_checks({"BF_TOKEN_FILE": ""}, tmp_path)}
    assert "other.example" in found["certificate"].detail
    assert found["tokens accepted"].detail == f"1 of 1 token in {tokens} can be used"
    (tmp_path / "server.env").write_text("nonsense\n")
    assert door_checks({"BF_TOKEN_FILE": ""}, tmp_path)[0].status == health.FAIL
    for name in ("server.env", "scheduler.env"):
        (tmp_path / name).unlink()
    assert "none" in door_checks({}, tmp_path)[0].detail
    (tmp_path / "tls").mkdir()
    made.certificate.rename(tmp_path / "tls" / "server.pem")
    made.key.rename(tmp_path / "tls" / "server-key.pem")
    assert "other.example" in door_checks({}, tmp_path)[0].detail


def test_tokens_that_others_read_fail_and_a_file_without_a_good_one_is_warned_of(verdicts, tmp_path):
    tokens, own = tmp_path / "tokens", tmp_path / "own"
    made = issue(tokens, "alice")
    keep(own, made)
    found = verdicts(BF_TOKENS=str(tokens), BF_TOKEN_FILE=str(own))
    assert found["tokens accepted"][0] == found["token"][0] == "PASS" and made.id in found["token"][1]
    revoke(tokens, made)
    assert verdicts(BF_TOKENS=str(tokens))["tokens accepted"][0] == "WARN"
    tokens.chmod(0o640)
    own.chmod(0o604)
    found = verdicts(BF_TOKENS=str(tokens), BF_TOKEN_FILE=str(own))
    for name, path in (("tokens accepted", tokens), ("token", own)):
        status, detail, remedy = found[name]
        assert status == "FAIL" and "others can read" in detail and remedy == f"chmod 600 {path}"
    assert made.text not in json.dumps(found)


@pytest.mark.parametrize(
    ("name", "own", "is_for"), [("*.x.y", "a.x.y", True), ("*.x.y", "a.b.x.y", False), ("A", "a", True)]
)
def test_names_of_certificates_are_compared_as_clients_do(name, own, is_for):
    assert (health.certificate_names("f", [name], [own]).status == health.PASS) == is_for
