"""A server's certificate and key: what is wrong with them is told at the start, and a new one that is wrong changes
nothing.
"""

from __future__ import annotations

import datetime

import certified
import pytest

from bitfusion import certificates
from bitfusion.config.server import load_server
from bitfusion.errors import ConfigError
from bitfusion.observe import health
from bitfusion.server.identity import Identity


@pytest.fixture
def files(tmp_path) -> certified.Certified:
    return certified.make(tmp_path)


def refused(files: certified.Certified) -> str:
    with pytest.raises(ConfigError) as raised:
        Identity(str(files.certificate), str(files.key))
    return str(raised.value)


def test_what_is_wrong_with_a_file_is_told_with_its_name(files, tmp_path):
    assert Identity(str(files.certificate), str(files.key)).facts.names == certified.NAMES
    key = files.key.read_bytes()
    files.key.chmod(0o604)
    assert f"the key {files.key} can be read or changed by every user; chmod o= {files.key}" == refused(files)
    files.key.chmod(0o640)
    files.key.write_bytes(files.certificate.read_bytes())
    assert f"no private key in {files.key}" in refused(files)
    files.key.write_bytes(key.replace(b"PRIVATE", b"ENCRYPTED PRIVATE"))
    assert f"the key {files.key} has a passphrase" in refused(files)
    other = tmp_path / "other"
    other.mkdir()
    files.key.write_bytes(certified.make(other).key.read_bytes())
    assert f"the key {files.key} does not belong to the certificate {files.certificate}" in refused(files)
    there = files.key.rename(tmp_path / "away")
    assert f"cannot read the key {files.key}: No such file" in refused(files)
    there.rename(files.key)
    files.certificate.write_bytes(key)
    assert f"no certificate in {files.certificate}" in refused(files)
    files.certificate.unlink()
    assert f"cannot read the certificate {files.certificate}: No such file" in refused(files)


def test_one_without_the_other_is_a_mistake_and_options_go_before_variables():
    variables = {"BF_TLS_CERT": "/c.pem", "BF_TLS_KEY": "/k.pem"}
    assert load_server({}).tls is None
    assert load_server(variables).tls == ("/c.pem", "/k.pem")
    assert load_server(variables, tls_key="/other.pem").tls == ("/c.pem", "/other.pem")
    for given, missing in (
        (variables | {"BF_TLS_KEY": ""}, "--tls-key (BF_TLS_KEY)"),
        ({"BF_TLS_KEY": "/k"}, "BF_TLS_CERT"),
    ):
        with pytest.raises(ConfigError, match="give both the certificate and its key") as raised:
            load_server(given)
        assert missing in str(raised.value)


def test_a_new_certificate_that_cannot_be_used_changes_nothing(files, tmp_path):
    identity = Identity(str(files.certificate), str(files.key))
    before = identity.facts
    assert not identity.renew()
    key = files.key.read_bytes()
    files.key.write_bytes(b"")
    assert not identity.renew() and identity.facts == before
    files.key.write_bytes(key)
    new = tmp_path / "new"
    new.mkdir()
    other = certified.make(new)
    assert not identity.renew((str(other.certificate), str(new / "none"))) and not identity.renew()
    assert identity.renew((str(other.certificate), str(other.key)))
    assert identity.facts.fingerprint == other.fingerprint != before.fingerprint


@pytest.mark.parametrize(
    ("days", "status"), [(-1, health.FAIL), (0, health.FAIL), (1, health.WARN), (29, health.WARN), (31, health.PASS)]
)
def test_a_certificate_that_ends_soon_is_told_of(days, status):
    now = datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc)
    day = datetime.timedelta(days=1)
    check = health.certificate("/c.pem", now - day, now + days * day, now)
    assert (check.status, bool(check.remedy)) == (status, status != health.PASS)
    assert health.certificate("/c.pem", now + day, now + 90 * day, now).status == health.FAIL


def test_an_authority_signs_servers_alone_and_only_with_its_own_key():
    one, two = certificates.new_authority("one"), certificates.new_authority("two")
    with pytest.raises(ValueError, match="not that of the certificate"):
        certificates.new_server(certificates.Pair(one.certificate, two.key), ["gpu"])
    facts = certificates.look(certificates.new_server(one, ["gpu", "10.0.0.1", "fe80::1"]).certificate)
    assert facts.names == ("gpu", "10.0.0.1", "fe80::1")
    with pytest.raises(ValueError, match=r"."):
        certificates.look(b"nothing")
