"""run and request_gpus while they wait on a terminal: one line that lives, fits, and is gone once the wait is over."""

from __future__ import annotations

import getpass
import re
import signal
import socket

import pytest
from patience import PATIENCE_S, until
from pools import Background, Terminal, holding, is_free

AGAIN = "\r\x1b[K"  # the line is written anew
EXPECTED = "(no estimate yet|less than 1m more|about .+ more)"  # by what other tests have held before


@pytest.fixture
def taken(cli, two, tmp_path):
    """All GPUs are held; the file to release them with."""
    with holding(two, cli, tmp_path / "held.conf", 4) as path:
        yield path
    assert is_free(two, cli)


def drawn(terminal: Terminal) -> list[str]:
    """The line, every time it was written: all of it has come once it is written anew."""
    return [part for part in terminal.text.split(AGAIN)[1:-1] if part]


def test_line_on_a_terminal_lives_in_place_and_makes_way_for_the_application(cli, two, home, taken):
    who = f"held by {getpass.getuser()}@{socket.gethostname()} request_gpus"
    with Terminal(home, "run", "-s", two.conf, "-n", "1", "--", "echo", "now", columns=200) as terminal:
        terminal.heard(r"\[INFO\] \S+ Waiting for 1 GPU .*position 1")
        until(lambda: len({re.search(r"Waiting (.+?) for", line)[1] for line in drawn(terminal)}) >= 2, "two times")
        for line in drawn(terminal):
            assert re.match(rf"Waiting [\dms ]+ for 1 GPU: place 1, {EXPECTED}, {re.escape(who)}", line), line
        assert "\n" not in "".join(drawn(terminal))
        assert cli("release_gpus", "-f", taken).code == 0
        assert terminal.process.wait(PATIENCE_S) == 0
        terminal.heard("now\r\n.*Released GPUs")
    *_, rest = terminal.text.split(AGAIN)
    assert re.match(r"\[INFO\] \S+ Waited [\dms ]+\r\n\[INFO\] \S+ Requesting GPUs", rest), rest
    assert "\x1b[?25" not in terminal.text, "the cursor was hidden"


def test_line_is_cut_to_the_terminal_and_follows_its_size(two, home, taken):
    with Terminal(home, "run", "-s", two.conf, "-n", "1", "true", columns=60) as terminal:
        until(lambda: drawn(terminal), "a line")
        assert len(drawn(terminal)[-1]) == 59 and drawn(terminal)[-1].endswith("...")
        terminal.resize(30)
        until(lambda: len(drawn(terminal)[-1]) == 29, "a shorter line")
        terminal.resize(300)
        until(lambda: drawn(terminal)[-1].endswith("request_gpus"), "a longer line")
        terminal.type(b"\x03")
        assert terminal.process.wait(PATIENCE_S) == 130


@pytest.mark.parametrize("words", [("run", "-n", "1", "true"), ("request_gpus", "-n", "1")])
def test_ctrl_c_ends_the_line_at_once(two, home, taken, words):
    with Terminal(home, words[0], "-s", two.conf, *words[1:]) as terminal:
        until(lambda: drawn(terminal), "a line")
        terminal.type(b"\x03")
        assert terminal.process.wait(PATIENCE_S) == 130
        terminal.heard("nothing is held")
    *_, rest = terminal.text.split(AGAIN)
    assert rest.splitlines() == ["Error: interrupted by SIGINT; nothing is held"]


def test_quiet_run_on_a_terminal_draws_nothing(cli, two, home, taken):
    with Terminal(home, "run", "-q", "-s", two.conf, "-n", "1", "--", "echo", "now") as terminal:
        until(lambda: sum(server["waiting"] for server in two.seen(cli)) == 2, "its places in the queues")
        assert cli("release_gpus", "-f", taken).code == 0
        assert terminal.process.wait(PATIENCE_S) == 0
        terminal.heard("now")
    assert terminal.text.splitlines() == ["now"]


def test_without_a_terminal_there_are_whole_lines_alone(cli, two, home, taken):
    with Background(home, "run", "-s", two.conf, "-n", "1", "true") as run:
        line = run.heard("Waiting for 1 GPU")
        assert f"(held by {getpass.getuser()}@{socket.gethostname()} request_gpus)" in line
        run.process.send_signal(signal.SIGTERM)
        assert run.end() == 143
    assert not [line for line in run.errors if "\r" in line or "\x1b" in line]
