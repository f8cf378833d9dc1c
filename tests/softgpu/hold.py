"""A process that uses softgpu as it is told, a line of standard input at a time; each is answered by one line on
standard output.

`Holder` is the test's end of it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


class Holder:
    """The process, running. Use it as a context manager: it is killed at the end."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid

    def tell(self, *words: object) -> str:
        """What the process answers to one line."""
        assert self._process.stdin and self._process.stdout
        print(*words, file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline().strip()
        assert answer, self._process.communicate()[1]
        return answer

    def kill(self) -> str:
        """kill -9; what it had written on stderr."""
        self._process.kill()
        return self._process.communicate()[1]

    def kill_unseen(self) -> None:
        """The same, but its parent does not look: it stays a zombie."""
        self._process.kill()
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)

    def __enter__(self) -> Holder:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def _serve() -> None:
    sys.path[:0] = [str(directory) for directory in Path(__file__).resolve().parents[:2]]
    import softcuda as cuda

    gates: list[cuda.Gate] = []

    def child() -> str:
        """What a forked child still maps of the registry."""
        reader, writer = os.pipe()
        if os.fork() == 0:
            maps = Path("/proc/self/maps").read_text()
            os.write(
                writer,
                f"maps={os.environ['SOFTGPU_REGISTRY'] in maps} alloc={cuda.call('cuMemAlloc_v2', 0, 1)}".encode(),
            )
            os._exit(0)
        os.wait()
        return os.read(reader, 100).decode()

    def become(program: str) -> str:
        print("ok", flush=True)
        os.execv(program, [program, "-c", "import sys; print('ready', flush=True); sys.stdin.read()"])

    def gate() -> str:
        made = cuda.Gate(cuda.module())
        made.wait_until_it_runs()
        gates.append(made)
        return "ok"

    def open_gate() -> str:
        gates.pop().open()
        cuda.must("cuCtxSynchronize")
        return "ok"

    commands = {
        "context": lambda device: cuda.handle("cuCtxCreate_v2", 0, int(device)),
        "alloc": lambda size: cuda.allocate(int(size)),
        "free": lambda pointer: cuda.must("cuMemFree_v2", int(pointer)) or "ok",
        "destroy": lambda context: cuda.must("cuCtxDestroy_v2", int(context)) or "ok",
        "gate": gate,
        "open": open_gate,
        "fork": child,
        "become": become,
        "init": lambda: cuda.library() and "ok",
    }
    for line in sys.stdin:
        name, *rest = line.split()
        print(commands[name](*rest), flush=True)


if __name__ == "__main__":
    _serve()
