"""Shell completion: both names of the program, commands, aliases and options, without importing what is not needed."""

from __future__ import annotations

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
        for name in ("main", "command_table", "completion", "listing", "page", "pages", "streams")
    }
