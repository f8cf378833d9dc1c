"""The store in SQLite: what write() kept survives a kill, half a turn never does, and a file that is not ours is left
alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys

import pytest
from patience import PATIENCE_S

from bitfusion.errors import StoreError
from bitfusion.scheduler import sqlite
from bitfusion.scheduler.model import Client, Demand, Lease, LeaseState, Order, Process, Share, Ticket
from bitfusion.scheduler.sqlite import SqliteStore
from bitfusion.scheduler.state import DropTicket, EndLease, ForgetLease, Mark, Past, PutLease, PutTicket, Snapshot

ORDER = Order(7, "7d444840-9dc0-41d1-b245-5ffdce74fad2")
TICKET = Ticket("t", ORDER, Demand(2, fraction=0.5, devices=(0, 3)), Client("h", "ü", "p", 1))
LEASE = Lease(
    "l",
    ORDER,
    TICKET.client,
    (Share(3, "GPU-3", "a GPU", 5, 10),),
    30.0,
    LeaseState.ACTIVE,
    Process(12, 99, 55001),
    expires_unix_s=1.7e9,
)

# Writes turns of two changes for ever and says after each that it is kept.
WRITER = """
import sys
from bitfusion.scheduler.sqlite import SqliteStore
from bitfusion.scheduler.state import EndLease, Mark
store = SqliteStore(sys.argv[1])
for number in range(1, 10**9):
    store.write([Mark(number), EndLease(str(number), float(number))])
    sys.stdout.write(f"{number}\\n")
    sys.stdout.flush()
"""


def test_everything_comes_back_from_a_reopened_file(tmp_path):
    store = SqliteStore(tmp_path / "state")
    assert store.load() == Snapshot()
    store.write([PutTicket(TICKET), PutLease(LEASE), EndLease("old", 5.0), Mark(7)])
    store.keep_fact("server", "uuid")
    store.close()
    again = SqliteStore(tmp_path / "state")
    assert again.load() == Snapshot((TICKET,), (LEASE,), {"old": 5.0}, 7)
    assert (again.fact("server"), again.fact("else")) == ("uuid", None)
    again.write([DropTicket("t"), EndLease("l", 6.0), ForgetLease("old"), Mark(8)])
    assert again.load() == Snapshot(gone={"l": 6.0}, mark_us=8)
    again.close()


def test_state_file_of_an_older_release_is_read(tmp_path):
    """It knows neither when a lease was granted, nor where a client asked from, nor how long leases were held."""
    store = SqliteStore(tmp_path / "state")
    store.write([PutTicket(TICKET), PutLease(LEASE)])
    store.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "state", isolation_level=None)) as file:
        for table, key in (("tickets", None), ("leases", "since_unix_s")):
            ((body,),) = file.execute(f"SELECT body FROM {table}")
            old = json.loads(body)
            old.pop(key, None)
            del old["client"]["address"]
            file.execute(f"UPDATE {table} SET body = ?", (json.dumps(old),))
    again = SqliteStore(tmp_path / "state")
    assert again.load() == Snapshot((TICKET,), (LEASE,))
    again.write([Past((1.5, 2.0))])
    assert again.load().past_s == (1.5, 2.0)
    again.close()


def test_the_file_is_for_its_owner_alone(tmp_path):
    store = SqliteStore(tmp_path / "state")
    store.write([Mark(1)])
    assert {os.stat(tmp_path / name).st_mode & 0o777 for name in os.listdir(tmp_path)} == {0o600}
    store.close()


def test_a_killed_writer_has_kept_every_turn_it_was_told_of_and_no_half_one(tmp_path):
    path = tmp_path / "state"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    try:
        for line in writer.stdout:
            if int(line) >= 200:
                break
    finally:
        writer.send_signal(signal.SIGKILL)
    told = [200, *map(int, writer.stdout.read().split())]
    writer.wait(timeout=PATIENCE_S)
    store = SqliteStore(path)
    kept = store.load()
    store.close()
    assert kept.mark_us in (told[-1], told[-1] + 1)
    assert set(kept.gone) == {str(number) for number in range(1, kept.mark_us + 1)}


def test_a_turn_that_cannot_be_kept_leaves_the_store_as_it_was(tmp_path):
    store = SqliteStore(tmp_path / "state")
    store.write([PutTicket(TICKET), Mark(1)])
    before = store.load()
    (pages,) = store._db.execute("PRAGMA page_count").fetchone()
    store._db.execute(f"PRAGMA max_page_count = {pages}")  # the disk is full
    with pytest.raises(StoreError) as caught:
        store.write([Mark(2), *(EndLease(f"{number:0500}", 1.0) for number in range(100))])
    assert str(tmp_path / "state") in caught.value.detail and "full" in caught.value.detail
    assert store.load() == before
    store._db.execute("PRAGMA max_page_count = 1000000")
    store.write([Mark(3)])
    assert store.load().mark_us == 3
    store.close()


def test_a_second_scheduler_does_not_get_the_file_until_the_first_has_let_go(tmp_path):
    first = SqliteStore(tmp_path / "state")
    with pytest.raises(StoreError, match="another resource scheduler has it open"):
        SqliteStore(tmp_path / "state")
    first.close()
    SqliteStore(tmp_path / "state").close()


def test_a_file_of_a_newer_release_is_refused_and_left_alone(tmp_path, monkeypatch):
    path = tmp_path / "state"
    with monkeypatch.context() as patched:
        patched.setattr(sqlite, "FORMAT", sqlite.FORMAT + 1)
        SqliteStore(path).close()
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        SqliteStore(path)
    assert "newer release" in caught.value.detail and str(path) in caught.value.detail and caught.value.hint
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused(tmp_path):
    path = tmp_path / "state"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE cookies (a)")
    other.close()
    with pytest.raises(StoreError, match="another program"):
        SqliteStore(path)


@pytest.mark.parametrize("content", [b"servers:\n- addresses: []\n" * 100, os.urandom(4096)])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "state"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="not what a resource scheduler wrote"):
        SqliteStore(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("body", ["nothing", "{}", '{"id": "l", "order": [1, 2]}', "[]"])
def test_a_row_that_cannot_be_read_is_named_an_error_of_the_file(tmp_path, body):
    store = SqliteStore(tmp_path / "state")
    store._db.execute("INSERT INTO leases VALUES ('l', ?)", (body,))
    with pytest.raises(StoreError, match="not what a resource scheduler wrote"):
        store.load()
    store.close()


def test_a_place_that_is_no_file_is_named(tmp_path):
    for path in (tmp_path / "absent" / "state", tmp_path):
        with pytest.raises(StoreError) as caught:
            SqliteStore(path)
        assert str(path) in caught.value.detail
