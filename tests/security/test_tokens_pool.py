"""Tokens at a resource scheduler: leases belong to who requested them, quotas hold, places in the line are checked."""

from __future__ import annotations

import asyncio
import json
import os

import aiohttp
import pytest
import running
from issued import issue, revoke
from lending import CLIENT, demand, lease_of
from patience import PATIENCE_S, within
from sessions import CLEAN_S, Session, logged

from bitfusion.access import http_proof, token
from bitfusion.config.addresses import Address
from bitfusion.errors import Refused, SrsError, SrsUnreachable
from bitfusion.srs.client import Srs


@pytest.fixture(scope="module")
def alice(tokens):
    return issue(tokens, "alice")


@pytest.fixture(scope="module")
def bob(tokens):
    return issue(tokens, "bob")


@pytest.fixture(scope="module")
def root(tokens):
    return issue(tokens, "root", "administer")


@pytest.fixture(scope="module")
def pool(tmp_path_factory, tokens):
    scratch = tmp_path_factory.mktemp("pool")
    with running.scheduler(scratch, "--softgpu", "4", "--tokens", str(tokens)) as scheduler:
        yield scheduler


def srs(pool, made) -> Srs:
    return Srs(Address("127.0.0.1", pool.port, tls=running.SECURE), lambda: made)


async def refused(call, code: str) -> SrsError:
    with pytest.raises(SrsError) as caught:
        await call
    assert caught.value.code == code, caught.value
    return caught.value


def run(coroutine) -> None:
    asyncio.run(asyncio.wait_for(coroutine, PATIENCE_S))


def test_nobody_asks_a_scheduler_without_a_token_but_whether_it_lives(pool):
    async def go() -> None:
        async with srs(pool, None) as stranger:
            error = await refused(stranger.gpus(), "unauthorized")
            assert ".bitfusionio/token" in error.hint
            await refused(stranger.submit(demand(), CLIENT), "unauthorized")
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=running.CONTEXT or True)) as session:
            for path, status in (("/healthz", 200), ("/metrics", 200), ("/v1/leases", 401)):
                async with session.get(f"{running.WEB}:{pool.port}{path}") as answer:
                    assert answer.status == status

    run(go())
    assert within(CLEAN_S, lambda: logged(pool, "token.refused"))


def test_a_client_does_not_believe_a_scheduler_that_does_not_know_its_token(pool):
    async def go() -> None:
        async with srs(pool, token.make()) as stranger:
            with pytest.raises(SrsUnreachable, match="does not prove that it knows the token"):
                await stranger.gpus()

    run(go())


def test_a_lease_of_another_user_is_not_renewed_released_or_seen(pool, alice, bob, root):
    async def go() -> None:
        async with srs(pool, alice) as one, srs(pool, bob) as other, srs(pool, root) as administrator:
            lease = (await lease_of(one))["lease"]
            await refused(other.renew(lease), "forbidden")
            await refused(other.release(lease), "forbidden")
            (seen,) = await other.leases()
            assert (seen["lease"], seen["port"], seen["client"]["user"], seen["client"]["program"]) == (
                "",
                None,
                "",
                "",
            )
            for listing in (await other.gpus(), await other.stats()):
                assert lease not in json.dumps(listing) and "alice" not in json.dumps(listing)
            assert sum(gpu["free_mib"] < gpu["memory_mib"] for gpu in (await other.gpus())["gpus"]) == 1
            assert (await one.leases())[0]["client"]["user"] == "alice"
            assert (await administrator.leases())[0]["lease"] == lease
            assert len((await administrator.stats())["dispatchers"]) == 1
            await administrator.release(lease)
            await refused(one.renew(lease), "gone")

    run(go())


def test_a_lease_is_used_by_its_user_alone(pool, alice, bob, root):
    async def go() -> None:
        async with srs(pool, alice) as one:
            lease = await lease_of(one)
            port = lease["port"]

            def ping(made) -> int:
                with Session(port, find_token=lambda: made) as session:
                    return session.ask("ping").result

            assert await asyncio.to_thread(ping, alice) == 0
            assert await asyncio.to_thread(ping, root) == 0
            with pytest.raises(Refused, match="lent to another user"):
                await asyncio.to_thread(ping, bob)
            with pytest.raises(Refused, match="wants a token"):
                await asyncio.to_thread(ping, None)
            await one.release(lease["lease"])

    run(go())
    assert within(CLEAN_S, lambda: [line for line in logged(pool, "token.refused") if line["user"] == "bob"])


def test_who_administers_requests_for_another_user(pool, alice, bob, root):
    """As Slurm's scripts do for the user of a job."""

    async def go() -> None:
        async with srs(pool, root) as one:
            ticket = await one.submit(demand(), {**CLIENT, "user": "alice"})
            lease = await one.confirm(ticket["ticket"], 1)

            def ping(made) -> int:
                with Session(lease["port"], find_token=lambda: made) as session:
                    return session.ask("ping").result

            assert await asyncio.to_thread(ping, alice) == 0
            with pytest.raises(Refused, match="lent to another user"):
                await asyncio.to_thread(ping, bob)
            async with srs(pool, alice) as other:
                await other.release(lease["lease"])

    run(go())


