"""Certificates for tests: a CA's and a server's of it, as files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bitfusion import certificates
from bitfusion.net.trust import Trust

NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Certified:
    """`options` are a server's."""

    ca: Path
    certificate: Path
    key: Path

    @property
    def options(self) -> tuple[str, ...]:
        return ("--tls-cert", str(self.certificate), "--tls-key", str(self.key))

    @property
    def fingerprint(self) -> str:
        return certificates.look(self.certificate.read_bytes()).fingerprint

    @property
    def trust(self) -> Trust:
        """In the CA."""
        return Trust(self.ca)

    @property
    def pin(self) -> Trust:
        """In the certificate as it is now."""
        return Trust(pin=self.fingerprint)


def make(directory: Path, *names: str) -> Certified:
    """A CA and a certificate of it for `names`, those of this machine unless given."""
    authority = certificates.new_authority("a CA of the tests")
    server = certificates.new_server(authority, names or NAMES)
    made = Certified(directory / "ca.pem", directory / "server.pem", directory / "server-key.pem")
    made.ca.write_bytes(authority.certificate)
    made.certificate.write_bytes(server.certificate)
    made.key.touch(0o600)
    made.key.write_bytes(server.key)
    return made
