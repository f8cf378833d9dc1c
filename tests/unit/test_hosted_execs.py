"""What is kept of executable graphs that copy the client's memory (driver/hosted_execs.py)."""

from __future__ import annotations

from bitfusion.driver.hosted_execs import HostedExecs


class Hosted:
    """That of a session in which no graph needs to be looked through."""

    any = False


def test_what_is_kept_of_executable_graphs_ends_with_them():
    executables: dict[int, int] = {}
    kept = HostedExecs(Hosted(), executables)  # type: ignore[arg-type]
    for number in range(1000):
        executables[number] = 1 << 20 | number
        kept.made(executables[number], 0)
        kept.changed(executables[number], 1, 2)
        if number >= 10:
            del executables[number - 10]
    assert len(kept._numbers) < 200
