"""Servers of TLS for the client's tests: a CA, certificates of it that are good or bad in one way, and OpenSSL's own
server through Python.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import native_build

MISSING = "libbftls.so is not built: install OpenSSL's static libraries (Debian: libssl-dev)"
CA = "a CA of the tests"
HERE = ("localhost", "127.0.0.1", "::1")
_PEM = serialization.Encoding.PEM


@dataclass(frozen=True)
class Signed:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(_PEM)

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    def context(self, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
        """Of a server that shows it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = newest
        with TemporaryDirectory() as folder:
            file = Path(folder, "both.pem")
            key = self.key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            file.write_bytes(self.pem + key)
            context.load_cert_chain(file)
        return context


def is_built() -> bool:
    """Whether there is a library to test; in CI there is."""
    return native_build.has_openssl() or os.environ.get("CI") == "true"


def authority(name: str = CA) -> Signed:
    """One of this name, always the same."""
    return _authority(name)


@cache
def _authority(name: str) -> Signed:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = _builder(subject, subject, key, 0).add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
    return Signed(builder.sign(key, hashes.SHA256()), key)


@cache
def server(names: Iterable[str] = HERE, of: str = CA, days: int = 0) -> Signed:
    """A certificate of the CA `of` for these names, valid for a day `days` from now."""
    issuer, key = authority(of), ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a server of the tests")])
    builder = _builder(subject, issuer.certificate.subject, key, days)
    alternative = x509.SubjectAlternativeName([_general_name(name) for name in names])
    return Signed(builder.add_extension(alternative, False).sign(issuer.key, hashes.SHA256()), key)


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int):
    middle, half = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days), datetime.timedelta(0.5)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(middle - half)
        .not_valid_after(middle + half)
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
