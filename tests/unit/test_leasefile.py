"""Files of held GPUs: read back as written, an adaptor.conf for everybody else, and never written over anything."""

from __future__ import annotations

import contextlib
import os
import stat
import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitfusion.config import adaptor, leasefile
from bitfusion.config.addresses import Address
from bitfusion.config.leasefile import HeldLease
from bitfusion.errors import BitfusionError, ConfigError

HOSTS = st.sampled_from(["10.1.202.20", "gpu-1.lab", "::1", "fe80::1%eth0"])
PORTS = st.integers(1, 65535)
ADDRESSES = (
    st.builds(Address, HOSTS, PORTS)
    | st.builds(Address, HOSTS, PORTS, tls=st.just(True))
    | st.builds(Address, HOSTS, PORTS, tls=st.just(True), pin=st.just("0123456789abcdef" * 4))
)
HELD = st.builds(
    HeldLease,
    ADDRESSES,
    st.uuids().map(str),
    ADDRESSES,
    st.sampled_from(["0.1.0", "4.0.1-7a9ad936", "0.2.dev1+g12"]),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=8).map(tuple),
)
ONE = HeldLease(Address("a", 55001), str(uuid.UUID(int=7)), Address("a", 56001), "0.1.0", (8080, 8080))


@given(st.lists(HELD, min_size=1, max_size=8, unique_by=lambda held: held.dispatcher.key))
def test_file_is_read_back_and_is_an_adaptor_conf(tmp_path_factory, held):
    path = tmp_path_factory.getbasetemp() / "round.conf"
    path.write_text(leasefile.text_of(held))
    assert leasefile.read(path) == tuple(held)
    assert adaptor.read_file(path) == tuple(replace(each.dispatcher, lease=each.lease) for each in held)


def test_line_has_the_documented_form():
    assert (
        str(ONE)
        == "a:55001  # lease 00000000-0000-0000-0000-000000000007 srs a:56001 version 0.1.0 gpus 2 memory_mib 8080"
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "no lease"),
        ("# only\n", "no lease"),
        ("a:55001\n", ":1: says nothing of a lease"),
        (f"{ONE}\nb:55001 # mine\n", ":2: says nothing"),
        (str(ONE).replace("gpus 2", "gpus 3").replace("8080", "8080,8080"), ":1: 3 GPUs"),
        (str(ONE).replace("8080", ","), ":1: 2 GPUs"),
        (str(ONE).replace("gpus 2", "gpus 0"), ":1: 0 GPUs"),
        (str(ONE).replace("srs a:56001", "srs a:x"), ":1: 'x'"),
        (str(ONE).replace("a:55001", "a b"), ":1: 'a b'"),
        ("\0", "not a text file"),
    ],
)
def test_file_that_is_no_lease_file_is_refused_with_its_line(tmp_path, text, named):
    path = tmp_path / "adaptor.conf"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        leasefile.read(path)
    assert str(path) in str(caught.value) and named in str(caught.value)


def test_new_file_appears_complete_and_private_or_not_at_all(tmp_path):
    path = tmp_path / "adaptor.conf"
    new = leasefile.NewFile(path)
    assert not path.exists()
    new.commit("text\n")
    assert path.read_text() == "text\n" and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["adaptor.conf"]


def test_file_that_appeared_meanwhile_is_kept(tmp_path):
    path = tmp_path / "adaptor.conf"
    new = leasefile.NewFile(path)
    path.write_text("mine\n")
    with pytest.raises(BitfusionError, match="another process"):
        new.commit("text\n")
    assert path.read_text() == "mine\n" and os.listdir(tmp_path) == ["adaptor.conf"]


def test_discarded_file_leaves_nothing(tmp_path):
    leasefile.NewFile(tmp_path / "adaptor.conf").discard()
    assert os.listdir(tmp_path) == []


def test_what_is_left_replaces_the_file(tmp_path):
    path = tmp_path / "adaptor.conf"
    path.write_text("old\n")
    leasefile.replace(path, [ONE])
    assert leasefile.read(path) == (ONE,) and os.listdir(tmp_path) == ["adaptor.conf"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_generated_file_has_digits_and_belongs_to_its_owner(tmp_path):
    with contextlib.ExitStack() as stack:
        paths = [stack.enter_context(leasefile.generated(tmp_path, [ONE])) for _ in range(3)]
        assert len(set(paths)) == 3
        for path in paths:
            assert (
                path.name.removeprefix("bitfusion").isdigit()
                and stat.S_IMODE(path.stat().st_mode) == 0o600
                and leasefile.read(path) == (ONE,)
            )
    assert not os.listdir(tmp_path)
    with pytest.raises(BitfusionError, match="TMPDIR"), leasefile.generated(tmp_path / "none", [ONE]):
        pass


def test_generated_file_of_a_dead_process_is_removed_by_the_next_and_no_other_file(tmp_path):
    with leasefile.generated(tmp_path, [ONE]) as alive:
        dead, requested, other = (tmp_path / f"bitfusion{number:09d}" for number in range(3))
        dead.write_bytes(alive.read_bytes())
        requested.write_text(leasefile.text_of([ONE]))
        other.write_text("")
        (tmp_path / "bitfusion000000003").symlink_to(alive)
        (tmp_path / "bitfusion000000004").mkdir()
        before = set(os.listdir(tmp_path))
        with leasefile.generated(tmp_path, [ONE]) as second:
            assert set(os.listdir(tmp_path)) == before - {dead.name} | {second.name}
