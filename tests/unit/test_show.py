"""What commands show: plain tables line up, JSON is one document, progress goes to stderr with the local offset."""

from __future__ import annotations

import json
import re

import pytest

from bitfusion.cli import show


def test_a_plain_table_lines_up_and_numbers_stand_at_the_right(capsys):
    show.table(["host", "calls"], [["a.example", 7], ["[b]", 12345]])
    assert capsys.readouterr().out == "host       calls\na.example      7\n[b]        12345\n"


def test_a_plain_table_shows_what_is_missing_as_a_dash_and_has_no_colour(capsys):
    show.table(["name", "used"], [["gpu", None]])
    assert capsys.readouterr().out == "name  used\ngpu   -\n"


def test_a_table_without_rows_is_its_heading(capsys):
    show.table(["name", "used"], [])
    assert capsys.readouterr().out == "name  used\n"


def test_a_table_on_a_terminal_shows_brackets_as_they_are(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    show.table(["name"], [["[bold]x[/bold]"]])
    assert "[bold]x[/bold]" in capsys.readouterr().out


def test_json_is_one_document_with_keys_in_order(capsys):
    show.emit_json({"b": 1, "a": ["ü"]})
    text = capsys.readouterr().out
    assert json.loads(text) == {"b": 1, "a": ["ü"]}
    assert text.index('"b"') < text.index('"a"') and "ü" in text


def test_json_refuses_what_no_reader_takes():
    with pytest.raises(ValueError, match="JSON compliant"):
        show.emit_json({"a": float("nan")})


def test_progress_goes_to_stderr_with_level_and_local_offset(capsys):
    show.progress_line("INFO", "Locked 1 GPU")
    shown = capsys.readouterr()
    assert shown.out == ""
    assert re.fullmatch(r"\[INFO\] \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d Locked 1 GPU\n", shown.err)


@pytest.mark.parametrize("terminal", [False, True])
def test_a_name_that_a_client_chose_cannot_drive_the_terminal(capsys, monkeypatch, terminal):
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    show.table(["program"], [["\x1b]0;title\x07a\r\ud800\u202eb"]])
    show.progress_line("WARN", "left out: \x1b[2J")
    seen = capsys.readouterr()
    assert "?]0;title?a???b" in seen.out and "left out: ?[2J" in seen.err
    assert not any(harm in seen.out + seen.err for harm in ("\x1b]", "\x1b[2J", "\x07", "\r", "\u202e"))
