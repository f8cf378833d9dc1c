"""The command line: names and aliases, help, exit codes, errors."""

from __future__ import annotations

import re
import subprocess
import sys

import click
import pytest
from patience import PATIENCE_S

from bitfusion import __version__
from bitfusion.cli import command_table, main

LAUNCHERS = {"client", "run", "local"}
WITHOUT_REPORT = LAUNCHERS | {"help", "path", "server", "resource_scheduler", "release_gpus"}


def test_every_entry_of_the_table_is_a_command_of_that_name():
    assert len(command_table.COMMANDS) == 24
    for entry in command_table.COMMANDS:
        found = main.application.get_command(click.Context(main.application), entry.name)
        assert found.name == entry.name
        assert entry.alias == "" or command_table.find(entry.alias) is entry


def test_every_command_with_a_report_has_json():
    for name in {entry.name for entry in command_table.COMMANDS} - WITHOUT_REPORT:
        found = main.application.get_command(click.Context(main.application), name)
        assert "--json" in {option for parameter in found.params for option in parameter.opts}, name


@pytest.mark.parametrize("words", [(), ("help",), ("h",), ("--help",)])
def test_help_lists_the_commands(cli, words):
    done = cli(*words)
    assert done.code == 0 and done.errors == ""
    for line in ("client, c ", "server, s ", "version, v ", "help, h ", "local ", "path "):
        assert f"   {line}" in done.output
    assert "Client Commands:" in done.output and "Server Commands:" in done.output


@pytest.mark.parametrize("words", [("help", "client"), ("h", "c"), ("client", "--help"), ("c", "-h")])
def test_help_of_one_command(cli, words):
    done = cli(*words)
    assert done.code == 0 and "-f FILE" in done.output and "-l LIST" in done.output


@pytest.mark.parametrize("word", ["version", "v"])
def test_version_is_the_release(cli, word):
    done = cli(word)
    assert done.code == 0 and re.fullmatch(
        rf"bitfusion {re.escape(__version__)}(-[0-9a-f]{{8}})?", done.output.splitlines()[0]
    )


def test_the_option_version_says_the_same(cli):
    assert cli("--version").output == cli("version").output.splitlines(keepends=True)[0]


def test_the_package_is_a_program():
    done = subprocess.run(
        [sys.executable, "-m", "bitfusion", "--version"], capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert done.returncode == 0 and done.stdout.startswith(f"bitfusion {__version__}")


@pytest.mark.parametrize(
    "words", [("V",), ("lh",), ("nonsense",), ("help", "nonsense"), ("C", "-l", "localhost", "true")]
)
def test_unknown_command_is_bad_usage_and_names_help(cli, words):
    done = cli(*words)
    assert done.code == 2 and done.output == ""
    assert done.complaint.startswith("Error: unknown command") and "help" in done.complaint


def test_local_without_a_driver_names_both_ways_out(cli):
    done = cli("local", "true")
    if done.code == 0:
        pytest.skip("this machine has a GPU")
    assert done.code == 1
    assert done.complaint.startswith("Error: ") and "--softgpu" in done.complaint and "client" in done.complaint


def test_local_with_a_share_but_without_a_driver_names_both_ways_out(cli):
    done = cli("local", "-p", "0.5", "true")
    if done.code == 0:
        pytest.skip("this machine has a GPU")
    assert done.code == 1
    assert done.complaint.startswith("Error: ") and "--softgpu" in done.complaint and "client" in done.complaint
