"""The certificate that a server shows, and its key: read and checked at the start, and again after SIGHUP.

Connections that are open keep what they began with; every later one gets what was read last. The files are read by the
program itself: other processes of the server are given their contents, so that these need no file and no right to one.
"""

from __future__ import annotations

import datetime
import os
import ssl
import stat
from pathlib import Path

from .. import certificates
from ..errors import ConfigError
from ..limits import TLS_FILE_BYTES_MAX
from ..net.secure import load_chain, server_context
from ..observe import health
from ..observe.log import logger

_CERTIFICATE_HINT = "give a file with the certificate in PEM, and the rest of its chain behind it"
_KEY_HINT = "give the file with the certificate's private key in PEM"


class Identity:
    """`context` is for new connections, also after renew(). `paths` of certificate and key, and the `pair` itself in
    PEM.
    """

    def __init__(self, certificate: str, key: str) -> None:
        """The paths of the files. Raises ConfigError that names what is wrong with which."""
        self.paths = Path(certificate), Path(key)
        self.pair, self.facts = self._read()
        self.context = server_context(*self.pair)

    def renew(self, paths: tuple[str, str] | None = None) -> bool:
        """Read the files again, or those of these `paths`; whether another certificate or key is in them. What cannot
        be used is logged, and changes nothing.
        """
        before = self.paths
        try:
            if paths:
                self.paths = Path(paths[0]), Path(paths[1])
            pair, facts = self._read()
        except ConfigError as error:
            self.paths = before
            logger().error("certificate.refused", reason=error.detail, hint=error.hint)
            return False
        if pair == self.pair:
            return False
        load_chain(self.context, *pair)
        self.pair, self.facts = pair, facts
        self.log("certificate.renewed")
        return True

    def log(self, event: str) -> None:
        """Which certificate it is, and a warning if it will not be of use for long."""
        end = self.facts.not_after
        logger().info(event, fingerprint=self.facts.fingerprint, names=list(self.facts.names), until=f"{end:%F}")
        if (check := self.check()).status != health.PASS:
            logger().warning("config.note", note=f"{check.detail}: {check.remedy}")

    def check(self) -> health.Check:
        """How long the certificate is valid."""
        return health.certificate(str(self.paths[0]), self.facts.not_before, self.facts.not_after, _now())

    def _read(self) -> tuple[tuple[bytes, bytes], certificates.Facts]:
        path, key_path = self.paths
        certificate = _bytes_of(path, "the certificate", _CERTIFICATE_HINT)
        key = _bytes_of(key_path, "the key", _KEY_HINT, private=True)
        try:
            facts = certificates.look(certificate)
        except ValueError as error:
            raise ConfigError(f"no certificate in {path}", _CERTIFICATE_HINT) from error
        if b"PRIVATE KEY-----" not in key:
            raise ConfigError(f"no private key in {key_path}", _KEY_HINT)
        if b"ENCRYPTED" in key:
            raise ConfigError(
                f"the key {key_path} has a passphrase", "store it without one, readable by its owner alone"
            )
        try:
            server_context(certificate, key)
        except ssl.SSLError as error:
            if error.reason == "KEY_VALUES_MISMATCH":
                raise ConfigError(f"the key {key_path} does not belong to the certificate {path}", _KEY_HINT) from error
            reason = (error.reason or str(error)).replace("_", " ").lower()
            raise ConfigError(f"{path} with the key {key_path} cannot be used: {reason}", _CERTIFICATE_HINT) from error
        return (certificate, key), facts


def _bytes_of(path: Path, what: str, hint: str, private: bool = False) -> bytes:
    """The content of a file. Raises ConfigError; for a private one also if everybody may read or change it."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(TLS_FILE_BYTES_MAX + 1)
    except OSError as error:
        raise ConfigError(f"cannot read {what} {path}: {error.strerror}", hint) from error
    if len(data) > TLS_FILE_BYTES_MAX:
        raise ConfigError(f"cannot read {what} {path}: it has more than {TLS_FILE_BYTES_MAX} bytes", hint)
    if private and stat.S_ISREG(mode) and mode & stat.S_IRWXO:
        raise ConfigError(f"the key {path} can be read or changed by every user", f"chmod o= {path}")
    return data


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)
