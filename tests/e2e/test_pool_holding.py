"""request_gpus, list_gpus, release_gpus: what is held, what the file says, and that nothing is held without a file."""

from __future__ import annotations

import getpass
import json
import re
import socket
import stat
from pathlib import Path

import pytest
import running
from patience import until
from pools import FREE, WHOLE, Background, holding, pool

from bitfusion.wording import counted


@pytest.fixture
def held(cli, two, tmp_path):
    """A file whose three GPUs are held, released in the end."""
    with holding(two, cli, tmp_path / "held.conf", 3) as path:
        yield path
    assert two.free(cli) == FREE


def tree(two, free, tasks) -> str:
    lines = []
    for number, address in enumerate(two.addresses):
        leader = " (leader) " if number == 0 else ""
        lines.append(f" - server {number}{leader} [{address}]: running {counted(tasks[number], 'task')}")
        lines += [
            f"   |- GPU [{index}]: free memory ({mib} / {WHOLE}MiB) bitfusion softgpu (7.5)"
            for index, mib in enumerate(free[number])
        ]
    return "\n".join(lines) + "\n"


def listed(cli, two) -> str:
    """What list_gpus shows above the leases."""
    shown, _, leases = cli("list_gpus", "-s", two.conf).output.partition("\nLeases:\n")
    assert leases
    return shown


def test_list_gpus_names_who_holds_gpus_and_who_waits(cli, two, home, held):
    user = getpass.getuser()
    for server in two.seen(cli):
        for lease in server["leases"]:
            client = lease["client"]
            assert (client["user"], client["host"], client["program"]) == (user, socket.gethostname(), "request_gpus")
            assert client["address"] == "127.0.0.1" and lease["held_s"] >= 0 and lease["since_unix_s"] > 1.7e9
    with Background(home, "run", "-s", two.conf, "-n", "2", "-p", "0.5", "--single-server", "--", "true") as run:
        run.heard("Waiting for 2 GPUs")
        shown = cli("list_gpus", "-s", two.conf).output
        _, leases, waiting = (part.splitlines() for part in re.split("\n(?:Leases|Waiting):\n", shown))
        assert [row.split()[3:6] for row in leases[1:] if row] == [[user, socket.gethostname(), "request_gpus"]] * 2
        assert [row.split()[:5] for row in waiting[1:]] == [
            [str(number), "1", "2x0.5", user, socket.gethostname()] for number in (0, 1)
        ]
        run.process.terminate()
        run.end()


def test_requested_gpus_serve_clients_until_they_are_released_and_list_gpus_tells_the_truth(cli, two, gpus, tmp_path):
    path = tmp_path / "adaptor.conf"
    assert cli("list_gpus", "-s", two.conf).output == tree(two, FREE, [0, 0])
    done = cli("request_gpus", "-s", two.conf, "-f", path, "-n", "4")
    assert done.code == 0 and done.output == ""
    assert f"Locked 4 GPUs with partial memory 1, configuration saved to '{path}'" in done.errors
    assert f"Server List: {two.server_list}\nClient idle timeout: none\n" in done.errors
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert listed(cli, two) == tree(two, [[0] * 2] * 2, [1, 1])
    for _ in range(2):
        client = cli("client", "-f", path, gpus)
        assert client.code == 0 and len(client.output.splitlines()) == 4, client.errors
    assert listed(cli, two) == tree(two, [[0] * 2] * 2, [1, 1])
    done = cli("release_gpus", "-f", path, "-n", "4", "-s", two.conf)
    assert done.code == 0 and done.output == "" and f"Releasing GPUs from config file '{path}'..." in done.errors
    assert f"Released GPUs on 2 servers and removed generated config file '{path}'" in done.errors
    assert not path.exists()
    assert cli("list_gpus", "-s", two.conf).output == tree(two, FREE, [0, 0])


def test_file_whose_gpus_are_held_is_not_overwritten(cli, two, held):
    text = held.read_text()
    done = cli("request_gpus", "-s", two.conf, "-f", held, "-n", "1")
    assert done.code == 1 and str(held) in done.complaint and "release_gpus" in done.complaint
    assert held.read_text() == text and sum(map(sum, two.free(cli))) == WHOLE


