"""What a Dispatcher tells about itself, asked with the protocol: stats, smi, health, measuring processes."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import threading
import time

import pytest
import running
from patience import PATIENCE_S
from reporting import children, eventually, holding

from bitfusion import __version__
from bitfusion.errors import ConnectionLost, Refused, RemoteProtocolError
from bitfusion.limits import PERF_PROCESSES_MAX, PERF_VISITORS_MAX
from bitfusion.net.measure import measure
from bitfusion.net.query import ask

MIB = 1 << 20
LIMIT = 6000 * MIB


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Two software GPUs with a limit."""
    with running.dispatcher(
        tmp_path_factory.mktemp("reports"), "--softgpu", "2", BF_GPU_DEVICE_MEMORY_LIMIT=str(LIMIT)
    ) as started:
        yield started


def tell(server: running.Dispatcher, what: str):
    return ask("127.0.0.1", server.port, what, trust=running.TRUST)


def test_stats_name_a_running_client_and_what_it_has(server, holder):
    before = tell(server, "stats")
    assert (before["kind"], before["release"], before["port"], before["lease"]) == (
        "dispatcher",
        __version__,
        server.port,
        None,
    )
    assert before["pid"] == server.process.pid and before["clients"] == [] and before["clients_now"] == 0
    with holding(holder, 100, server.port) as program:
        stats = tell(server, "stats")
        (client,) = stats["clients"]
        assert (client["program"], client["pid"], client["host"]) == ("holder", program.pid, socket.gethostname())
        user = os.environ.get("LOGNAME") or os.environ.get("USER") or f"#{os.geteuid()}"
        assert (client["user"], client["address"]) == (user, "127.0.0.1")
        assert abs(client["since_unix_s"] - time.time()) < 10 * PATIENCE_S
        assert client["memory"] == [100 * MIB, 0]
        assert [device["memory_used"] for device in stats["devices"]] == [100 * MIB, 0]
        assert [device["memory_total"] for device in stats["devices"]] == [LIMIT, LIMIT]
        assert stats["starts"] >= 1 and stats["starts_s"] > 0 and stats["waits"] == before["waits"] + 1
        # The counts are written about once a second, while the session runs.
        assert eventually(lambda: tell(server, "stats")["clients"][0]["asks"] >= 1)
        assert tell(server, "stats")["clients"][0]["bytes_in"] > 0
    ended = eventually(lambda: (found := tell(server, "stats"))["clients_now"] == 0 and found)
    assert ended["clients_total"] == before["clients_total"] + 1
    assert ended["calls"] > before["calls"] and ended["bytes_in"] > before["bytes_in"]
    assert [device["memory_used"] for device in ended["devices"]] == [0, 0]


@pytest.mark.parametrize(
    ("name", "shown", "names", "user"),
    [
        (b"train\xff", "train?", {"LOGNAME": "an\udcffna", "USER": "ben"}, "an?na"),
        (b"t" * 2000, "t" * 128, {"LOGNAME": "", "USER": "ben"}, "ben"),
        (b"a/\x1b[2J\xc3\xa9", "?[2J\xe9", {"LOGNAME": "", "USER": ""}, f"#{os.geteuid()}"),
    ],
)
def test_program_started_under_any_name_is_served_and_shown(server, holder, name, shown, names, user):
    # Other words of its command line, which may be secrets, are nowhere.
    environment = running.remote(server.port, **names)
    words = [name, b"1", b"--password=secret"]
    with subprocess.Popen(words, 0, holder, subprocess.PIPE, subprocess.PIPE, env=environment) as program:
        assert program.stdout.readline() == b"held\n"
        stats = tell(server, "stats")
        program.stdin.close()
        assert program.wait(PATIENCE_S) == 0
    (client,) = [each for each in stats["clients"] if each["pid"] == program.pid]
    assert (client["program"], client["user"]) == (shown, user) and "secret" not in str(stats)


def test_smi_shows_the_clients_view(server, holder):
    with holding(holder, 64, server.port) as program:
        smi = tell(server, "smi")
    first, second = smi["gpus"]
    assert (first["memory_total"], first["memory_used"], second["memory_used"]) == (LIMIT, 64 * MIB, 0)
    (process,) = first["processes"]
    assert process == {"pid": program.pid, "name": "holder", "host": socket.gethostname(), "memory": 64 * MIB}
    assert second["processes"] == [] and first["uuid"].startswith("GPU-") and first["uuid"] != second["uuid"]
    assert (first["index"], second["index"]) == (0, 1) and first["bus_id"]


def test_health_has_named_checks_none_of_which_fails_on_software_gpus(server):
    answer = tell(server, "health")
    checks = {check["name"]: check for check in answer["checks"]}
    assert {"driver", "gpus", "compute mode", "gpu memory", "data ports", "open files", "mtu", "software GPU"} <= set(
        checks
    )
    assert not [check for check in checks.values() if check["status"] == "FAIL"], checks
    assert answer["release"] == __version__ and checks["gpus"]["detail"] == "2 GPUs"


