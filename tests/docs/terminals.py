"""A terminal on a machine of hosts.py: one shell for all that is typed there, so that what `cd`, `export` and an
activated environment change holds for the next line. stdout and stderr come out together, as a user sees them.
"""

from __future__ import annotations

import itertools
import os
import select
from dataclasses import dataclass
from pathlib import Path

import hosts
from patience import PATIENCE_S, until

_MARK = "typed:"
_numbers = itertools.count()


@dataclass
class Going:
    """A line that was typed and goes on. `process` is the shell that waits for it, on its machine."""

    line: str
    log: Path
    code_file: Path
    process: int
    ended_by_us: bool = False

    def lines(self) -> list[str]:
        return self.log.read_text(errors="replace").splitlines()

    def code(self) -> int | None:
        """Its exit code, None as long as it runs."""
        text = self.code_file.read_text() if self.code_file.exists() else ""
        return int(text) if text.endswith("\n") else None


class Terminal:
    """`scratch` is a directory for what was typed and what came out; machines see it, too."""

    def __init__(self, host: hosts.Host, scratch: Path) -> None:
        self._host = host
        self._scratch = scratch
        self._shell = host.shell()
        self._input = scratch / f"input-{next(_numbers)}"
        os.mkfifo(self._input)
        self._code = 0

    def type(self, line: str) -> tuple[int, list[str]]:
        """Type a line and wait for its end: the exit code and what it showed."""
        script, output = self._files(line)
        self._code, _ = self._do(f"(exit {self._code}); . {script} > {output} 2>&1 < /dev/null")
        return self._code, output.read_text(errors="replace").splitlines()

    def start(self, line: str) -> Going:
        """Type a line that goes on. Its standard input stays open, and it has a process group of its own."""
        script, log = self._files(line)
        log.touch()  # somebody may look before the shell has made it
        code_file = script.with_suffix(".code")
        # The shell that waits outlives the Ctrl-C, to tell how the line ended.
        wait = f"trap : INT; (. {script}); echo $? > {code_file}"
        _, process = self._do(f"set -m; ({wait}) <> {self._input} > {log} 2>&1 & set +m")
        return Going(line, log, code_file, process)

    def interrupt(self, going: Going) -> None:
        """Ctrl-C, and again for what takes one for a wish to end in peace."""
        going.ended_by_us = True
        for _ in range(2):
            self._do(f"kill -INT -- -{going.process} 2> /dev/null")
        until(lambda: going.code() is not None, f"Ctrl-C ends {going.line!r}")

    def close(self) -> None:
        """End the shell by the end of its input: killed, it would be left to nobody."""
        assert self._shell.stdin is not None and self._shell.stdout is not None
        self._shell.stdin.close()
        self._shell.wait(PATIENCE_S)
        self._shell.stdout.close()

    def _files(self, line: str) -> tuple[Path, Path]:
        script = self._scratch / f"typed-{next(_numbers)}.sh"
        script.write_text(line + "\n")
        return script, script.with_suffix(".out")

    def _do(self, line: str) -> tuple[int, int]:
        """Have the shell do something: its exit code, and the process that it started last."""
        assert self._shell.stdin is not None and self._shell.stdout is not None
        self._shell.stdin.write(f"{line}\necho {_MARK} $? $!\n".encode())
        self._shell.stdin.flush()
        answer = b""
        while not answer.endswith(b"\n"):
            ready, _, _ = select.select([self._shell.stdout], [], [], PATIENCE_S)
            piece = os.read(self._shell.stdout.fileno(), 4096) if ready else b""
            if not piece:
                self._host.end_processes()
                raise AssertionError(f"the shell does not come back from {line!r}: {answer.decode()}")
            answer += piece
        words = answer.decode().splitlines()[-1].removeprefix(_MARK).split()
        return int(words[0]), int(words[1]) if len(words) > 1 else 0
