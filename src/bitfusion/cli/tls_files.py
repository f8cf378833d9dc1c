"""A CA and servers' certificates of it as files: what `init --tls` makes, and what it tells of them.

`ca.pem` is for everybody. Below `tls` are the CA's key, which only signs, and a certificate with its key for each
server. Nothing that is there is ever replaced.
"""

from __future__ import annotations

import grp
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import certificates
from ..certificates import Pair
from . import making
from .making import Made

GROUP = "bitfusion"  # of the services
_PRIVATE = 0o600
_FOR_GROUP = 0o640


@dataclass(frozen=True)
class Files:
    """Those of the server `name`, "server" for this machine's own, below `directory`."""

    directory: Path
    name: str = "server"

    @property
    def ca(self) -> Path:
        return self.directory / "ca.pem"

    @property
    def ca_key(self) -> Path:
        return self.directory / "tls" / "ca-key.pem"

    @property
    def certificate(self) -> Path:
        return self.directory / "tls" / f"{self.name}.pem"

    @property
    def key(self) -> Path:
        return self.directory / "tls" / f"{self.name}-key.pem"


def make(files: Files, names: Sequence[str], host: str) -> list[Made]:
    """Make what is not there: the CA, called after `host`, and a server's certificate for `names`."""
    made = [making.make_directory(files.ca.parent / "tls")]
    if made[0].state == "failed":
        return made
    made += _make_pair(files.ca, files.ca_key, lambda: certificates.new_authority(f"bitfusion CA of {host}"))
    if any(item.state == "failed" for item in made):
        return made
    made += _make_pair(
        files.certificate, files.key, lambda: certificates.new_server(_authority(files), names), _lend(files.key)
    )
    return made


def fingerprint(files: Files) -> str:
    """Of the server's certificate."""
    return certificates.look(files.certificate.read_bytes()).fingerprint


def advice(files: Files, host: str) -> str:
    """What to do with them."""
    own = files.name == "server"
    use = (
        f"To have a server use it:\n   flexdirect server --tls-cert {files.certificate} --tls-key {files.key}"
        if own
        else f"Copy {files.certificate.name} and {files.key.name} to {host}, for a server's --tls-cert and --tls-key."
    )
    lines = [
        f"\nThe certificate of {host} has the fingerprint {fingerprint(files)}.",
        use,
        f"To each client copy {files.ca}, to the same place or to ~/.bitfusionio/ca.pem.",
        f"Name the server tls://{host}, or with the fingerprint, and without a CA, tls://FINGERPRINT@{host}.",
        f"Who has {files.ca_key} can make certificates that your clients believe: keep it to yourself.",
    ]
    if own and files.key.stat().st_gid != _group():
        lines.append(f"For the services: sudo chgrp {GROUP} {files.key} && sudo chmod 640 {files.key}")
    return "\n".join(lines)


def _make_pair(certificate: Path, key: Path, new: Callable[[], Pair], key_mode: int = _PRIVATE) -> list[Made]:
    """A certificate and its key, both or neither of which are there."""
    there = [path.exists() for path in (certificate, key)]
    if all(there):
        return [Made(certificate, "kept"), Made(key, "kept")]
    if any(there):
        missing, other = (key, certificate) if there[0] else (certificate, key)
        return [Made(missing, "failed", f"it is not here, and {other} is; both are made where neither is")]
    try:
        pair = new()
    except (OSError, ValueError) as error:
        return [Made(certificate, "failed", str(error))]
    made = making.make_file(key, pair.key.decode, key_mode)
    if made.state == "made" and key_mode == _FOR_GROUP:
        os.chown(key, -1, _group())
    return [made, making.make_file(certificate, pair.certificate.decode)]


def _authority(files: Files) -> Pair:
    return Pair(files.ca.read_bytes(), files.ca_key.read_bytes())


def _lend(key: Path) -> int:
    """The mode of a server's key: the services' group reads it where there is one and root makes it."""
    return _FOR_GROUP if _group() >= 0 and os.geteuid() == 0 and key.name == "server-key.pem" else _PRIVATE


def _group() -> int:
    """The number of the services' group, -1 where there is none."""
    try:
        return grp.getgrnam(GROUP).gr_gid
    except KeyError:
        return -1
