"""A second user on another host tries the lease of the first, and both a server that wants no token."""

from __future__ import annotations

import shlex

import hosts
import pytest

SERVER, HERS, HIS = "10.76.0.1", "10.76.0.2", "10.76.0.3"
LOOK = "client -f {file} -- python3 -c \"import ctypes, sys; sys.exit(ctypes.CDLL('libcuda.so.1').cuInit(0) != 0)\""


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    scratch = tmp_path_factory.mktemp("machines")
    with hosts.network(scratch, server=([SERVER], 2), hers=([HERS], 0), his=([HIS], 0)) as made:
        yield made


def token_of(server: hosts.Host, user: str, *more: str) -> str:
    done = server.type(shlex.join(["flexdirect", "token", "create", "--user", user, *more, "--tokens", "/etc/tokens"]))
    assert done.code == 0, done.errors
    return done.output.strip()


def keep(host: hosts.Host, text: str) -> None:
    host.write("/etc/own.token", f"{text}\n")
    assert host.type("chmod 600 /etc/own.token").code == 0


def on(host: hosts.Host, line: str) -> hosts.Typed:
    return host.type(f"BF_TOKEN_FILE=/etc/own.token flexdirect {line}")


def test_the_lease_of_a_user_is_of_no_use_to_another_on_another_host(machines):
    server, hers, his = machines["server"], machines["hers"], machines["his"]
    keep(hers, token_of(server, "alice", "--gpus", "1"))
    keep(his, token_of(server, "bob"))
    server.serve("flexdirect resource_scheduler --tokens /etc/tokens")
    asked = on(hers, f"request_gpus -n 1 --server_list {SERVER} -f /etc/hers.conf")
    assert asked.code == 0, asked.errors
    held = hers.type("cat /etc/hers.conf").output
    his.write("/etc/hers.conf", held)
    assert on(hers, LOOK.format(file="/etc/hers.conf")).code == 0
    used = on(his, LOOK.format(file="/etc/hers.conf"))
    assert used.code != 0 and "lent to another user" in used.errors
    released = on(his, "release_gpus -f /etc/hers.conf")
    assert released.code != 0 and "belongs to another user" in released.errors
    lease = held.rpartition("lease ")[2].split()[0]
    for line in (f"list_gpus --server_list {SERVER} --json", f"stats --server_list {SERVER} --json"):
        shown = on(his, line)
        assert shown.code == 0, shown.errors
        assert "alice" not in shown.output and lease not in shown.output and "request_gpus" not in shown.output
        assert lease in on(hers, line).output
    more = on(hers, f"request_gpus -n 1 --server_list {SERVER} -f /etc/more.conf --timeout 0")
    assert more.code != 0 and "alice may have 1 at this server, and has 1" in more.errors
    assert on(hers, "release_gpus -f /etc/hers.conf").code == 0
    mine = on(his, f"run -n 2 --server_list {SERVER} --timeout 60 -- true")
    assert mine.code == 0, mine.errors
    server.end_processes()


def test_a_client_with_a_token_does_not_follow_to_a_server_that_wants_none(machines):
    server, hers = machines["server"], machines["hers"]
    keep(hers, token_of(server, "alice"))
    server.serve("BF_TOKENS= flexdirect server")
    hers.write("/etc/open.conf", f"{SERVER}\n")
    done = on(hers, LOOK.format(file="/etc/open.conf"))
    assert done.code != 0 and "does not ask for the token" in done.errors
    asked = on(hers, f"stats -l {SERVER}")
    assert asked.code != 0 and "does not ask for the token" in asked.output + asked.errors
    willing = hers.type("BF_TOKEN_FILE= flexdirect " + LOOK.format(file="/etc/open.conf"))
    assert willing.code == 0, willing.errors
    server.end_processes()
