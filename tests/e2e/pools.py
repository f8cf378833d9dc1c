"""A pool of resource schedulers on software GPUs, and the command line beside it: one that waits or holds, seen from
outside.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import running
from patience import PATIENCE_S, until

MIB = 1 << 20
WHOLE = 1024  # MiB of a GPU
FREE = [[WHOLE] * 2] * 2  # two servers of two GPUs
READS = ("sh", "-c", "echo $$; read line; exit 0")  # says its process ID, and ends when its stdin does


@dataclass(frozen=True)
class Pool:
    """Schedulers in the order of `conf`, a servers.conf. `server_list` is the same for --server_list."""

    schedulers: list[running.Scheduler]
    conf: Path
    scratch: Path
    options: tuple[str, ...]
    environment: dict[str, str]

    @property
    def addresses(self) -> list[str]:
        return [f"{running.HERE}:{scheduler.port}" for scheduler in self.schedulers]

    @property
    def server_list(self) -> str:
        return ";".join(self.addresses)

    def start(self, number: int, port: int | None = None) -> AbstractContextManager[running.Scheduler]:
        """A scheduler of this pool; with the port of one that was killed, that one goes on."""
        place = self.scratch / f"host{number}"
        place.mkdir(exist_ok=True)
        return running.scheduler(place, *self.options, port=port, **self.environment)

    @contextmanager
    def restarted(self, number: int) -> Iterator[None]:
        """The scheduler `number`, which was killed, runs again."""
        with self.start(number, self.schedulers[number].port):
            yield

    def seen(self, cli) -> list[dict[str, Any]]:
        """What `list_gpus --json` says of each server."""
        done = cli("list_gpus", "-s", self.conf, "--json")
        assert done.code == 0, done.errors
        return json.loads(done.output)["servers"]

    def free(self, cli) -> list[list[int]]:
        """MiB that are free of each GPU, by server."""
        return [[gpu["free_mib"] for gpu in server["gpus"]] for server in self.seen(cli)]


@contextmanager
def pool(scratch: Path, servers: int = 2, gpus: int = 2, memory_mib: int = WHOLE) -> Iterator[Pool]:
    """Schedulers as if each were on a host of its own."""
    found = Pool(
        [], scratch / "servers.conf", scratch, ("--softgpu", str(gpus)), {"SOFTGPU_MEMORY": str(memory_mib * MIB)}
    )
    with ExitStack() as stack:
        for number in range(servers):
            found.schedulers.append(stack.enter_context(found.start(number)))
        found.conf.write_text("# the pool\n" + "".join(f"{address}\n" for address in found.addresses))
        yield found


def is_free(two: Pool, cli) -> bool:
    """Whether nobody has or waits for anything of two servers of two GPUs."""
    return two.free(cli) == FREE and all(server["waiting"] == 0 for server in two.seen(cli))


@contextmanager
def holding(two: Pool, cli, path: Path, count: int) -> Iterator[Path]:
    """So many GPUs are held, by the file that is given; released in the end, unless that was done."""
    assert cli("request_gpus", "-s", two.conf, "-f", path, "-n", str(count)).code == 0
    yield path
    if path.exists():
        assert cli("release_gpus", "-f", path).code == 0


class Background:
    """A command line that goes on. `errors` holds its lines on stderr so far, `output()` what it wrote on stdout in the
    end.
    """

    def __init__(self, home: Path, *words: str | Path, **extra: str) -> None:
        command = [sys.executable, "-m", "bitfusion.cli.main", *map(str, words)]
        environment = running.clean_environment(**{"HOME": str(home), **extra})
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.errors: list[str] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Background:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait(PATIENCE_S)
        self.process.stdin.close()
        self.process.stdout.close()

    def heard(self, text: str) -> str:
        """The first line on stderr with this text; waits for it."""
        deadline = time.monotonic() + PATIENCE_S
        with self._news:
            while not (found := [line for line in self.errors if text in line]):
                left = deadline - time.monotonic()
                assert left > 0 and self._news.wait(left), f"{text!r} was not said:\n" + "\n".join(self.errors)
        return found[0]

    def line(self) -> str:
        """The next line of the application on stdout."""
        return self.process.stdout.readline().rstrip("\n")

    def end(self) -> int:
        """Close its stdin, wait for its end; the exit code."""
        self.process.stdin.close()
        code = self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        return code

    def _read(self) -> None:
        for line in self.process.stderr:
            with self._news:
                self.errors.append(line.rstrip("\n"))
                self._news.notify_all()


class Terminal:
    """A command line as the leader of a session on a pseudo terminal; everything it shows is in `text`."""

    def __init__(self, home: Path, *words: str | Path, columns: int = 80) -> None:
        self._ours, theirs = os.openpty()
        self.resize(columns)
        command = ["setsid", "--ctty", "--wait", sys.executable, "-m", "bitfusion.cli.main", *map(str, words)]
        environment = running.clean_environment(HOME=str(home), TERM="xterm")
        self.process = subprocess.Popen(command, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        self.text = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait(PATIENCE_S)
        os.close(self._ours)

    def type(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def resize(self, columns: int) -> None:
        """As a user does with a window: what runs in it gets SIGWINCH."""
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def heard(self, pattern: str) -> None:
        """Wait until it shows this."""
        until(lambda: re.search(pattern, self.text, re.S), f"{pattern!r} on the terminal")

    def _read(self) -> None:
        try:
            while data := os.read(self._ours, 4096):
                self.text += data.decode(errors="replace")
        except OSError:
            pass


def is_alive(pid: int) -> bool:
    """Whether a process runs: neither gone nor a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def end_process(pid: int) -> None:
    """For an application that its launcher left behind."""
    try:
        os.kill(pid, 9)
    except ProcessLookupError:
        pass
