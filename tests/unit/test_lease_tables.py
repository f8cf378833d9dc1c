"""The tables of leases and of those who wait: who, what, since when, within 80 columns."""

from __future__ import annotations

import re
import time

import pytest

from bitfusion.cli import lease_tables
from bitfusion.cli.units import moment_text

CLIENT = {"host": "node7", "user": "anna", "program": "train", "pid": 4711, "address": "10.0.0.7"}
SHARES = [{"index": 0, "memory_mib": 16255}, {"index": 3, "memory_mib": 16255}]
LEASE = {"state": "active", "shares": SHARES, "held_s": 3600.0, "client": CLIENT}
WAITS = {"position": 0, "client": CLIENT, "waited_s": 60.0}


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_lease_is_a_row_that_names_its_client_and_its_time(capsys):
    before = moment_text(time.time() - 3600)
    lease_tables.show_leases("SERVER", [(0, LEASE), (1, {**LEASE, "shares": SHARES[:1]})])
    _, title, heading, first, second = rows(capsys.readouterr().out)
    assert title == ["Leases:"]
    assert heading == ["SERVER", "GPUS", "MEMORY", "USER", "HOST", "PROGRAM", "PID", "SINCE"]
    assert first[:7] == ["0", "0,3", "16255MiB", "anna", "node7", "train", "4711"]
    assert second[:3] == ["1", "0", "16255MiB"]
    assert " ".join(first[7:]) in (before, moment_text(time.time() - 3600))


def test_lease_that_ends_says_so_and_what_an_older_scheduler_does_not_tell_is_a_dash(capsys):
    nobody = {"host": "", "user": "", "program": "", "pid": 1, "address": "10.0.0.7"}
    old = {**LEASE, "client": {key: CLIENT[key] for key in ("host", "user", "program", "pid")}}
    del old["held_s"]
    lease_tables.show_leases("SERVER", [(0, {**LEASE, "state": "ending"}), (0, old), (0, {**LEASE, "client": nobody})])
    *_, ending, older, unnamed = rows(capsys.readouterr().out)
    assert ending[-1] == "ending" and older[-1] == "-"
    assert unnamed[3:7] == ["-", "10.0.0.7", "-", "1"]


@pytest.mark.parametrize(
    ("size", "wants"),
    [((None, None), "2"), ((1.0, None), "2"), ((0.5, None), "2x0.5"), ((None, 4096), "2x4096MiB")],
)
def test_who_waits_is_shown_with_place_and_wish(capsys, size, wants):
    demand = {"gpus": 2, "fraction": size[0], "memory_mib": size[1]}
    lease_tables.show_queue("SERVER", [(1, {**WAITS, "demand": demand})])
    _, title, heading, row = rows(capsys.readouterr().out)
    assert title == ["Waiting:"] and heading[:3] == ["SERVER", "PLACE", "WANTS"]
    assert row[:7] == ["1", "1", wants, "anna", "node7", "train", "4711"]


def test_nothing_is_shown_if_nobody_holds_or_waits(capsys):
    lease_tables.show_leases("SERVER", [])
    lease_tables.show_queue("SERVER", [])
    assert capsys.readouterr().out == ""


def test_table_on_a_terminal_of_80_columns_keeps_numbers_and_times_whole(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    long = {**CLIENT, "user": "annabella.longname@example.org", "host": "node7.rack12.cluster.example.org"}
    lease_tables.show_leases("SERVER", [(0, {**LEASE, "client": {**long, "pid": 4194303}})])
    text = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert max(map(len, text.splitlines())) <= 80, text
    assert "4194303" in text and "16255MiB" in text and re.search(r"[A-Z][a-z]{2} \d\d \d\d:\d\d", text)
