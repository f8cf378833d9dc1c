"""A Slurm cluster of test machines, with Debian's Slurm, MUNGE and MariaDB: a controller that accounts its jobs, two
CPU nodes, and a machine with GPUs that Slurm knows nothing of. The scripts of deploy/slurm are installed as
docs/operator/slurm.md says.

Debian's packages lie over /usr of a machine, with the names that their installation makes. A user `alice` owns the
jobs; her home directory is the same on all machines. What she needs of this checkout and of its Python lies below
/mnt, because she may not be able to read them where they are.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hosts
import pytest
import toolkit
from patience import until

ROOT = toolkit.ROOT
SLURM = ROOT / "build" / "slurm" / "usr"
SCRIPTS = ROOT / "deploy" / "slurm"
ADDRESSES = {"controller": "10.77.0.1", "node": "10.77.0.2", "doomed": "10.77.0.3", "server": "10.77.0.4"}
GPUS = 4
HOME = "/mnt/users/alice"
KEY = "this is the key of a cluster that lives for a minute"

_SLURM_CONF = """
ClusterName=test
SlurmctldHost=controller
SlurmUser=root
StateSaveLocation=/var/spool/slurmctld
SlurmdSpoolDir=/var/spool/slurmd
SlurmctldPidFile=/run/slurmctld.pid
SlurmdPidFile=/run/slurmd.pid
SlurmctldLogFile=/var/log/slurmctld.log
SlurmdLogFile=/var/log/slurmd.log
# Control groups are the machine's and not the test's.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerParameters=sched_interval=1,batch_sched_delay=1
SlurmdParameters=config_overrides
NodeName=node,doomed CPUs=8
PartitionName=all Nodes=node Default=YES OverSubscribe=FORCE:8
PartitionName=doomed Nodes=doomed OverSubscribe=FORCE:8
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageTRES=license/gpu,license/gpu_half
Include bitfusion/slurm.conf
"""
_SLURMDBD_CONF = """
DbdHost=controller
SlurmUser=root
StorageType=accounting_storage/mysql
StorageUser=root
StorageLoc=slurm
PidFile=/run/slurmdbd.pid
LogFile=/var/log/slurmdbd.log
"""
_DATABASE = "--no-defaults --user=root --datadir=/mnt/database"
_PREPARE = """
set -e
mount -t tmpfs tmpfs /run
mkdir -p /run/lock /run/munge /run/mysqld /mnt/checkout /mnt/python /mnt/users /mnt/upper /mnt/work
mount --bind {home} /mnt/users
mount --bind {python} /mnt/python
mount -t overlay overlay -o lowerdir={names}:{slurm}:/usr /usr
mount -t overlay overlay -o lowerdir={root},upperdir=/mnt/upper,workdir=/mnt/work /mnt/checkout
chmod 755 /mnt /mnt/checkout
mkdir -p /var/spool/slurmctld /var/spool/slurmd /etc/munge /var/log/munge /var/lib/munge
echo 'alice:x:2000:2000::{alice}:/bin/sh' >> /etc/passwd
echo 'alice:x:2000:' >> /etc/group
chmod 400 /etc/munge/munge.key
munged --force
"""


@dataclass(frozen=True)
class Cluster:
    controller: hosts.Host
    node: hosts.Host
    doomed: hosts.Host
    server: hosts.Host
    home: Path  # alice's, as this process sees it

    def sbatch(self, script: str, *options: str) -> int:
        """Submit a job of alice's; its number. What it writes is in `written`."""
        self.controller.write("/mnt/job.sh", script)
        words = shlex.join(["sbatch", "--parsable", "--chdir", HOME, "--output", "%j.out", *options])
        (number,) = self.alice(f"{words} /mnt/job.sh").lines()
        return int(number)

    def serve(self) -> None:
        """The scheduler of the pool."""
        self.server.serve("flexdirect resource_scheduler")

    def alice(self, line: str) -> hosts.Typed:
        """Type a line on the controller as alice."""
        start = "setpriv --reuid alice --regid alice --clear-groups --reset-env"
        return self.controller.type(f"cd / && {start} sh -c {shlex.quote(line)}")

    def written(self, job: int | str) -> str:
        """What a job has written so far."""
        path = self.home / f"{job}.out"
        return path.read_text() if path.exists() else ""

    def wait(self, condition: Callable[[], Any], what: str) -> None:
        """until(), and what Slurm says if it does not come."""
        try:
            until(condition, what)
        except AssertionError as error:
            logs = [(self.controller, "slurmctld"), (self.node, "slurmd"), (self.doomed, "slurmd")]
            said = [_end_of(host.root / "var/log" / f"{daemon}.log") for host, daemon in logs]
            raise AssertionError(
                "\n".join([str(error), self.controller.type("scontrol show job").output, *said])
            ) from None

    def started(self, word: str, *jobs: int | str) -> None:
        """Wait until jobs have written a word."""
        for job in jobs:
            self.wait(lambda job=job: word in self.written(job), f"job {job} writes {word!r}")

    def show(self, job: int) -> str:
        return self.controller.type(f"scontrol show job {job}").output

    def state(self, job: int) -> str:
        """Slurm's word for the state of a job."""
        return self.show(job).partition("JobState=")[2].split()[0]

    def held(self) -> list[Path]:
        """The controller's files of jobs that have GPUs."""
        return sorted((self.controller.root / "var/spool/bitfusion").glob("job-*"))

    def leases(self) -> list[dict]:
        """The pool's own list, of who has what."""
        ask = "from urllib.request import urlopen; print(urlopen('http://server:56001/v1/leases').read().decode())"
        return json.loads("\n".join(self.controller.type(f"{sys.executable} -c {shlex.quote(ask)}").lines()))["leases"]

    def free(self) -> bool:
        return not self.held() and not self.leases()