def test_measurement_gives_all_numbers_and_reports_its_progress(server):
    place = tell(server, "net_perf")
    seen = []
    progress = lambda what, done: seen.append((what, done))
    network = measure("127.0.0.1", place["port"], place["token"], progress, running.TRUST)
    assert 0 < network.latency_p50_s <= network.latency_p99_s < 1
    assert network.up_bits_s > 1e6 and network.down_bits_s > 1e6
    assert list(dict.fromkeys(what for what, done in seen if done == 1.0)) == ["latency", "up", "down"]
    assert all(0 <= done <= 1 for _, done in seen)


def test_measuring_process_takes_nobody_without_its_token_and_then_its_client(server):
    place = tell(server, "net_perf")
    with pytest.raises(ConnectionLost, match=str(place["port"])):
        measure("127.0.0.1", place["port"], "00" * 16, trust=running.TRUST)
    assert measure("127.0.0.1", place["port"], place["token"], trust=running.TRUST).up_bits_s > 0


def test_measuring_process_serves_its_client_beside_peers_that_say_little_or_nothing(server):
    place = tell(server, "net_perf")
    with contextlib.ExitStack() as held:
        for number in range(2 * PERF_VISITORS_MAX):
            peer = held.enter_context(socket.create_connection(("127.0.0.1", place["port"]), PATIENCE_S))
            peer.sendall(b"\x16"[: number % 2])  # the beginning of anything, or nothing
        assert measure("127.0.0.1", place["port"], place["token"], trust=running.TRUST).up_bits_s > 0


def test_measuring_process_is_gone_after_its_client(server):
    place = tell(server, "net_perf")
    measure("127.0.0.1", place["port"], place["token"], trust=running.TRUST)
    # With TLS it may be gone within the handshake.
    with pytest.raises((ConnectionLost, Refused)):
        measure("127.0.0.1", place["port"], place["token"], trust=running.TRUST)


def test_more_measurements_than_allowed_are_refused_and_room_comes_back(server):
    places: list[dict] = []
    with pytest.raises(Refused, match="measurements are running"):
        # On a busy machine the first may have given its client up before the last has begun.
        while len(places) < 10 * PERF_PROCESSES_MAX:
            places.append(tell(server, "net_perf"))
    assert len(places) >= PERF_PROCESSES_MAX
    for place in places:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", place["port"]), PATIENCE_S) as connection,
        ):
            connection.sendall(bytes.fromhex(place["token"]))

    def starts():
        try:
            return tell(server, "net_perf")
        except Refused:
            return None

    assert eventually(starts)


def test_unknown_topic_is_refused_with_those_that_are_known(server):
    with pytest.raises(Refused, match=f"127.0.0.1:{server.port}.*weather.*stats, smi, health, net_perf"):
        tell(server, "weather")


def test_queries_do_not_keep_clients_from_their_sessions(server, gpus):
    stop = threading.Event()

    def ask_on():
        while not stop.is_set():
            tell(server, "stats")

    asking = threading.Thread(target=ask_on)
    asking.start()
    try:
        assert running.run([gpus], running.remote(server.port)).code == 0
    finally:
        stop.set()
        asking.join(PATIENCE_S)


def test_nobody_there_names_the_address():
    port = running.free_port()
    with pytest.raises(Refused, match=f"127.0.0.1:{port}.*refused.*flexdirect server"):
        ask("127.0.0.1", port, "stats")


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (b"", ConnectionLost, "older release, or no Dispatcher"),
        (b"HTTP/1.0 400 Bad Request\r\n\r\n", RemoteProtocolError, "speaks HTTP.*resource scheduler"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", RemoteProtocolError, "is not a Dispatcher"),
        (
            bytes.fromhex("010000000a0000000000000000000000") + b"\x07",
            RemoteProtocolError,
            "answer that cannot be read",
        ),
        (bytes.fromhex("00000000070000000000000000000000"), RemoteProtocolError, "HEARTBEAT"),
    ],
)
def test_peer_of_another_kind_is_named_as_such(answer, error, words):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def serve():
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        with pytest.raises(error, match=f"127.0.0.1:{port}.*{words}"):
            ask("127.0.0.1", port, "stats")


def test_dispatcher_whose_monitor_was_killed_starts_another(server):
    tell(server, "smi")
    (monitor,) = [pid for pid in children(server.process.pid) if b"--monitor" in command_of(pid)]
    os.kill(monitor, 9)
    assert tell(server, "smi")["gpus"][0]["memory_total"] == LIMIT
    assert eventually(
        lambda: tell(server, "smi") and any(b"--monitor" in command_of(pid) for pid in children(server.process.pid))
    )


def command_of(pid: int) -> bytes:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read()
    except OSError:
        return b""
