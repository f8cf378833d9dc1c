"""A user who tries everything that there is with a lease and a ticket, from the host that this runs on, and prints what
came of each attempt as JSON: "done", or the refusal.

    trespasser.py TARGET            TARGET: the fields of Target, as JSON
    trespasser.py ticket HOST PORT  wait in the line of the scheduler there, having printed those fields

The token of this user is where every client finds it.

Whose lease it is makes the difference: its user and an administrator do it all, but for what is FORGED.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import secrets
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from lending import CLIENT, demand

from bitfusion import __version__
from bitfusion.access import http_proof, proof
from bitfusion.access.token import Token
from bitfusion.config.addresses import Address
from bitfusion.errors import BitfusionError, ConnectionLost, Refused, SrsError
from bitfusion.limits import CONNECT_TIMEOUT_S, FRAME_HEADER_BYTES, PROTOCOL_VERSIONS
from bitfusion.net.client import Client, Connection, ask_dispatcher
from bitfusion.net.proving import binding_of
from bitfusion.net.query import ask
from bitfusion.net.trust import Trust, connect, trust_of
from bitfusion.srs.client import Srs
from bitfusion.wire.auth import Auth, parse_challenge, proof_frame
from bitfusion.wire.frames import Kind
from bitfusion.wire.hello import ANSWERS, Hello, parse_refused
from bitfusion.wire.states import Machine, Side

DONE = "done"
HELLO = Hello(PROTOCOL_VERSIONS, __version__, host="here", program="trespasser", pid=1)


@dataclass(frozen=True)
class Target:
    """Where the lease is, and what its user's adaptor file, lists and log lines could tell somebody. `owner_token`: the
    ID of the token, without its secret. `data_ports`: where CUDA Servers of the server may listen.
    """

    host: str
    srs_port: int
    lease: str
    lease_port: int
    ticket: str
    order: list[Any]
    owner: str
    owner_token: str
    data_ports: list[int]

    @property
    def srs(self) -> Address:
        return Address(self.host, self.srs_port, tls=True)

    @property
    def trust(self) -> Trust | None:
        return trust_of(self.srs)


def with_srs(act: Callable[[Srs, Target], Any]) -> Callable[[Target], Any]:
    def attempt(target: Target) -> Any:
        async def go() -> Any:
            async with Srs(target.srs) as srs:
                return await act(srs, target)

        return asyncio.run(go())

    return attempt


def shows(what: str) -> Callable[[Target], Any]:
    """Whether an answer of the scheduler names the lease or its user."""

    async def look(srs: Srs, target: Target) -> str:
        answer = json.dumps(await getattr(srs, what)())
        return DONE if target.lease in answer or target.owner in answer else "it is not shown"

    return with_srs(look)


async def request_in_the_name_of_its_user(srs: Srs, target: Target) -> str:
    """A place in the line that says it is the other's: of whom is it?"""
    ticket = await srs.submit(demand(memory_mib=1), {**CLIENT, "user": target.owner, "program": "named"})
    waiting = (await srs.gpus())["queue"]
    await srs.cancel(ticket["ticket"])
    user = next(each["client"]["user"] for each in waiting if each["client"]["program"] == "named")
    return DONE if user == target.owner else f"it is {user}'s"


async def confirm_the_ticket(srs: Srs, target: Target) -> None:
    lease = await srs.confirm(target.ticket, 1)
    await srs.release(lease["lease"])


async def order_before_its_user(srs: Srs, target: Target) -> None:
    await srs.submit(demand(), CLIENT, [target.order[0] - 1, target.order[1]])


async def order_beside_its_user(srs: Srs, target: Target) -> None:
    """Its user gets the ticket that is there already."""
    await srs.submit(demand(), CLIENT, target.order)


async def move_the_ticket_back(srs: Srs, target: Target) -> None:
    await srs.submit(demand(), CLIENT, [target.order[0] + 1, target.order[1]], target.ticket)


def raw(method: str, path: str, headers: dict[str, str], target: Target) -> str:
    """A request as it is typed."""
    assert target.trust is not None
    connection = http.client.HTTPSConnection(target.host, target.srs_port, context=target.trust.context())
    with contextlib.closing(connection):
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return DONE if answer.status < 300 else f"{answer.status}: {answer.read()[:200].decode()}"


def renew_without_a_proof(target: Target) -> str:
    return raw("POST", f"/v1/leases/{target.lease}/renew", {}, target)


def renew_with_the_lease_as_a_password(target: Target) -> str:
    return raw("POST", f"/v1/leases/{target.lease}/renew", {"Authorization": f"Bearer {target.lease}"}, target)


def renew_by_another_method(target: Target) -> str:
    headers = {"X-HTTP-Method-Override": "DELETE", "X-Forwarded-For": "127.0.0.1", "X-Forwarded-User": target.owner}
    return raw("GET", f"/v1/leases/{target.lease}", headers, target)


def forged(target: Target) -> Token:
    """The other's ID, and a secret that she does not have."""
    return Token(target.owner_token, secrets.token_bytes(32))


def release_with_a_forged_proof(target: Target) -> str:
    nonce, own_nonce = secrets.token_bytes(32), secrets.token_bytes(32)
    path = f"/v1/leases/{target.lease}"
    message = http_proof.of_request("DELETE", path, b"", nonce + own_nonce, b"")
    header = http_proof.authorization(forged(target), nonce, own_nonce, message)
    return raw("DELETE", path, {"Authorization": header}, target)


