"""The command line as a user calls it, and a pool of two servers."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pools
import pytest
import running
from patience import PATIENCE_S

from bitfusion.cli import main


@dataclass(frozen=True)
class Done:
    code: int
    output: str
    errors: str

    @property
    def complaint(self) -> str:
        """The last line on stderr."""
        lines = self.errors.splitlines()
        return lines[-1] if lines else ""


@pytest.fixture
def home(tmp_path) -> Path:
    """An empty home directory, so that no file of the developer's is found."""
    directory = tmp_path / "home"
    directory.mkdir()
    return directory


@pytest.fixture(scope="session")
def program_words(tmp_path_factory):
    """A function: "flexdirect" or "bitfusion" -> the words that start it. A checkout that is not installed gets small
    scripts.
    """
    directory = Path(sys.executable).parent
    if not (directory / "flexdirect").is_file():
        directory = tmp_path_factory.mktemp("bin")
        for name in ("flexdirect", "bitfusion"):
            (directory / name).write_text(
                f"#!{sys.executable}\nimport sys\nfrom bitfusion.cli.main import main\nsys.exit(main())\n"
            )
            (directory / name).chmod(0o755)

    return lambda name: [sys.executable, str(directory / name)]


@pytest.fixture
def cli(home):
    """A function: words and environment variables -> what the command line did, called as bitfusion or flexdirect."""
    script = Path(sys.executable).parent / "flexdirect"
    start = [str(script)] if script.is_file() else [sys.executable, "-m", "bitfusion.cli.main"]
    return lambda *words, **extra: run_words([*start, *map(str, words)], home, **extra)


@pytest.fixture
def flexdirect(home, program_words):
    """As `cli`, always under the name flexdirect."""
    return lambda *words, **extra: run_words([*program_words("flexdirect"), *map(str, words)], home, **extra)


def run_words(words: list[str], home: Path, **extra: str) -> Done:
    environment = running.clean_environment(**{"HOME": str(home), **extra})
    done = subprocess.run(
        words, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, stdin=subprocess.DEVNULL
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def cli_inside(capsys, monkeypatch):
    """A function: words -> exit code and stdout, run in this process, as that of a system. For commands that do not
    become another program.
    """
    monkeypatch.setattr("sys.argv", ["/usr/bin/bitfusion"])

    def call(*words: str) -> tuple[int, str]:
        code = main.main(list(words))
        return code, capsys.readouterr().out

    return call


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two resource schedulers of two GPUs of 1 GiB. Every test leaves them free."""
    with pools.pool(tmp_path_factory.mktemp("pool")) as found:
        yield found
