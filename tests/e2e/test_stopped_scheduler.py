"""A scheduler that is stopped: it takes connections and bytes, and answers nothing. Every command that has another one
in its list goes on with that in time, and says in a line which one does not answer.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pools
import pytest
from patience import PATIENCE_S, within
from pools import READS, Background, Pool

from bitfusion.limits import SRS_ANSWER_TIMEOUT_S

BEGIN_S = 5.0  # of a command, until it asks
WITHIN_S = SRS_ANSWER_TIMEOUT_S + BEGIN_S
EXIT_BUSY = 75


@dataclass(frozen=True)
class Stopped:
    """`pool` is of two servers of two GPUs; the second is stopped. `held` are three of the GPUs, `running` has the
    last one.
    """

    pool: Pool
    held: Path
    running: Background

    @property
    def silent(self) -> str:
        return self.pool.addresses[1]


@pytest.fixture
def stopped(tmp_path, cli, home) -> Iterator[Stopped]:
    with pools.pool(tmp_path) as pool:
        held = tmp_path / "held.conf"
        assert cli("request_gpus", "-s", pool.conf, "-f", held, "-n", "3").code == 0
        with Background(home, "run", "-s", pool.conf, "-n", "1", "--", *READS) as running:
            running.line()
            victim = pool.schedulers[1].process
            victim.send_signal(signal.SIGSTOP)
            try:
                yield Stopped(pool, held, running)
            finally:
                victim.send_signal(signal.SIGCONT)


def ended(command: Background, seconds: float) -> tuple[int, str]:
    """The exit code of a command that ends in time, and what it said."""
    assert within(seconds, lambda: command.process.poll() is not None), command.errors
    output = command.process.stdout.read()
    code = command.end()
    return code, "\n".join([output, *command.errors])


def test_stopped_scheduler_delays_no_command_longer_than_it_is_given_for_its_answer(stopped, home, tmp_path, cli):
    conf, new = stopped.pool.conf, tmp_path / "new.conf"
    words = {
        "list": ("list_gpus", "-s", conf),
        "stats": ("stats", "-s", conf),
        "health": ("health", "-s", conf),
        "waits": ("request_gpus", "-s", conf, "-n", "1", "--timeout", "1", "-f", new),
        "does not wait": ("run", "-s", conf, "-n", "1", "--timeout", "0", "--", "true"),
        "release": ("release_gpus", "-f", stopped.held),
    }
    with ExitStack() as stack:
        commands = {name: stack.enter_context(Background(home, *each)) for name, each in words.items()}
        stopped.running.process.stdin.close()
        ends = {name: ended(command, WITHIN_S) for name, command in commands.items()}
        # It had its GPU of one of the two.
        assert within(WITHIN_S, lambda: stopped.running.process.poll() is not None), stopped.running.errors
    for name in ("list", "stats", "health", "release"):
        assert f"{stopped.silent}: no answer within" in ends[name][1], ends
    assert ends["list"][0] == 0 and ends["release"][0] == 1 and "GPUs are still held" in ends["release"][1]
    for name in ("waits", "does not wait"):
        code, errors = ends[name]
        assert code in (0, EXIT_BUSY) and f"{stopped.silent}: no answer within 2 s" in errors, ends
    # What is held there is still named; it is given back once it answers, or was when it read what it had been told.
    assert stopped.held.exists()
    stopped.pool.schedulers[1].process.send_signal(signal.SIGCONT)
    again = cli("release_gpus", "-f", stopped.held)
    assert (again.code == 0 or "were released already" in again.errors) and not stopped.held.exists()
    if new.exists():
        assert cli("release_gpus", "-f", new).code == 0
    assert within(PATIENCE_S, lambda: pools.is_free(stopped.pool, cli))
