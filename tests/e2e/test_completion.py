"""Shell completion: both names of the program, commands, aliases and options, without importing what is not needed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess

import pytest
import running
from patience import PATIENCE_S

HEAVY = ("rich", "aiohttp", "asyncio", "yaml", "structlog", "uvloop", "cuda", "msgpack")


@pytest.fixture
def complete(program_words):
    """Words as typed, the last one incomplete -> [(kind, value)] as bash gets it."""

    def call(program: str, *words: str) -> list[tuple[str, str]]:
        environment = running.clean_environment(
            **{
                f"_{program.upper()}_COMPLETE": "bash_complete",
                "COMP_WORDS": " ".join([program, *words]),
                "COMP_CWORD": str(len(words)),
            }
        )
        done = subprocess.run(
            program_words(program), env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=True
        )
        assert done.stderr == ""
        return [tuple(line.split(",", 1)) for line in done.stdout.splitlines() if line]

    return call


@pytest.mark.parametrize("program", ["flexdirect", "bitfusion"])
def test_a_commands_beginning_is_completed(program, complete):
    assert complete(program, "cl") == [("plain", "client")]


def test_an_alias_is_a_command(complete):
    assert complete("flexdirect", "LH") == [("plain", "LH")]
    assert complete("flexdirect", "s") == [("plain", "s"), ("plain", "stats"), ("plain", "smi"), ("plain", "server")]


def test_help_completes_commands(complete):
    assert complete("bitfusion", "help", "uni") == [("plain", "uninstall")]


@pytest.mark.parametrize("name", ["client", "c"])
def test_options_of_a_command_are_completed(name, complete):
    assert {("plain", "-l"), ("plain", "-f"), ("plain", "--help")} <= set(complete("flexdirect", name, "-"))


def test_the_application_is_completed_as_a_file(complete):
    assert complete("flexdirect", "client", "-l", "host", "./a") == [("file", "./a")]


def test_after_an_unknown_command_nothing_is_offered_and_nothing_said(complete):
    assert complete("flexdirect", "nonsense", "a") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize("program", ["flexdirect", "bitfusion"])
def test_the_script_for_a_shell_is_printed(program, shell, program_words):
    environment = running.clean_environment(**{f"_{program.upper()}_COMPLETE": f"{shell}_source"})
    done = subprocess.run(
        program_words(program), env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=True
    )
    assert f"_{program.upper()}_COMPLETE={shell}_complete" in done.stdout
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=done.stdout, text=True, timeout=PATIENCE_S, check=True)


def test_bash_itself_completes_after_loading_the_script(program_words):
    directory = os.path.dirname(program_words("flexdirect")[1])
    script = (
        'eval "$(_FLEXDIRECT_COMPLETE=bash_source flexdirect)"; complete -p flexdirect;'
        'COMP_WORDS=(flexdirect cl); COMP_CWORD=1; _flexdirect_completion flexdirect; echo "got ${COMPREPLY[*]}"'
    )
    environment = running.clean_environment(PATH=f"{directory}:{os.environ['PATH']}")
    done = subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=True
    )
    assert done.stdout.splitlines()[-1] == "got client", done


def test_completion_imports_nothing_heavy(program_words):
    environment = running.clean_environment(
        PYTHONPROFILEIMPORTTIME="1", _FLEXDIRECT_COMPLETE="bash_complete", COMP_WORDS="flexdirect re", COMP_CWORD="1"
    )
    done = subprocess.run(
        program_words("flexdirect"), env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=True
    )
    modules = set(re.findall(r"\| +([\w.]+)$", done.stderr, re.M))
    assert "bitfusion.cli.command_table" in modules
    assert not {module for module in modules if module.split(".")[0] in HEAVY}
    assert {module for module in modules if module.startswith("bitfusion.cli.")} <= {
        f"bitfusion.cli.{name}"
        for name in (
            "main",
            "command_table",
            "completion",
            "invocation",
            "listing",
            "page",
            "pages",
            "show",
            "streams",
        )
    }


# How a shell is started so that it reads what --install has written, and what it says of our completion.
LOADED = {
    "bash": ["bash", "-ic", "complete -p flexdirect bitfusion"],
    "zsh": ["zsh", "-ic", "print $_comps[flexdirect] $_comps[bitfusion]"],
    "fish": ["fish", "-c", "complete -C 'flexdirect cl'"],
}
TOLD = {"bash": "_flexdirect_completion", "zsh": "_flexdirect_completion", "fish": "client"}


@pytest.mark.parametrize("shell", LOADED)
def test_an_installed_completion_is_there_in_the_next_shell(shell, flexdirect, home, program_words):
    if not shutil.which(shell):
        pytest.skip(f"needs {shell}")
    done = flexdirect("completion", "--install", shell)
    assert (done.code, done.errors) == (0, ""), done
    directory = os.path.dirname(program_words("flexdirect")[1])
    environment = running.clean_environment(HOME=str(home), PATH=f"{directory}:{os.environ['PATH']}")
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "ZDOTDIR"):
        environment.pop(name, None)
    told = subprocess.run(
        LOADED[shell], env=environment, capture_output=True, text=True, timeout=PATIENCE_S, stdin=subprocess.DEVNULL
    )
    assert TOLD[shell] in told.stdout, told


@pytest.mark.parametrize("shell", LOADED)
def test_a_completion_is_installed_once_and_removed_without_a_trace(shell, flexdirect, home):
    start = home / f".{shell}rc"
    start.write_bytes(b"alias x='y'\nexport Z=\xff")  # no newline at its end, and not UTF-8
    start.chmod(0o600)
    before = files(home)
    first, second = (json.loads(flexdirect("completion", shell, "--install", "--json").output) for _ in range(2))
    assert {item["state"] for item in first} <= {"made", "updated"}
    assert {item["state"] for item in second} == {"kept"}
    assert {item["path"] for item in first} == {
        str(path) for path, text in files(home).items() if before.get(path) != text
    }
    assert start.read_bytes().startswith(before[start]) and start.stat().st_mode & 0o777 == 0o600
    flexdirect("completion", shell, "--uninstall")
    after = files(home)
    assert after.pop(start).rstrip() == before.pop(start)
    assert after == before


def test_lines_that_somebody_has_edited_stay(flexdirect, home):
    flexdirect("completion", "bash", "--install")
    start = home / ".bashrc"
    edited = start.read_text().replace(": end", ": my end")
    start.write_text(edited)
    flexdirect("completion", "bash", "--uninstall")
    assert start.read_text() == edited


def test_the_users_own_shell_is_the_one_that_is_meant(flexdirect):
    assert flexdirect("completion", SHELL="/usr/bin/zsh").output == flexdirect("completion", "zsh").output
    for words in ({"SHELL": "/bin/tcsh"}, {"SHELL": ""}):
        done = flexdirect("completion", **words)
        assert (done.code, done.output) == (2, "")
        assert done.complaint.endswith("name a shell: bash, zsh, fish")


def files(home) -> dict:
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
