"""Whom a client trusts that connects by TLS, and the connection to a server that has shown itself to be the one meant.

The shim does the same in C, with the same files; configuration.md is the text both follow.
"""

from __future__ import annotations

import errno
import hashlib
import os
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .. import places
from ..config.addresses import Address
from ..errors import Code, Refused
from .reach import reach
from .secure import Connection, Secure
from .sockets import place

VARIABLE = "BF_TLS_CA"
HOME_FILE = Path(".bitfusionio") / "ca.pem"  # below the home directory
SYSTEM_FILE = Path("/etc/bitfusionio/ca.pem")

_WHERE_FROM = f"copy ca.pem of the server's CA to ~/{HOME_FILE}, or name another file in {VARIABLE}"
_MORE_FILES = "raise the limit of open files, e.g. ulimit -n 1024"
_WITHOUT = "name it without tls://"
_IS_IT_THERE = "check that the server runs there, and that the network lets it through"

_NOT_YET_VALID, _EXPIRED, _OTHER_NAME, _OTHER_ADDRESS = 9, 10, 62, 64  # X509_V_ERR_… of OpenSSL
_PLAIN = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE", "UNEXPECTED_EOF")


@dataclass(frozen=True)
class Trust:
    """In servers whose certificate a CA of `file` has signed for their name, or in the one whose certificate has the
    SHA-256 `pin`, 64 hexadecimal digits.
    """

    file: Path | None = None
    pin: str = ""

    def context(self) -> ssl.SSLContext:
        """For connections. With a pin it checks nothing itself: see admits(). Raises Refused for a file that is no
        use.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        if self.pin:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            return context
        try:
            context.load_verify_locations(self.file)
        except ssl.SSLError as error:
            raise _distrust(f"no certificate of a CA in {self.file}", _WHERE_FROM) from error
        except OSError as error:
            hint = _MORE_FILES if error.errno in (errno.EMFILE, errno.ENFILE) else _WHERE_FROM
            raise _distrust(f"cannot read the CA file {self.file}: {error.strerror}", hint) from error
        return context

    def admits(self, certificate: bytes | None) -> bool:
        """Whether the certificate, in DER, is the pinned one, if one is."""
        return not self.pin or hashlib.sha256(certificate or b"").hexdigest() == self.pin

    def explain(self, error: OSError) -> tuple[str, str]:
        """Why there was no connection, and what to do."""
        if isinstance(error, TimeoutError):
            return "no answer in time", _IS_IT_THERE
        if isinstance(error, ssl.SSLCertVerificationError):
            return self._explain_certificate(error)
        if isinstance(error, ssl.SSLError):
            reason = error.reason or str(error)
            if reason.startswith(_PLAIN):
                return "it does not speak TLS", _WITHOUT
            return f"no TLS handshake ({reason.replace('_', ' ').lower()})", "both sides must speak TLS 1.3"
        if isinstance(error, ConnectionResetError):
            return "it closed the connection within the TLS handshake, as one does that speaks no TLS", _WITHOUT
        return error.strerror or str(error), _IS_IT_THERE

    def _explain_certificate(self, error: ssl.SSLCertVerificationError) -> tuple[str, str]:
        code = error.verify_code
        if code in (_OTHER_NAME, _OTHER_ADDRESS):
            return (
                "its certificate is for other names than this one",
                "name it as its certificate does, or have one made for this name (flexdirect init --tls --tls-name)",
            )
        if code == _EXPIRED:
            return "its certificate has expired", "have a new one made there (flexdirect init --tls)"
        if code == _NOT_YET_VALID:
            return "its certificate is not valid yet", "look at the clocks of both hosts"
        return (
            f"its certificate is not of a CA in {self.file} ({error.verify_message})",
            f"copy ca.pem of the server's CA there, or name another file in {VARIABLE}",
        )


def trust_of(address: Address, environ: Mapping[str, str] = os.environ) -> Trust | None:
    """What a connection to `address` needs, None without TLS. Raises Refused if there is neither a CA nor a pin."""
    if not address.tls:
        return None
    if address.pin:
        return Trust(pin=address.pin)
    if environ.get(VARIABLE):
        return Trust(Path(environ[VARIABLE]))
    home = places.home(environ)
    for file in filter(None, (home and home / HOME_FILE, SYSTEM_FILE)):
        if file.exists():
            return Trust(file)
    raise _distrust(
        f"nothing says which CA to trust for {address}: {VARIABLE} is not set, and there is no"
        f" {f'{home / HOME_FILE} or ' if home else ''}{SYSTEM_FILE}",
        f"{_WHERE_FROM}, or name the server as tls://FINGERPRINT@{address.place}",
    )


def connect(host: str, port: int, timeout_s: float, trust: Trust | None) -> Connection:
    """A connection, blocking and without a time limit. Raises OSError as reach() does, and Refused that names host:port
    if TLS fails.
    """
    deadline = time.monotonic() + timeout_s
    plain = reach(host, port, timeout_s)
    if trust is None:
        return plain
    try:
        return _secure(plain, host, max(0.1, deadline - time.monotonic()), trust)
    except OSError as error:
        why, hint = trust.explain(error)
        plain.close()
        raise _distrust(f"cannot connect to tls://{place(host, port)}: {why}", hint) from error
    except BaseException:
        plain.close()
        raise


def _secure(plain: socket.socket, host: str, timeout_s: float, trust: Trust) -> Secure:
    plain.settimeout(timeout_s)
    # An address of a link is certified without the interface that it is reached by.
    secure = Secure(plain, trust.context(), host.partition("%")[0])
    secure.handshake()
    certificate = secure.certificate()
    if not trust.admits(certificate):
        shown = hashlib.sha256(certificate or b"").hexdigest()
        raise _distrust(
            f"the certificate of tls://{place(plain.getpeername()[0], plain.getpeername()[1])} has the fingerprint"
            f" {shown}, and {trust.pin} is expected",
            "if the server has a new certificate, write its fingerprint; if not, this is not the server",
        )
    secure.settimeout(None)
    return secure


def _distrust(detail: str, hint: str) -> Refused:
    return Refused(Code.CONNECTION_FAILED, detail, hint)
