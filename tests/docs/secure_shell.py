"""ssh between the machines of a page: a real sshd on those with GPUs, and `ssh` that knows their keys everywhere."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import hosts
import toolkit
from checkout import ROOT
from patience import PATIENCE_S

_FETCHED = ROOT / "build" / "openssh" / "usr"
_SBIN = "/usr/sbin:/sbin:/usr/local/sbin"
_SERVER = """\
HostKey {scratch}/host_key
AuthorizedKeysFile {scratch}/user_key.pub
StrictModes no
UsePAM no
PidFile none
PrintMotd no
"""
_CLIENT = """\
IdentityFile {scratch}/user_key
UserKnownHostsFile {scratch}/known_hosts
StrictHostKeyChecking accept-new
LogLevel ERROR
"""
# sshd wants a directory of root's in /run, an unprivileged user, and a root who is not locked.
_PREPARE = """\
mount -t tmpfs tmpfs /run && mkdir -p /run/sshd /run/lock
id sshd > /dev/null 2>&1 || echo 'sshd:x:989:65534::/run/sshd:/usr/sbin/nologin' >> /etc/passwd
sed -i 's/^root:[^:]*:/root:*:/' /etc/shadow
"""


def prepare(scratch: Path, machines: Mapping[str, hosts.Host], servers: list[str]) -> None:
    """Start sshd on these of the machines, and put an `ssh` where commands are."""
    sshd = _program("sshd", _FETCHED / "sbin", _SBIN)
    keygen, ssh = (_program(name, _FETCHED / "bin", None) for name in ("ssh-keygen", "ssh"))
    for name in ("host_key", "user_key"):
        subprocess.run(
            [keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(scratch / name)], check=True, timeout=PATIENCE_S
        )
    (scratch / "sshd_config").write_text(_SERVER.format(scratch=scratch))
    (scratch / "ssh_config").write_text(_CLIENT.format(scratch=scratch))
    command = scratch / "bin" / "ssh"
    command.write_text(f'#!/bin/sh\nexec {ssh} -F {scratch}/ssh_config "$@"\n')
    command.chmod(0o755)
    for name in servers:
        ready = machines[name].type(_PREPARE)
        assert ready.code == 0, ready.errors
        libraries = ":".join(map(str, (_FETCHED / "lib").glob("*-linux-gnu")))
        server = machines[name].start(f"{sshd} -D -e -f {scratch}/sshd_config", LD_LIBRARY_PATH=libraries)
        server.wait_for("Server listening on")


def _program(name: str, fetched: Path, path: str | None) -> str:
    """The system's, else the one that `make openssh` fetched."""
    found = shutil.which(name, path=path) or shutil.which(name, path=str(fetched))
    return found or toolkit.missing(name, "run make openssh, or install it")
