"""Certificates: what one says, and new ones for a small cluster: an authority (CA) and servers' certificates of it.

Of the package `cryptography`, which is imported when it is used: it comes with the extra `server`. The alternative was
the program openssl, which not every machine has, and whose texts for people would have to be read. Opens no file.
"""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .limits import TLS_AUTHORITY_DAYS, TLS_SERVER_DAYS

if TYPE_CHECKING:
    from cryptography import x509

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Facts:
    """`fingerprint`: SHA-256 of the certificate in DER, 64 hexadecimal digits. `names`: host names and addresses."""

    fingerprint: str
    not_before: datetime.datetime
    not_after: datetime.datetime
    names: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key, both in PEM."""

    certificate: bytes
    key: bytes


def fingerprint(der: bytes) -> str:
    """Of a certificate in DER, as Facts have it."""
    return hashlib.sha256(der).hexdigest()


def look(pem: bytes) -> Facts:
    """What the first certificate of a file says. Raises ValueError if there is none."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    found = x509.load_pem_x509_certificate(pem)
    digest = fingerprint(found.public_bytes(Encoding.DER))
    return Facts(digest, found.not_valid_before_utc, found.not_valid_after_utc, _names(found))


def new_authority(name: str) -> Pair:
    """A CA that signs servers' certificates and nothing else. `name` is shown to people."""
    from cryptography import x509

    key = _new_key()
    extensions = [
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (_usage(key_cert_sign=True, crl_sign=True), True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
    ]
    subject = _subject(name)
    return _signed(subject, subject, key, key, TLS_AUTHORITY_DAYS, extensions)


def new_server(authority: Pair, names: Iterable[str]) -> Pair:
    """A server's certificate for host names and addresses, the first of which is shown to people. Raises ValueError if
    the authority's certificate or key cannot be used.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    issuer = x509.load_pem_x509_certificate(authority.certificate)
    signer = load_pem_private_key(authority.key, None)
    if signer.public_key() != issuer.public_key():
        raise ValueError("the key is not that of the certificate")
    key, listed = _new_key(), list(names)
    extensions = [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(digital_signature=True), True),
        (x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.SubjectAlternativeName([_general_name(name) for name in listed]), False),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False),  # type: ignore[arg-type]
    ]
    return _signed(_subject(listed[0]), issuer.subject, key, signer, TLS_SERVER_DAYS, extensions)


def _signed(subject, issuer, key, signer, days, extensions) -> Pair:  # type: ignore[no-untyped-def]
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)  # clocks of other hosts may be behind
        .not_valid_after(now + days * _DAY)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    pem = serialization.Encoding.PEM
    return Pair(
        builder.sign(signer, hashes.SHA256()).public_bytes(pem),
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )


def _new_key():  # type: ignore[no-untyped-def]
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _subject(name: str) -> x509.Name:
    from cryptography import x509

    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name[:64])])


def _usage(**used: bool) -> x509.KeyUsage:
    from cryptography import x509

    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign"
        " encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: used.get(name, False) for name in names.split()})


def _general_name(name: str) -> x509.GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = names.get_values_for_type(x509.IPAddress)
    return (*names.get_values_for_type(x509.DNSName), *map(str, addresses))
