"""`init --tls`: a CA and servers' certificates that clients believe, with private keys that nobody else reads."""

from __future__ import annotations

import json
import socket
import stat

from bitfusion import certificates
from bitfusion.net.secure import Entrance
from bitfusion.net.trust import Trust
from bitfusion.server.identity import Identity

MODES = {"ca.pem": 0o644, "tls/ca-key.pem": 0o600, "tls/server.pem": 0o644, "tls/server-key.pem": 0o600}


def test_it_makes_a_ca_and_a_certificate_for_every_name_of_this_machine(cli, tmp_path):
    done = cli("init", "--directory", tmp_path, "--tls", "--tls-name", "gpu.example", "--tls-name", "10.9.8.7")
    assert (done.code, done.errors) == (0, "")
    modes = {name: stat.S_IMODE((tmp_path / name).stat().st_mode) for name in MODES}
    # Root lends the server's key to the services, where they have a group.
    assert modes == MODES or modes == {**MODES, "tls/server-key.pem": 0o640}
    identity = Identity(str(tmp_path / "tls" / "server.pem"), str(tmp_path / "tls" / "server-key.pem"))
    assert {socket.gethostname(), "localhost", "127.0.0.1", "::1", "gpu.example", "10.9.8.7"} <= set(
        identity.facts.names
    )
    assert identity.facts.fingerprint in done.output and f"tls://{socket.gethostname()}" in done.output
    Trust(tmp_path / "ca.pem").context()


def test_it_replaces_nothing_and_makes_certificates_of_other_servers_of_the_same_ca(cli, tmp_path):
    cli("init", "--directory", tmp_path, "--tls")
    before = {name: (tmp_path / name).read_bytes() for name in MODES}
    again = json.loads(cli("init", "--directory", tmp_path, "--tls", "--json").output)
    assert {item["state"] for item in again} == {"kept"}
    done = cli("init", "--directory", tmp_path, "--tls", "--tls-host", "host-b", "--tls-name", "10.0.0.2")
    assert (done.code, done.errors) == (0, "") and "tls://host-b" in done.output
    assert {name: (tmp_path / name).read_bytes() for name in MODES} == before
    other = (tmp_path / "tls" / "host-b.pem").read_bytes()
    assert certificates.look(other).names == ("host-b", "10.0.0.2")
    Entrance(other, (tmp_path / "tls" / "host-b-key.pem").read_bytes())


def test_without_the_key_of_the_ca_it_says_so_and_makes_nothing(cli, tmp_path):
    cli("init", "--directory", tmp_path, "--tls")
    for name in ("tls/ca-key.pem", "tls/server.pem", "tls/server-key.pem"):
        (tmp_path / name).unlink()
    done = cli("init", "--directory", tmp_path, "--tls")
    assert done.code == 1 and f"{tmp_path}/tls/ca-key.pem (it is not here, and {tmp_path}/ca.pem is" in done.errors
    assert not (tmp_path / "tls" / "server.pem").exists()
