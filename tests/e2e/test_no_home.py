"""A user without a home, and whom no list of users knows, with an installation of root: batch jobs, containers.

Such a user may not be able to read the Python that runs the tests. So one process of root imports everything, and
becomes that user in a child for each command.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import running
from patience import PATIENCE_S

from bitfusion import native

STRANGER = 64999  # a user id that stands in no passwd
HOMES = {"unset": None, "nowhere": "/nonexistent", "root": "/"}
# Command -> exit code, None for any, and what is on stdout or stderr.
COMMANDS = {
    "help": (0, "COMMANDS:"),
    "version": (0, "bitfusion "),
    "path shim": (0, "{tmp}/bitfusion-64999/"),
    "path softgpu": (0, "{tmp}/bitfusion-64999/"),
    "client -l 127.0.0.1:1 -- sh -c 'echo $LD_PRELOAD'": (0, "{tmp}/bitfusion-64999/"),
    "client true": (2, "no server named: "),
    "local --softgpu 1 -- true": (0, ""),
    "localhealth": (None, "This node"),
    "list_gpus": (2, "no resource scheduler named: "),
    "stats": (2, "no resource scheduler named: "),
    "request_gpus -n 1 --server_list 127.0.0.1:1": (None, "name a file with -f"),
    "release_gpus": (2, " -f"),
    "crashreport -o {tmp}/{home}.tar.gz": (0, "{tmp}/{home}.tar.gz"),
    "init": (77, "requires root"),
}
COMMAND_LINE = "from bitfusion.cli import main; sys.exit(main.main(sys.argv[1:]))"
PLACES = (
    "from bitfusion import image_store, places; from bitfusion.config.srs import load_srs;"
    "state = load_srs(os.environ, places.home(os.environ)).state; places.make(state.parent);"
    "print(state); print(image_store.choose_directory('', os.environ))"
)
# Reads [[home, program, [word]...]...] and writes [[exit code, stdout, stderr]...].
BECOME = """
import asyncio, contextlib, getpass, importlib, json, os, pkgutil, sys, tempfile, traceback
# What is imported where it is used; the names differ from one Python to the next.
for name in "encodings.idna gzip importlib.metadata importlib.readers importlib.resources.readers tarfile".split():
    with contextlib.suppress(ImportError):
        importlib.import_module(name)
import bitfusion.cli.commands, bitfusion.config, bitfusion.observe, bitfusion.server, bitfusion.srs
for package in (bitfusion, bitfusion.config, bitfusion.cli, bitfusion.srs, bitfusion.server, bitfusion.observe):
    for found in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if not found.ispkg and not found.name.endswith("__main__"):
            importlib.import_module(found.name)
for found in pkgutil.iter_modules(bitfusion.cli.commands.__path__, "bitfusion.cli.commands."):
    importlib.import_module(found.name)
outcomes = []
for home, program, words in json.load(sys.stdin):
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        child = os.fork()
        if not child:
            try:
                os.dup2(output.fileno(), 1), os.dup2(errors.fileno(), 2)
                os.setgroups([]), os.setgid(STRANGER), os.setuid(STRANGER)
                if home is not None:
                    os.environ["HOME"] = home
                sys.argv[1:] = words
                exec(program)
                code = 0
            except SystemExit as error:
                code = error.code
            except BaseException:
                traceback.print_exc()
                code = 70
            sys.stdout.flush(), sys.stderr.flush()
            os._exit(code)
        status = os.waitpid(child, 0)[1]
        seen = [os.pread(file.fileno(), 1 << 20, 0).decode(errors="replace") for file in (output, errors)]
        outcomes.append([os.waitstatus_to_exitcode(status), *seen])
json.dump(outcomes, sys.stdout)
"""

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")


@dataclass(frozen=True)
class Done:
    code: int
    output: str
    errors: str


@pytest.fixture(scope="module")
def everybodys() -> Iterator[Path]:
    """A directory that everybody can read: `site`, an installation of root, and `tmp`, for temporary files of all."""
    with tempfile.TemporaryDirectory(prefix="bitfusion-test-") as name:
        place = Path(name)
        package = place / "site" / "bitfusion"
        source = Path(native.__file__).parent
        shutil.copytree(source, package, ignore=shutil.ignore_patterns("__pycache__", "_native"))
        for which in (native.SHIM, native.SOFTGPU):
            target = package / "_native" / which
            target.mkdir(parents=True)
            for file in native.file_of(which).parent.glob("lib*.so*"):
                if not file.is_symlink():
                    shutil.copy2(file, target)
        for path in (place, *place.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.suffix in (".so", ".1") else 0o644)
        (place / "tmp").mkdir()
        (place / "tmp").chmod(0o1777)
        yield place


def as_stranger(place: Path, cases: list[tuple[str, str, list[str]]]) -> list[Done]:
    """What each (home, program, words) does for that user."""
    environment = running.clean_environment(PYTHONPATH=str(place / "site"), TMPDIR=str(place / "tmp"))
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "USER", "LOGNAME"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-c", BECOME.replace("STRANGER", str(STRANGER))],
        env=environment,
        cwd="/",
        input=json.dumps([(HOMES[home], program, words) for home, program, words in cases]),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    return [Done(*outcome) for outcome in json.loads(done.stdout)]


@pytest.fixture(scope="module")
def answers(everybodys) -> dict[tuple[str, str], Done]:
    """(home, command) -> what the command did."""
    cases = [(home, command) for home in HOMES for command in COMMANDS]
    words = [
        shlex.split(command.replace("{tmp}", f"{everybodys}/tmp").replace("{home}", home)) for home, command in cases
    ]
    programs = [(home, COMMAND_LINE, each) for (home, _), each in zip(cases, words, strict=True)]
    return dict(zip(cases, as_stranger(everybodys, programs), strict=True))


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_works_or_says_what_to_do(answers, everybodys, home, command):
    done = answers[home, command]
    code, text = COMMANDS[command]
    seen = done.output + done.errors
    assert "Traceback" not in seen and text.replace("{tmp}", f"{everybodys}/tmp").replace("{home}", home) in seen, seen
    assert done.code == code or (code is None and done.code in (0, 1, 2)), seen


def test_local_health_finds_nothing_wrong_with_it(answers):
    (line,) = [line for line in answers["unset", "localhealth"].output.splitlines() if "client library" in line]
    assert line.split()[0] == "PASS"


def test_files_of_servers_are_kept_where_this_user_may_write(everybodys):
    own = everybodys / "tmp" / f"bitfusion-{STRANGER}"
    for done in as_stranger(everybodys, [(home, PLACES, []) for home in HOMES]):
        assert (done.code, done.errors) == (0, "")
        assert done.output.splitlines() == [f"{own}/state/srs-56001.sqlite", f"{own}/images"]