@pytest.mark.parametrize("content", ["127.0.0.1:55001\n", "# mine\n", ""])
def test_file_of_somebody_else_is_not_overwritten(cli, two, tmp_path, content):
    path = tmp_path / "adaptor.conf"
    path.write_text(content)
    done = cli("request_gpus", "-s", two.conf, "-f", path, "-n", "1")
    assert done.code == 2 and str(path) in done.complaint and path.read_text() == content
    assert two.free(cli) == FREE
    assert cli("release_gpus", "-f", path).code == 2 and path.read_text() == content


@pytest.mark.parametrize("name", ["none/adaptor.conf", "/proc/adaptor.conf", "."])
def test_file_that_cannot_be_written_is_known_before_gpus_are_held(cli, two, tmp_path, name):
    done = cli("request_gpus", "-s", two.conf, "-f", tmp_path / name, "-n", "1")
    assert (
        done.code == 2
        and name.rstrip(".") in done.complaint
        and "Locked" not in done.errors
        and "Choosing" not in done.errors
    )
    assert two.free(cli) == FREE


def test_too_few_free_gpus_are_75_and_leave_no_file(cli, two, held, tmp_path):
    directory = tmp_path / "empty"
    directory.mkdir()
    for words in (
        ("-n", "2"),
        ("-n", "2", "-p", "0.5"),
        ("-n", "1", "-m", "100", "--filter", f"server.addr={two.addresses[0]}"),
    ):
        done = cli("request_gpus", "-s", two.conf, "-f", directory / "other.conf", *words, "--timeout", "0")
        assert done.code == 75 and f"asked for {words[1]}" in done.complaint and "free" in done.complaint, done.errors
    assert list(directory.iterdir()) == []
    assert all(server["waiting"] == 0 for server in two.seen(cli))


def test_options_that_do_not_match_the_request_are_refused(cli, two, held, tmp_path):
    other = tmp_path / "other.conf"
    other.write_text(f"{two.addresses[0]}\n")
    for words in (("-n", "4"), ("-s", other)):
        done = cli("release_gpus", "-f", held, *words)
        assert done.code == 2 and str(words[1]) in done.complaint and held.exists()
    assert sum(map(sum, two.free(cli))) == WHOLE


def test_gpus_that_were_released_before_are_told_and_the_file_is_removed(cli, two, held, tmp_path):
    copy = tmp_path / "copy.conf"
    copy.write_text(held.read_text())
    assert cli("release_gpus", "-f", held).code == 0
    done = cli("release_gpus", "-f", copy)
    assert done.code == 1 and "released already" in done.complaint and not copy.exists()
    done = cli("release_gpus", "-f", copy)
    assert done.code == 2 and str(copy) in done.complaint


def test_file_whose_gpus_are_not_held_any_more_is_replaced(cli, two, held, tmp_path):
    copy = tmp_path / "copy.conf"
    copy.write_text(held.read_text())
    assert cli("release_gpus", "-f", held).code == 0
    done = cli("request_gpus", "-s", two.conf, "-f", copy, "-n", "1")
    assert done.code == 0 and "released before" in done.errors
    assert cli("release_gpus", "-f", copy).code == 0


def test_gpus_are_released_after_the_time_that_was_asked_for(cli, two, tmp_path):
    path = tmp_path / "adaptor.conf"
    done = cli(
        "request_gpus", "--server_list", two.server_list, "-f", path, "-n", "1", "--auto_release_timeout", "1.5s"
    )
    assert done.code == 0 and "Client idle timeout: 0.025 min" in done.errors
    until(lambda: two.free(cli) == FREE, "free again")
    done = cli("release_gpus", "-f", path)
    assert done.code == 1 and "released already" in done.complaint