def test_tickets_of_others_are_not_polled_taken_or_ended(pool, alice, bob):
    async def go() -> None:
        async with srs(pool, alice) as one, srs(pool, bob) as other:
            ticket = await one.submit(demand(), CLIENT)
            for call in (other.poll(ticket["ticket"]), other.confirm(ticket["ticket"], 1)):
                await refused(call, "forbidden")
            with pytest.raises(SrsError, match="belongs to another user"):
                await other.cancel(ticket["ticket"])
            await refused(other.submit(demand(), CLIENT, ticket["order"]), "forbidden")
            await refused(other.submit(demand(), CLIENT, None, ticket["ticket"]), "forbidden")
            assert (await one.poll(ticket["ticket"]))["position"] == 0
            await one.cancel(ticket["ticket"])

    run(go())


def test_a_place_in_the_line_is_believed_only_with_the_seal_of_a_server(pool, alice, bob):
    early = [1, "00000000-0000-4000-8000-000000000000"]

    async def go() -> None:
        async with srs(pool, alice) as one, srs(pool, bob) as other:
            error = await refused(other.submit(demand(), CLIENT, early), "forbidden")
            assert "given it to bob" in error.detail
            ticket = await one.submit(demand(), CLIENT)
            assert ticket["seal"]
            await one.cancel(ticket["ticket"])
            # As a server that could not be reached until now sees it: of its own user it is believed, of nobody else.
            await refused(other.submit(demand(), CLIENT, ticket["order"], None, ticket["seal"]), "forbidden")
            await refused(one.submit(demand(), CLIENT, early, None, ticket["seal"]), "forbidden")
            again = await one.submit(demand(), CLIENT, ticket["order"], None, ticket["seal"])
            assert again["order"] == ticket["order"]
            later = [ticket["order"][0] + 1, ticket["order"][1]]
            assert (await one.submit(demand(), CLIENT, later, again["ticket"]))["ticket"] == again["ticket"]
            await one.cancel(again["ticket"])

    run(go())


def test_quotas_hold_for_all_leases_of_a_user_together(pool, tokens):
    carol = issue(tokens, "carol", gpus=2, memory_mib=20000, minutes=1)

    async def go() -> None:
        async with srs(pool, carol) as one:
            error = await refused(one.submit(demand(3), CLIENT), "over_quota")
            assert "carol may have 2 at this server, and has 0" in error.detail
            error = await refused(one.submit(demand(2), CLIENT), "over_quota")
            assert "20000 MiB" in error.detail
            first = await lease_of(one, memory_mib=1000)
            assert 0 < first["expires_in_s"] <= 60
            assert 0 < await one.renew(first["lease"]) <= 60
            await refused(one.submit(demand(2, memory_mib=1000), CLIENT), "over_quota")
            second = await lease_of(one, memory_mib=1000)
            await refused(one.submit(demand(1, memory_mib=1), CLIENT), "over_quota")
            await one.release(second["lease"])
            ticket = await one.submit(demand(1, memory_mib=1000), CLIENT)
            await refused(one.confirm(ticket["ticket"], 1, 3600.0), "over_quota")
            await one.cancel(ticket["ticket"])
            await one.release(first["lease"])

    run(go())


def test_a_token_for_use_alone_requests_nothing_and_a_revoked_one_is_told_so(pool, tokens):
    user, ended = issue(tokens, "dave", "use"), issue(tokens, "dave")
    revoke(tokens, ended)

    async def go() -> None:
        async with srs(pool, user) as one:
            assert (await one.gpus())["gpus"]
            error = await refused(one.submit(demand(), CLIENT), "forbidden")
            assert "not for 'request'" in error.detail
        async with srs(pool, ended) as one:
            error = await refused(one.gpus(), "forbidden")
            assert "is revoked" in error.detail

    run(go())


def test_a_request_is_taken_once_and_as_it_was_sent(pool, alice):
    base = f"{running.WEB}:{pool.port}"

    async def go() -> None:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=running.CONTEXT or True)) as session:

            async def send(method: str, path: str, header: str, body: bytes = b"") -> int:
                async with session.request(method, base + path, data=body, headers={"Authorization": header}) as answer:
                    if answer.status == 200:
                        assert answer.headers[http_proof.ANSWER_HEADER]
                    return answer.status

            async with session.get(f"{base}/v1/nonce") as answer:
                nonce = bytes.fromhex((await answer.json())["nonce"])
            own = os.urandom(32)
            message = http_proof.of_request("GET", "/v1/gpus", b"", nonce + own, running.BINDING)
            header = http_proof.authorization(alice, nonce, own, message)
            assert await send("GET", "/v1/leases", header) == 401
            assert await send("DELETE", "/v1/gpus", header) == 401
            assert await send("GET", "/v1/gpus?x=1", header) == 401
            assert await send("GET", "/v1/gpus", header, b"more") == 401
            assert await send("GET", "/v1/gpus", header) == 200
            assert await send("GET", "/v1/gpus", header) == 401
            stale = http_proof.authorization(
                alice, bytes(32), own, http_proof.of_request("GET", "/v1/gpus", b"", bytes(32) + own, running.BINDING)
            )
            assert await send("GET", "/v1/gpus", stale) == 401

    run(go())
