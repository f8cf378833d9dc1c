"""Help: the page in the paper's form, one consistent page for each command, hints for commands that do not exist."""

from __future__ import annotations

import re
import shlex
import sys

import click
import pytest
import snapshots

from bitfusion.cli import command_table, invocation, main, pages

PAPER = """\
init, i             Initialize configuration. Requires root privileges.
version, v          Display full FlexDirect version.
localhealth, LH     Run health check on current node only.
upgrade, U          Upgrade version. Requires root privileges.
uninstall           Uninstall FlexDirect. Requires root privileges.
dealloc             Deallocate license certificate. Requires root privileges.
license             Check license status.
list_gpus           List the available GPUs in a shared pool.
help, h             Shows a list of commands or help for one command.
client, c           Run application.
health, H           Run health check on all specified servers and current node.
request_gpus        Request GPUs from a shared pool.
release_gpus        Release GPUs back into a shared pool. Options must match a previous request_gpus command.
run                 Request GPUs from a shared pool, run a client command, then release the GPUs.
stats               Gather stats from all servers.
smi                 Display smi-like info for all servers.
local               Run a CUDA application locally.
net_perf            Gather network performance data from all SRS servers.
server, s           Run server.
resource_scheduler  Run FlexDirect resource scheduler (SRS) on GPU server
""".splitlines()
NAMES = [entry.name for entry in command_table.COMMANDS]
SECTIONS = ["NAME:", "USAGE:", "DESCRIPTION:", "OPTIONS:", "EXIT CODES:", "EXAMPLES:"]


def test_the_page_has_the_papers_lines_in_the_papers_order(cli):
    lines = cli("help", COLUMNS="130").output.splitlines()
    at = [lines.index(f"   {line}") for line in PAPER]
    assert at == sorted(at)
    assert (
        lines.index("COMMANDS:") < at[0]
        and lines.index("  Client Commands:") < lines.index("  Server Commands:") < at[-2]
    )
    assert [line for line in lines if line and not line.startswith(" ")] == [
        "NAME:",
        "USAGE:",
        "COMMANDS:",
        "EXAMPLES:",
    ]


def test_the_page_names_the_program_as_it_was_called(flexdirect):
    text = flexdirect("help").output
    assert "   flexdirect - Run application" in text and "$ flexdirect server" in text and "bitfusion " not in text


def test_behind_sudo_the_program_is_named_by_its_place(flexdirect, program_words):
    """sudo looks in a path of its own, where no virtual environment is."""
    place = program_words("flexdirect")[1]
    for words in (["help"], ["help", "init"]):
        assert f"   $ sudo {place} init\n" in flexdirect(*words).output


@pytest.mark.parametrize(
    ("started", "shown"),
    [
        ("/usr/bin/flexdirect", "sudo flexdirect init"),
        ("/opt/my tools/bin/flexdirect", "sudo '/opt/my tools/bin/flexdirect' init"),
        ("/usr/local/bin/bitfusion", "sudo /usr/local/bin/bitfusion init"),
        ("-c", f"sudo {sys.executable} -m bitfusion init"),
    ],
)
def test_what_sudo_finds_by_itself_is_named_by_its_name(monkeypatch, started, shown):
    monkeypatch.setattr("sys.argv", [started])
    assert invocation.command_line("sudo init") == shown


def test_a_program_that_was_started_by_a_relative_path_is_named_by_the_whole(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["bin/flexdirect"])
    assert invocation.command_line("sudo init") == f"sudo {tmp_path}/bin/flexdirect init"
    assert invocation.command_line("server -p 1") == "flexdirect server -p 1"


@pytest.mark.parametrize(("columns", "most"), [("", 80), ("60", 60), ("80", 80)])
@pytest.mark.parametrize("words", [["help"], *(["help", name] for name in ("release_gpus", "run", "init"))])
def test_text_fits_the_terminal_or_80_columns_and_is_indented(cli_inside, monkeypatch, columns, most, words):
    monkeypatch.setenv("COLUMNS", columns)
    _, text = cli_inside(*words)
    commands = "   $ "  # nobody could copy one that is folded
    lines = [line for line in text.splitlines() if not line.startswith(commands) and "/" not in line]
    assert max(map(len, lines)) <= most
    assert all(line.startswith("   ") or line.isupper() or line.endswith("Commands:") for line in lines if line)


def test_the_page_names_documents_that_exist(cli):
    lines = cli("help").output.splitlines()
    path = lines[next(at for at, line in enumerate(lines) if "please read" in line) + 1].strip()
    with open(path, encoding="utf-8") as documents:
        assert documents.readline().startswith("# The documents")


def test_there_are_sixteen_examples(cli):
    text = cli("help", COLUMNS="200").output.partition("EXAMPLES:")[2]
    assert len(re.findall(r"^   \$ ", text, re.M)) == len(re.findall(r"^   # ", text, re.M)) == 16


@pytest.mark.parametrize("name", NAMES)
def test_help_of_each_command_reads_as_its_snapshot(name, cli_inside, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    code, text = cli_inside("help", name)
    assert code == 0
    snapshots.compare(f"help/{name}", text)


@pytest.mark.parametrize("name", NAMES)
def test_help_of_each_command_has_one_form(name, cli_inside):
    code, text = cli_inside("help", name)
    assert code == 0
    entry = command_table.find(name)
    assert [line for line in text.splitlines() if line and not line.startswith(" ")] == SECTIONS
    assert " ".join(text.split()).startswith(
        f"NAME: bitfusion {entry.names} - {entry.summary} USAGE: bitfusion {name} [options]"
    )
    assert max(map(len, text.splitlines())) <= 130
    for other in (["help", entry.alias], [entry.alias or name, "--help"], [name, "-h"]):
        assert other == ["help", ""] or cli_inside(*other) == (0, text)


@pytest.mark.parametrize("name", NAMES)
def test_examples_in_help_are_accepted_by_the_commands_own_parser(name):
    lines = [line for _, line in pages.PAGES[name].examples]
    lines += [line for _, line in command_table.EXAMPLES if line.removeprefix("sudo ").split()[0] == name]
    assert lines
    for line in lines:
        first, *words = shlex.split(line.removeprefix("sudo ").replace("<", "").replace(">", ""))
        assert first == name
        command = main.application.get_command(click.Context(main.application), name)
        with command.make_context(name, words) as ctx:
            assert not ctx.args


@pytest.mark.parametrize("name", NAMES)
def test_every_option_of_a_command_is_explained(name):
    command = main.application.get_command(click.Context(main.application), name)
    silent = [option.opts for option in command.params if isinstance(option, click.Option) and not option.help]
    assert silent == []


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("clint", "did you mean 'client'?"),
        ("V", "did you mean 'version'?"),
        ("net-perf", "did you mean 'net_perf'?"),
        ("list", "did you mean 'list_gpus'?"),
        ("re", "did you mean 'request_gpus' or 'release_gpus' or 'resource_scheduler'?"),
        ("xyzzy", "help' lists the commands"),
        ("", "help' lists the commands"),
    ],
)
def test_an_unknown_command_is_answered_with_what_may_be_meant(word, hint, cli):
    for words in ([word], ["help", word]):
        done = cli(*words)
        assert done.code == 2 and done.output == ""
        assert done.complaint.startswith(f"Error: unknown command {word!r}; ") and hint in done.complaint