def begin_a_session(target: Target) -> None:
    Client(target.host, target.lease_port, trust=target.trust).close()


def begin_a_session_without_a_token(target: Target) -> None:
    Client(target.host, target.lease_port, trust=target.trust, find_token=lambda: None).close()


def begin_a_session_with_a_forged_token(target: Target) -> str:
    """She does not mind that the server proves itself to the other's secret, and gives a proof of another."""
    auth = Auth(target.owner_token, secrets.token_bytes(32))
    connection = connect_to(target, target.lease_port, False)
    with connection.socket:
        hello = replace(HELLO, lease=target.lease, auth=auth).frame()
        connection.send(Kind.HELLO, hello)
        asked = parse_challenge(connection.receive().body)
        message = proof.opening(hello[FRAME_HEADER_BYTES:], asked.nonce, binding_of(connection.socket))
        connection.send(Kind.PROOF, proof_frame(proof.of_client(forged(target).secret, message)))
        return answer_of(connection)


def name_the_lease(target: Target) -> None:
    """A HELLO that says which lease it means, as a client with the adaptor file does."""
    ask_dispatcher(target.host, target.lease_port, replace(HELLO, lease=target.lease), target.trust)


def asks(what: str) -> Callable[[Target], None]:
    def attempt(target: Target) -> None:
        ask(target.host, target.lease_port, what, target.trust)

    return attempt


def connect_to(target: Target, port: int, session: bool) -> Connection:
    assert target.trust is not None
    return Connection(connect(target.host, port, CONNECT_TIMEOUT_S, target.trust), Machine(Side.CLIENT, session))


def answer_of(connection: Connection) -> str:
    """What a server says at last. Raises Refused, ConnectionLost."""
    frame = connection.receive()
    if frame.kind is Kind.REFUSED:
        raise parse_refused(frame.body)
    return DONE if frame.kind is Kind.WELCOME else frame.kind.name


def words(target: Target) -> Iterator[Hello]:
    """HELLOs of somebody who begins a session, resumes it, or answers for its client, without its token: that is of
    nobody, made up, the lease's number.
    """
    for token in (b"", bytes(16), secrets.token_bytes(16), bytes.fromhex(target.lease.replace("-", ""))):
        for more in ({}, {"taken": 0}, {"use": ANSWERS}):
            yield replace(HELLO, token=token, resume=20, **more)


def take_over_the_session(target: Target) -> str:
    """At every data port of the server."""
    refusals = set()
    for port in target.data_ports:
        try:
            connect_to(target, port, True).socket.close()
        except OSError:
            continue  # nobody listens there
        for hello in words(target):
            connection = connect_to(target, port, True)
            with connection.socket:
                connection.send(Kind.HELLO, hello.frame())
                try:
                    return answer_of(connection)
                except (Refused, ConnectionLost) as error:
                    refusals.add(error.detail)
    return "; ".join(sorted(refusals))


FORGED: dict[str, Callable[[Target], Any]] = {
    "renew without a proof": renew_without_a_proof,
    "renew with the lease as a password": renew_with_the_lease_as_a_password,
    "renew by another method": renew_by_another_method,
    "release with a forged proof": release_with_a_forged_proof,
    "begin a session with a forged token": begin_a_session_with_a_forged_token,
    "begin a session without a token": begin_a_session_without_a_token,
    "take over the session": take_over_the_session,
    "order before its user": with_srs(order_before_its_user),
}
# In this order: what ends the ticket or the lease is last.
OPEN: dict[str, Callable[[Target], Any]] = {
    "renew": with_srs(lambda srs, target: srs.renew(target.lease)),
    **{f"see it in {what}": shows(what) for what in ("leases", "gpus", "stats")},
    "request in its user's name": with_srs(request_in_the_name_of_its_user),
    "begin a session": begin_a_session,
    "name the lease": name_the_lease,
    **{f"ask its Dispatcher for {what}": asks(what) for what in ("stats", "smi", "health", "net_perf")},
    "poll the ticket": with_srs(lambda srs, target: srs.poll(target.ticket)),
    "order beside its user": with_srs(order_beside_its_user),
    "move the ticket back": with_srs(move_the_ticket_back),
    "confirm the ticket": with_srs(confirm_the_ticket),
    "cancel the ticket": with_srs(lambda srs, target: srs.cancel(target.ticket)),
    "release": with_srs(lambda srs, target: srs.release(target.lease)),
}


def outcome(attempt: Callable[[Target], Any], target: Target) -> str:
    try:
        answer = attempt(target)
    except BitfusionError as error:
        return f"{getattr(error, 'code', type(error).__name__)}: {error.detail}"
    return answer if isinstance(answer, str) else DONE


async def wait_in_line(host: str, port: int) -> None:
    """Until the ticket is gone, or this process."""
    async with Srs(Address(host, port, tls=True)) as srs:
        ticket = await srs.submit(demand(memory_mib=1), CLIENT)
        print(json.dumps({"ticket": ticket["ticket"], "order": ticket["order"]}), flush=True)
        with contextlib.suppress(SrsError):
            while True:
                await srs.poll(ticket["ticket"], 1.0)


def main() -> None:
    if sys.argv[1] == "ticket":
        asyncio.run(wait_in_line(sys.argv[2], int(sys.argv[3])))
    else:
        target = Target(**json.loads(sys.argv[1]))
        json.dump({name: outcome(attempt, target) for name, attempt in {**FORGED, **OPEN}.items()}, sys.stdout)


if __name__ == "__main__":
    main()
