"""A machine with a real systemd: this one's files under a systemd of its own, in namespaces. Files that it writes, and
processes, end with it. Where that cannot be, the running test is skipped, with the reason.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
import running
from checkout import ROOT
from patience import PATIENCE_S, until

import bitfusion

_SCRIPT = Path(__file__).with_name("booted.sh")
_PROGRAMS = ("unshare", "nsenter", "ip", "systemctl", "journalctl")


class Machine:
    """What runs on it; `pid` is its systemd."""

    def __init__(self, pid: int) -> None:
        self._enter = ["nsenter", "-t", str(pid), "-p", "-m", "-C", "-u", "-i", "-n", "--wd=/"]

    def run(self, *words: str | Path) -> subprocess.CompletedProcess:
        """Run a command there, as root."""
        return subprocess.run(
            [*self._enter, *map(str, words)],
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            stdin=subprocess.DEVNULL,
        )

    def start(self, *words: str | Path) -> subprocess.Popen:
        """The same, left running, with its standard input open."""
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [*self._enter, *map(str, words)], env=self._environment(), text=True, stdin=pipe, stdout=pipe, stderr=pipe
        )

    def systemctl(self, *words: str) -> str:
        """What it says, of a command that must succeed."""
        done = self.run("systemctl", "--no-pager", *words)
        assert done.returncode == 0, f"{words}: {done.stderr}{self.run('journalctl', '-n', '30', '--no-pager').stdout}"
        return done.stdout

    def shows(self, unit: str, name: str) -> str:
        """A property of a unit."""
        return self.systemctl("show", "--value", f"--property={name}", unit).strip()

    def pids(self, unit: str) -> list[int]:
        """All processes of a unit, as numbered there."""
        done = self.run("cat", f"/sys/fs/cgroup/system.slice/{unit}/cgroup.procs")
        return [int(line) for line in done.stdout.split()]

    def journal(self, unit: str) -> list[dict]:
        """The unit's lines, oldest first."""
        done = self.run("journalctl", "--no-pager", "-o", "json", f"_SYSTEMD_UNIT={unit}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def write(self, path: str, text: str) -> None:
        words = [*self._enter, "sh", "-c", 'mkdir -p "$(dirname "$1")" && cat > "$1"', "sh", path]
        subprocess.run(words, input=text, text=True, check=True, timeout=PATIENCE_S)

    def _environment(self) -> dict[str, str]:
        return running.clean_environment(HOME="/root", PYTHONPATH=os.pathsep.join(filter(None, sys.path)))


@contextmanager
def machine(stage: Path, units: Path, users: Path, settings: dict[str, str]) -> Iterator[Machine]:
    """Boot one with these units and `users`; `settings` are the files in /etc/bitfusionio."""
    _require(stage)
    shutil.copytree(units, stage / "units")
    shutil.copy(users, stage / "users")
    (stage / "etc").mkdir()
    for name, text in settings.items():
        (stage / "etc" / name).write_text(text)
    (stage / "reachable").write_text("".join(f"{path}\n" for path in _reachable()))
    log = stage / "log"
    with log.open("w") as writing:
        first = subprocess.Popen(
            ["unshare", "--mount", "sh", str(_SCRIPT), "group", str(stage)],
            stdin=subprocess.PIPE,
            stdout=writing,
            stderr=writing,
        )
    try:
        found: list[int] = []
        # The script says nothing unless it fails.
        until(lambda: found.extend(_systemds(first.pid)) or found or log.stat().st_size, "a systemd")
        if not found:
            pytest.skip(f"no systemd can be booted here: {(log.read_text().splitlines() or ['it ended'])[-1]}")
        there = Machine(found[0])
        states: list[str] = []

        def booted() -> bool:
            states.append(there.run("systemctl", "is-system-running").stdout.strip())
            return states[-1] in ("running", "degraded") or first.poll() is not None

        until(booted, "systemd is up")
        if first.poll() is not None:
            pytest.skip(f"no systemd can be booted here: {(log.read_text().splitlines() or ['it ended'])[-1]}")
        yield there
    finally:
        assert first.stdin is not None
        first.stdin.close()
        first.wait(PATIENCE_S)


def _require(stage: Path) -> None:
    missing = [name for name in _PROGRAMS if not shutil.which(name)]
    if missing or os.geteuid() != 0:
        pytest.skip(f"needs root, systemd, util-linux and iproute2; not here: {', '.join(missing) or 'root'}")
    if any(ROOT.is_relative_to(private) for private in ("/tmp", "/var/tmp")):
        pytest.skip("needs a checkout outside of /tmp, because services have one of their own")
    if len({_mount(path) for path in ("/", stage, ROOT, sys.executable, bitfusion.__file__, "/usr/lib")}) > 1:
        pytest.skip("needs /tmp, the checkout, Python and /usr in one mount, because the copy is of that one")


def _mount(path: str | Path) -> str:
    """The number of the mount that has it: a file system may be mounted in several places."""
    opened = os.open(path, os.O_PATH)
    try:
        facts = Path(f"/proc/self/fdinfo/{opened}").read_text().splitlines()
    finally:
        os.close(opened)
    return next(line for line in facts if line.startswith("mnt_id:"))


def _reachable() -> set[str]:
    """Directories above what a service's user has to read: also a Python or a checkout in somebody's home."""
    needed = [Path(sys.executable), Path(sys.executable).resolve(), Path(bitfusion.__file__), *map(Path, sys.path)]
    return {str(parent) for path in needed if path.is_absolute() for parent in (path, *path.parents)}


def _systemds(pid: int) -> Iterator[int]:
    """Processes below `pid` that have become systemd."""
    for child in _children(pid):
        try:
            if Path(f"/proc/{child}/comm").read_text() == "systemd\n":
                yield child
        except OSError:
            pass
        yield from _systemds(child)


def _children(pid: int) -> Sequence[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
