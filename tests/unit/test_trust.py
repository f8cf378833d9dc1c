"""Whom a client trusts: the pin, or the first file that is named or there."""

from __future__ import annotations

import resource

import certified
import pytest

from bitfusion.config.addresses import Address, parse_address
from bitfusion.errors import Code, Refused
from bitfusion.net import trust
from bitfusion.net.trust import Trust, trust_of

SECURE = Address("gpu", 55001, tls=True)


def test_the_first_that_says_it_is_taken_alone(tmp_path, monkeypatch):
    system = tmp_path / "system.pem"
    monkeypatch.setattr(trust, "SYSTEM_FILE", system)
    environ = {"HOME": str(tmp_path)}
    assert trust_of(Address("gpu", 55001), environ) is None
    with pytest.raises(Refused) as raised:
        trust_of(SECURE, environ)
    own = tmp_path / ".bitfusionio" / "ca.pem"
    assert raised.value.code == Code.CONNECTION_FAILED
    assert all(
        name in str(raised.value) for name in ("BF_TLS_CA", str(own), str(system), "tls://FINGERPRINT@gpu:55001")
    )
    system.touch()
    assert trust_of(SECURE, environ) == Trust(system)
    own.parent.mkdir()
    own.touch()
    assert trust_of(SECURE, environ) == Trust(own)
    assert trust_of(SECURE, {**environ, "BF_TLS_CA": "/a/ca.pem"}) == Trust(tmp_path.__class__("/a/ca.pem"))
    pin = "a" * 64
    assert trust_of(parse_address(f"tls://{pin}@gpu", 55001), {}) == Trust(pin=pin)


def test_a_ca_file_that_is_no_use_is_named(tmp_path):
    empty = tmp_path / "ca.pem"
    for reason in ("No such file", "no certificate of a CA"):
        with pytest.raises(Refused, match=reason) as raised:
            Trust(empty).context()
        assert str(empty) in str(raised.value)
        empty.touch()
    certified.make(tmp_path).trust.context()


def test_a_ca_file_that_cannot_be_opened_for_want_of_descriptors_is_told_so(tmp_path):
    made = certified.make(tmp_path, "gpu")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        with pytest.raises(Refused, match="Too many open files") as raised:
            Trust(made.ca).context()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert "ulimit -n" in raised.value.hint