def test_default_file_is_where_the_client_looks(cli, two, gpus, home):
    (home / ".bitfusionio").mkdir()
    (home / ".bitfusionio" / "servers.conf").write_text(two.conf.read_text())
    done = cli("request_gpus", "-n", "1", "-p", "0.25", "--json")
    answer = json.loads(done.output)
    assert answer["file"] == str(home / ".bitfusionio" / "adaptor.conf") and answer["gpus"] == 1
    (server,) = answer["servers"]
    assert server["address"] in two.addresses and server["gpus"][0]["memory_mib"] == WHOLE // 4
    assert "256 MiB seen" in cli("client", gpus).output
    assert cli("release_gpus").code == 0 and not Path(answer["file"]).exists()


def test_server_that_does_not_answer_keeps_its_gpus_in_the_file(cli, tmp_path):
    with pool(tmp_path) as two:
        path = tmp_path / "adaptor.conf"
        assert cli("request_gpus", "-s", two.conf, "-f", path, "-n", "4").code == 0
        two.schedulers[1].kill()
        done = cli("release_gpus", "-f", path)
        assert done.code == 1 and two.addresses[1] in done.complaint and "still held" in done.complaint
        kept = [line for line in path.read_text().splitlines() if not line.startswith("#")]
        assert len(kept) == 1 and f"srs {two.addresses[1]} " in kept[0]
        with two.restarted(1):
            assert two.free(cli) == [[WHOLE] * 2, [0] * 2]
            done = cli("release_gpus", "-f", path)
            assert done.code == 0 and "Released GPUs on 1 server and" in done.errors and not path.exists()
            assert two.free(cli) == FREE


def test_silent_server_is_told_and_left_out(cli, two, tmp_path):
    done = cli("list_gpus", "--server_list", f"127.0.0.1:1;{two.addresses[0]}")
    assert done.code == 0 and "[WARN]" in done.errors and "127.0.0.1:1" in done.errors
    lines = done.output.splitlines()
    assert lines[0] == " - server 0 [127.0.0.1:1]: does not answer"
    assert lines[1] == f" - server 1 (leader)  [{two.addresses[0]}]: running 0 tasks"


def test_pool_of_which_nobody_answers_is_named(cli, tmp_path):
    for words in (("list_gpus",), ("request_gpus", "-n", "1", "-f", tmp_path / "a.conf"), ("run", "-n", "1", "true")):
        done = cli(words[0], "--server_list", "127.0.0.1:1;127.0.0.1:2", *words[1:])
        assert (
            done.code == 1 and "none of the servers responded correctly to client id claim requests." in done.complaint
        )
        assert "127.0.0.1:1, 127.0.0.1:2" in done.complaint


def test_one_server_by_two_names_counts_once(cli, two):
    done = cli(
        "list_gpus", "--server_list", f"{two.addresses[0]};{running.SCHEME}localhost:{two.schedulers[0].port}", "--json"
    )
    assert len(json.loads(done.output)["servers"]) == 1 and "[WARN]" in done.errors


def test_file_of_released_gpus_does_not_lead_to_those_of_the_next_one(cli, two, gpus, tmp_path):
    mine, stale, others = (tmp_path / name for name in ("mine.conf", "stale.conf", "others.conf"))
    server = ("-s", two.conf, "-n", "1", "--filter", f"server.addr={two.addresses[0]}")
    assert cli("request_gpus", "-f", mine, *server).code == 0
    stale.write_bytes(mine.read_bytes())
    lease = re.search(r"# lease (\S+)", mine.read_text())[1]
    assert cli("client", "-f", stale, gpus).code == 0
    assert cli("release_gpus", "-f", mine).code == 0
    done = cli("client", "-f", stale, gpus)
    assert done.code and "if its GPUs have been released" in done.errors and "request them again" in done.errors
    assert cli("request_gpus", "-f", others, *server).code == 0
    port = re.search(r":(\d+) ", others.read_text())[1]
    stale.write_text(re.sub(r":\d+ ", f":{port} ", stale.read_text(), count=1))
    done = cli("client", "-f", stale, gpus)
    assert done.code and "805" in done.output and f"the GPUs of lease {lease} have been released" in done.errors
    assert cli("client", "-f", others, gpus).code == 0
    assert cli("release_gpus", "-f", others).code == 0
