"""A resource scheduler that speaks TLS: so do the Dispatchers of its leases, with the same certificate."""

from __future__ import annotations

import asyncio
import signal
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator

import certified
import pytest
import running
from lending import lease_of
from patience import PATIENCE_S, until
from sessions import Session, logged

from bitfusion.config.addresses import Address
from bitfusion.errors import SrsError, SrsUnreachable
from bitfusion.net import query
from bitfusion.srs.client import Srs


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> certified.Certified:
    return certified.make(tmp_path_factory.mktemp("certified"))


@pytest.fixture(scope="module")
def secure(tmp_path_factory, files) -> Iterator[running.Scheduler]:
    with running.scheduler(tmp_path_factory.mktemp("secure"), "--softgpu", "2", *files.options) as started:
        yield started


@pytest.fixture
def trusted(files, monkeypatch) -> None:
    monkeypatch.setenv("BF_TLS_CA", str(files.ca))


def named(scheduler: running.Scheduler, pin: str = "") -> Srs:
    return Srs(Address("127.0.0.1", scheduler.port, tls=True, pin=pin))


async def test_a_lease_of_a_secure_scheduler_is_secure_and_its_dispatcher_is_asked_so(secure, files, trusted):
    async with named(secure) as srs:
        lease = await lease_of(srs)
        stats = await srs.stats()
        assert [each["lease"] for each in stats["dispatchers"]] == [lease["lease"]]
        assert [check["status"] for check in (await srs.health())["checks"] if check["name"] == "certificate"] == [
            "PASS"
        ]

        def use() -> None:
            with Session(lease["port"], trust=files.pin) as session:
                assert session.ask("ping").result == 0

        await asyncio.to_thread(use)
        await srs.release(lease["lease"])


async def test_a_fingerprint_is_enough_and_another_is_told(secure, files):
    async with named(secure, files.fingerprint) as srs:
        assert len((await srs.gpus())["gpus"]) == 2
    async with named(secure, "0" * 64) as srs:
        with pytest.raises(SrsUnreachable, match=f"its certificate has the fingerprint {files.fingerprint}"):
            await srs.gpus()


async def test_what_is_not_trusted_or_not_secure_is_told_when_it_is_asked(secure, tmp_path, monkeypatch):
    monkeypatch.setenv("BF_TLS_CA", str(certified.make(tmp_path).ca))
    async with named(secure) as srs:
        with pytest.raises(SrsUnreachable, match="its certificate is not of a CA in") as raised:
            await srs.gpus()
        assert raised.value.hint
    monkeypatch.setenv("BF_TLS_CA", str(tmp_path / "none"))
    async with named(secure) as srs:
        with pytest.raises(SrsUnreachable, match="cannot read the CA file"):
            await srs.gpus()
    async with Srs(Address("127.0.0.1", secure.port)) as srs:
        with pytest.raises(SrsError, match="this server speaks TLS, and the client does not"):
            await srs.gpus()


@pytest.mark.plain("is of a scheduler without TLS")
async def test_tls_to_a_scheduler_without_it_is_told(tmp_path, trusted):
    with running.scheduler(tmp_path, "--softgpu", "1") as plain:
        async with named(plain) as srs:
            with pytest.raises(SrsUnreachable, match="it does not speak TLS"):
                await srs.gpus()
        assert len(logged(plain, "listening.open")) == 1


def test_a_browser_is_answered_over_tls_and_told_without(secure, files):
    context = ssl.create_default_context(cafile=files.ca)
    with urllib.request.urlopen(f"https://localhost:{secure.port}/readyz", timeout=PATIENCE_S, context=context) as page:
        assert page.status == 200
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(f"http://localhost:{secure.port}/readyz", timeout=PATIENCE_S)
    assert raised.value.code == 400 and b"speaks TLS" in raised.value.read()


async def test_a_new_certificate_reaches_the_dispatchers_of_leases_too(tmp_path):
    files = certified.make(tmp_path)
    with running.scheduler(tmp_path, "--softgpu", "1", *files.options) as scheduler:
        old = files.fingerprint
        async with named(scheduler, old) as srs:
            lease = await lease_of(srs)
        certified.make(tmp_path)
        scheduler.process.send_signal(signal.SIGHUP)
        until(
            lambda: len(logged(scheduler, "certificate.renewed")) == 2, "the scheduler and the Dispatcher have read it"
        )
        stats = await asyncio.to_thread(query.ask, "127.0.0.1", lease["port"], "stats", files.pin)
        assert stats["lease"] == lease["lease"]
        async with named(scheduler, files.fingerprint) as srs:
            await srs.release(lease["lease"])
