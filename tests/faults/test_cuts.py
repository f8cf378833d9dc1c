"""Connections of sessions that are cut: the program sees a pause, and every byte arrives once."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
import running
import toolkit
from cutter import THERE
from patience import until, within
from resuming import Asking, Resumable, behind, cut_server
from sessions import CLEAN_S, cuda_servers, is_alive, logged

from bitfusion.net.query import ask

pytestmark = pytest.mark.plain("connections are cut below TLS, which makes a new one each time")
CONFORMANCE = Path(__file__).parents[1] / "conformance" / "programs"
BOTH_WAYS = Path(__file__).parent / "programs" / "both_ways.c"
OVERWRITTEN = Path(__file__).parent / "programs" / "overwritten.c"
# What must be the same at the end, how often it is cut, after how many bytes at most, its words: copies both ways from
# two threads, large copies from memory that is overwritten once each call returns, host functions, launches beside
# them, graphs, managed memory.
PROGRAMS: list[tuple[Any, ...]] = [
    (BOTH_WAYS, 12, 4 << 20),
    (OVERWRITTEN, 12, 8 << 20),
    (CONFORMANCE / "asynchronous.c", 8, 1 << 20),
    (CONFORMANCE / "callbacks.c", 4, 16 << 10),
    (CONFORMANCE / "graph_copies.c", 4, 64 << 10),
    (CONFORMANCE / "managed_random.c", 4, 64 << 10, "1", "3", "100"),
]
STORM_CUTS = int(os.environ.get("BF_TEST_STORM_CUTS", "0"))


def clients(server: running.Dispatcher) -> list[dict]:
    return ask(THERE, server.port, "stats")["clients"]


def busy(server: running.Dispatcher) -> list[int]:
    """The CUDA Servers with a session."""
    ports = {line["session"]: line["port"] for line in logged(server, "client.admitted")}
    taken = {ports[client["session"]] for client in clients(server)}
    return [pid for pid, port in cuda_servers(server).items() if port in taken]


def storm(scratch: Path, seed: int, source: Path, most: int, scale: int, *words: str) -> int:
    """Run a program through cuts, and directly; how many cuts there were."""
    print(f"seed {seed}")
    program = toolkit.build_driver_program(source, scratch)
    directly = running.run([program, *words], running.direct(SOFTGPU_DEVICES="2"))
    with cut_server(scratch, seed, most, scale) as (server, cutter):
        outcome = running.run([program, *words], behind(server))
        cuts = cutter.cuts
    assert (outcome.code, outcome.output) == (directly.code, directly.output), outcome.errors
    return cuts


@pytest.mark.parametrize("row", PROGRAMS, ids=[row[0].stem for row in PROGRAMS])
def test_program_whose_connections_are_cut_anywhere_computes_the_same(row, tmp_path):
    source, cuts, *more = row
    assert storm(tmp_path, 12, source, cuts, *more) >= cuts


@pytest.mark.skipif(not STORM_CUTS, reason="takes minutes: make storm")
def test_storm_of_cuts_changes_nothing(tmp_path):
    cuts, seed = 0, 1000
    while cuts < STORM_CUTS:
        for source, _, *more in PROGRAMS:
            seed += 1
            scratch = tmp_path / str(seed)
            scratch.mkdir()
            cuts += storm(scratch, seed, source, 60, *more)
    print(f"{cuts} cuts")


def test_idle_program_comes_back_by_itself(tmp_path):
    with cut_server(tmp_path) as (server, cutter), Asking(tmp_path, behind(server)) as program:
        assert program.first == ["0"]
        for count in range(1, 4):
            cutter.cut_all()
            until(lambda count=count: len(logged(server, "session.resumed")) >= count, "the session goes on")
        assert program.ask() == ["0"]
        program.end()
        until(lambda: logged(server, "session.ended"), "the session ends")
        assert [line["result"] for line in logged(server, "session.ended")] == ["closed"]


def test_of_two_servers_the_one_that_is_cut_goes_on_and_the_other_notices_nothing(tmp_path):
    folders = tmp_path / "one", tmp_path / "two"
    for folder in folders:
        folder.mkdir()
    with cut_server(folders[0]) as (one, cutter), cut_server(folders[1]) as (two, _):
        with Asking(tmp_path, behind(one, two), "4") as program:
            cutter.cut_all()
            assert program.ask() == ["0"] * 4
            program.end()
        until(lambda: logged(one, "session.ended") and logged(two, "session.ended"), "the sessions end")
        assert logged(one, "session.resumed") and not logged(two, "session.interrupted")


def test_program_that_ends_says_so_and_leaves_nothing_waiting(tmp_path):
    with (
        running.dispatcher(tmp_path, "--softgpu", "2") as server,
        Asking(tmp_path, running.remote(server.port)) as program,
    ):
        program.end()
        until(lambda: logged(server, "session.ended"), "the session ends")
        assert not logged(server, "session.interrupted")


def test_forked_child_says_no_goodbye_and_the_parent_goes_on(tmp_path):
    with cut_server(tmp_path) as (server, cutter), Asking(tmp_path, behind(server), "1", "fork") as program:
        cutter.cut_all()
        until(lambda: logged(server, "session.resumed"), "the parent comes back")
        output, _ = program.end()
        assert output.split() == ["0"]
        until(lambda: logged(server, "session.ended"), "the session ends")


def test_killed_program_has_given_back_everything_soon(tmp_path):
    with (
        running.dispatcher(tmp_path, "--softgpu", "2") as server,
        Asking(tmp_path, running.remote(server.port)) as program,
    ):
        (pid,) = busy(server)
        program.process.kill()
        assert within(CLEAN_S, lambda: not is_alive(pid))


def test_program_whose_server_is_killed_is_told_soon(tmp_path):
    with (
        running.dispatcher(tmp_path, "--softgpu", "2") as server,
        Asking(tmp_path, running.remote(server.port)) as program,
    ):
        (pid,) = busy(server)
        os.kill(pid, signal.SIGKILL)
        assert program.ask() == ["806"]
        _, errors = program.end()
        assert "lost the server" in errors and "could not be resumed" in errors


@pytest.mark.parametrize("refuses", [True, False], ids=["while it is cut", "when it is over"])
def test_cut_that_lasts_longer_than_agreed_ends_both_ends(refuses, tmp_path):
    with (
        cut_server(tmp_path, BF_RESUME_S="3") as (server, cutter),
        Asking(tmp_path, behind(server, BF_RESUME_S="2")) as program,
    ):
        (pid,) = busy(server)
        cutter.refuses = True
        cutter.cut_all()
        if refuses:
            assert program.ask() == ["806"]
        until(lambda: not is_alive(pid), "the CUDA Server ends")
        cutter.refuses = False
        assert program.ask() == ["806"]
        _, errors = program.end()
        assert "could not be resumed in" in errors


def test_without_resuming_a_cut_is_the_end(tmp_path):
    with cut_server(tmp_path) as (server, cutter), Asking(tmp_path, behind(server, BF_RESUME_S="0")) as program:
        (pid,) = busy(server)
        cutter.cut_all()
        assert program.ask() == ["806"]
        assert within(CLEAN_S, lambda: not is_alive(pid))
        assert not logged(server, "session.interrupted")


def test_server_that_resumes_nothing_is_not_asked_to(tmp_path):
    with cut_server(tmp_path, BF_RESUME_S="0") as (server, cutter), Asking(tmp_path, behind(server)) as program:
        cutter.cut_all()
        assert program.ask() == ["806"]


def test_session_that_is_interrupted_is_shown_and_then_ends(tmp_path):
    with running.dispatcher(tmp_path, "--softgpu", "1") as server:
        session = Resumable(server)
        assert [client["interrupted"] for client in clients(server)] == [False]
        (pid,) = busy(server)
        session.socket.close()
        until(lambda: [client["interrupted"] for client in clients(server)] in ([True], []), "it is shown")
        assert logged(server, "session.interrupted")
        assert within(CLEAN_S, lambda: not is_alive(pid))
        until(lambda: logged(server, "session.ended"), "the session ends")
        assert "did not come back" in logged(server, "session.ended")[0]["result"]


def test_bytes_that_the_network_swallows_are_sent_again(tmp_path):
    with cut_server(tmp_path) as (server, cutter), Asking(tmp_path, behind(server)) as program:
        cutter.swallow_all()
        assert program.ask() == ["0"]
        until(lambda: logged(server, "session.resumed"), "it is logged")
