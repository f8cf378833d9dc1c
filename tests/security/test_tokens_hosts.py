"""A second user, an administrator and a stranger on hosts of their own try the lease of the first user, by TLS; and a
client with a token tries a server that wants none.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import certified
import hosts
import pytest
from trespasser import DONE, FORGED, OPEN, Target

pytestmark = pytest.mark.plain("its servers have certificates and tokens anyway")
SERVER, HERS, HIS, ROOTS = "10.76.0.1", "10.76.0.2", "10.76.0.3", "10.76.0.4"
POOL, SRS_PORT = f"tls://{SERVER}", 56001
DATA_PORTS = range(45201, 45213)
FILE, OWN = "/etc/hers.conf", "BF_TOKEN_FILE=/etc/own.token BF_TLS_CA=/etc/bitfusionio/ca.pem"
LOOK_WITH = "python3 -c \"import ctypes, sys; sys.exit(ctypes.CDLL('libcuda.so.1').cuInit(0) != 0)\""
LOOK = f"client -f {FILE} -- {LOOK_WITH}"
TRESPASSER = str(Path(__file__).parent / "trespasser.py")
# What one of these may answer to somebody else, whatever it was asked.
REFUSALS = (
    "forbidden",
    "unauthorized",
    "401: ",
    "405: ",
    "lent to another user",
    "wants a token",
    "is not known here",
    "token",
    "it is not shown",
    "it is bob's",
)


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    scratch = tmp_path_factory.mktemp("machines")
    with hosts.network(scratch, server=([SERVER], 4), hers=([HERS], 0), his=([HIS], 0), roots=([ROOTS], 0)) as made:
        yield made


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> certified.Certified:
    return certified.make(tmp_path_factory.mktemp("certificate"), SERVER)


@pytest.fixture(scope="module")
def tokens(machines) -> dict[str, str]:
    """By user: alice and bob may use and request, root administers, carol may have one GPU."""
    more = {"alice": [], "bob": [], "root": ["--scope", "administer"], "carol": ["--gpus", "1"]}
    return {user: token_of(machines["server"], user, *words) for user, words in more.items()}


@pytest.fixture(scope="module")
def pool(machines, tokens, certificate) -> Iterator[dict[str, hosts.Host]]:
    """The machines, with a scheduler that speaks TLS and wants tokens: hers is alice's, his bob's, roots an
    administrator's.
    """
    server = machines["server"]
    for name, user in (("hers", "alice"), ("his", "bob"), ("roots", "root")):
        keep(machines[name], tokens[user])
        machines[name].write("/etc/bitfusionio/ca.pem", certificate.ca.read_text())
    ports = f"BF_SERVER_PORT_MIN={DATA_PORTS.start} BF_SERVER_PORT_MAX={DATA_PORTS.stop - 1}"
    options = shlex.join(["--tokens", "/etc/tokens", *certificate.options])
    server.serve(f"{ports} flexdirect resource_scheduler {options}")
    yield machines
    server.end_processes()


def token_of(server: hosts.Host, user: str, *more: str) -> str:
    done = server.type(shlex.join(["flexdirect", "token", "create", "--user", user, *more, "--tokens", "/etc/tokens"]))
    assert done.code == 0, done.errors
    return done.output.strip()


def keep(host: hosts.Host, text: str) -> None:
    host.write("/etc/own.token", f"{text}\n")
    assert host.type("chmod 600 /etc/own.token").code == 0


def on(host: hosts.Host, line: str) -> hosts.Typed:
    return host.type(f"{OWN} flexdirect {line}")


@pytest.fixture
def lease(pool) -> Iterator[str]:
    """Of alice, whose adaptor file bob and the administrator have a copy of."""
    asked = on(pool["hers"], f"request_gpus -n 1 --server_list {POOL} -f {FILE}")
    assert asked.code == 0, asked.errors
    held = pool["hers"].type(f"cat {FILE}").output
    for other in ("his", "roots"):
        pool[other].write(FILE, held)
    yield held
    for each in ("hers", "his", "roots"):
        pool[each].end_processes()
    on(pool["roots"], f"release_gpus -f {FILE}")  # if it is still there


def test_a_client_with_a_token_does_not_follow_to_a_server_that_wants_none(machines, tokens):
    """Before there is a pool, whose ports and GPUs its server has."""
    server, hers = machines["server"], machines["hers"]
    keep(hers, tokens["alice"])
    server.serve("BF_TOKENS= flexdirect server")
    done = on(hers, f"client -l {SERVER} -- {LOOK_WITH}")
    assert done.code != 0 and "does not ask for the token" in done.errors
    asked = on(hers, f"stats -l {SERVER}")
    assert asked.code != 0 and "does not ask for the token" in asked.output + asked.errors
    willing = hers.type(f"BF_TOKEN_FILE= flexdirect client -l {SERVER} -- {LOOK_WITH}")
    assert willing.code == 0, willing.errors
    server.end_processes()


def test_the_lease_of_a_user_is_of_no_use_to_another_on_another_host(pool, lease):
    hers, his, roots = pool["hers"], pool["his"], pool["roots"]
    id, dispatcher = lease.rpartition("lease ")[2].split()[0], lease.split("tls://")[1].split()[0]
    for line in (LOOK, f"client -l tls://{dispatcher} -- {LOOK_WITH}", f"stats -l tls://{dispatcher}"):
        used = on(his, line)
        assert used.code != 0 and "lent to another user" in used.output + used.errors, line
        for one in (hers, roots):
            assert on(one, line).code == 0, line
    for topic in ("smi", "health", "net_perf"):
        asked = on(his, f"{topic} -l tls://{dispatcher}")
        assert asked.code != 0 and "lent to another user" in asked.output + asked.errors, topic
    released = on(his, f"release_gpus -f {FILE}")
    assert released.code != 0 and "belongs to another user" in released.errors
    for topic in ("list_gpus", "stats", "smi", "health"):
        shown = on(his, f"{topic} --server_list {POOL} --json")
        assert shown.code == 0, shown.errors
        assert "alice" not in shown.output and id not in shown.output and "request_gpus" not in shown.output, topic
    for topic in ("list_gpus", "stats"):
        for one in (hers, roots):
            assert id in on(one, f"{topic} --server_list {POOL} --json").output
    assert on(hers, LOOK).code == 0
    assert on(roots, f"release_gpus -f {FILE}").code == 0
    mine = on(his, f"run -n 4 --server_list {POOL} --timeout 60 -- true")
    assert mine.code == 0, mine.errors


def test_a_user_gets_no_more_than_her_quota_from_another_host(pool, tokens):
    hers = pool["hers"]
    keep(hers, tokens["carol"])
    assert on(hers, f"request_gpus -n 1 --server_list {POOL} -f {FILE}").code == 0
    more = on(hers, f"request_gpus -n 1 --server_list {POOL} -f /etc/more.conf --timeout 0")
    assert more.code != 0 and "carol may have 1 at this server, and has 1" in more.errors
    assert on(hers, f"release_gpus -f {FILE}").code == 0
    keep(hers, tokens["alice"])


@pytest.mark.parametrize("who", ["stranger", "bob", "administrator", "owner"])
def test_whatever_is_tried_with_a_lease_only_its_user_and_an_administrator_can(pool, lease, who, holder):
    """By requests and frames that no command sends, while its user's program runs; what is forged nobody can."""
    hers = pool["hers"]
    program = hers.start(f"env {OWN} flexdirect client -f {FILE} -- {holder} 8", stdin=True)
    program.wait_for("held")
    waiting = hers.start(f"env {OWN} {shlex.join([sys.executable, TRESPASSER, 'ticket', SERVER, str(SRS_PORT)])}")
    target = Target(
        **json.loads(waiting.wait_for("order")),
        host=SERVER,
        srs_port=SRS_PORT,
        lease=lease.rpartition("lease ")[2].split()[0],
        lease_port=int(lease.split(POOL)[1].split()[0].removeprefix(":")),
        owner="alice",
        owner_token=hers.type("cut -d _ -f 2 /etc/own.token").output.strip(),
        data_ports=list(DATA_PORTS),
    )
    host = pool[{"bob": "his", "administrator": "roots", "owner": "hers", "stranger": "his"}[who]]
    own = "BF_TOKEN_FILE=" if who == "stranger" else OWN
    tried = host.type(f"{own} {shlex.join([sys.executable, TRESPASSER, json.dumps(asdict(target))])}")
    came = json.loads(tried.lines()[0])
    assert list(came) == [*FORGED, *OPEN]
    may = set(OPEN) if who in ("administrator", "owner") else set()
    assert {name for name in came if came[name] == DONE} == may, came
    for name in came.keys() - may:
        assert any(refusal in came[name] for refusal in REFUSALS), (name, came[name])
    if not may:  # the program has not noticed
        assert program.process.stdin is not None
        program.process.stdin.close()
        assert program.wait() == 0, program.errors