@contextmanager
def cluster(scratch: Path) -> Iterator[Cluster]:
    """The cluster, ready for jobs. The running test is skipped where this cannot be."""
    if not SLURM.is_dir():
        pytest.skip("no Slurm; run make slurm")
    machines = {name: ([address], GPUS if name == "server" else 0) for name, address in ADDRESSES.items()}
    home = scratch / "home" / "alice"
    home.mkdir(parents=True)
    os.chown(home, 2000, 2000)
    for directory in (home, home.parent):
        directory.chmod(0o755)
    with hosts.network(scratch, **machines) as made:
        names = _names(scratch / "usr")
        for host in made.values():
            host.write("/etc/hosts", "127.0.0.1 localhost\n" + "".join(f"{a} {n}\n" for n, a in ADDRESSES.items()))
            host.write("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n")  # nobody answers for DNS
        found = Cluster(**made, home=home)
        found.serve()
        for host in (found.controller, found.node, found.doomed):
            _install(host, names, home.parent)
        _account(found.controller)
        for host, daemon in ((found.controller, "slurmctld"), (found.node, "slurmd"), (found.doomed, "slurmd")):
            host.type(daemon).lines()
        found.wait(lambda: found.controller.type("sinfo").output.count("idle") == 2, "both nodes are idle")
        yield found


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text().splitlines()[-20:]) if log.exists() else f"no {log}"


def _install(host: hosts.Host, names: Path, home: Path) -> None:
    host.write("/etc/slurm/slurm.conf", _SLURM_CONF)
    host.write("/etc/slurm/cgroup.conf", "CgroupPlugin=cgroup/v1\n")
    host.write("/etc/munge/munge.key", KEY)
    host.write("/etc/bitfusionio/servers.conf", "server\n")
    shutil.copytree(SCRIPTS, host.root / "etc/slurm/bitfusion")
    places = {"names": names, "slurm": SLURM, "root": ROOT, "python": sys.base_prefix, "home": home, "alice": HOME}
    host.type(_PREPARE.format(**places)).lines()


def _account(controller: hosts.Host) -> None:
    """Start what keeps the accounting, and tell it of the cluster."""
    controller.type(f"mariadb-install-db {_DATABASE} --skip-test-db").lines()
    # Who asks is root, and the database is this machine's alone.
    options = f"{_DATABASE} --socket=/run/mysqld/mysqld.sock --skip-grant-tables --skip-networking"
    controller.start(f"mariadbd {options}").wait_for("ready for connections")
    controller.write("/etc/slurm/slurmdbd.conf", _SLURMDBD_CONF)
    controller.type("chmod 600 /etc/slurm/slurmdbd.conf && slurmdbd").lines()
    until(
        lambda: controller.type("sacctmgr --immediate add cluster test").code == 0, "the accounting knows the cluster"
    )


def _names(usr: Path) -> Path:
    """A directory with /usr/local/bin/flexdirect, for every user."""
    path = [_seen(entry) for entry in sys.path if entry and not Path(entry).is_relative_to(sys.base_prefix)]
    script = usr / "local" / "bin" / "flexdirect"
    script.parent.mkdir(parents=True)
    python = shlex.quote(_python())
    variables = f"PYTHONPATH={shlex.quote(os.pathsep.join(path))} PYTHONDONTWRITEBYTECODE=1"
    script.write_text(f'#!/bin/sh\n{variables} exec {python} -m bitfusion.cli.main "$@"\n')
    script.chmod(0o755)
    return usr


def _python() -> str:
    """Where alice finds this Python, which may be somebody's own."""
    program = Path(sys.executable).resolve()
    base = Path(sys.base_prefix).resolve()
    return str(program if base == Path("/usr") else "/mnt/python" / program.relative_to(base))


def _seen(entry: str) -> str:
    """Where alice finds a directory of this process's modules."""
    path = Path(entry)
    return str(Path("/mnt/checkout") / path.relative_to(ROOT)) if path.is_relative_to(ROOT) else entry
