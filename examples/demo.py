"""The demonstration of `make demo`: a program that knows nothing of bitfusion runs on a software GPU behind a server.

Compiles driver_c/vectoradd.c with the C compiler, unless it is told a program that was compiled before. Starts a
Dispatcher on two software GPUs, runs the program through LD_PRELOAD and through `flexdirect client`, shows the GPUs and
what the server counted, and stops the server. Then the same program runs on half a GPU of a pool.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BIN = Path(sys.executable).parent
SOURCE = Path(__file__).resolve().parent / "driver_c" / "vectoradd.c"
START_TIMEOUT_S = 30.0
RUN_TIMEOUT_S = 60.0


def main() -> int:
    parser = argparse.ArgumentParser(description="Runs a program on a software GPU behind a server.")
    parser.add_argument("--program", type=Path, help="vectoradd, compiled before")
    given = parser.parse_args().program
    with tempfile.TemporaryDirectory(prefix="bitfusion-demo-") as name:
        directory = Path(name)
        program = given.absolute() if given else compiled(directory)
        server, port, log = start_server(directory)
        try:
            run_through_preload(program, port)
            run_through_client(program, port)
            sessions = wait_for_sessions(log, 2)
            step("The server's GPUs, as a client sees them", f"flexdirect smi -l 127.0.0.1:{port}")
            subprocess.run([BIN / "flexdirect", "smi", "-l", f"127.0.0.1:{port}"], check=True, timeout=RUN_TIMEOUT_S)
        finally:
            stop(server)
        step("What the server counted")
        for number, session in enumerate(sessions, 1):
            print(f"session {number}: {session['calls']} calls made, result {session['result']}")
        run_in_pool(program, directory)
    print("\nThe demo is done: all programs computed the right answer on a GPU that is not there.")
    return 0


def compiled(directory: Path) -> Path:
    program = directory / "vectoradd"
    compiler = shlex.split(os.environ.get("CC", "gcc"))
    step("A CUDA program that knows nothing of us", f"{shlex.join(compiler)} -O2 vectoradd.c -ldl")
    subprocess.run([*compiler, "-std=c11", "-D_GNU_SOURCE", "-O2", "-o", program, SOURCE, "-ldl"], check=True)
    return program


def step(title: str, command: str = "") -> None:
    print(f"\n== {title}" + (f"\n$ {command}" if command else ""), flush=True)


def start_server(directory: Path) -> tuple[subprocess.Popen[str], int, Path]:
    """Start a Dispatcher on two software GPUs and a free port; returns when it says that it listens."""
    port = free_port()
    words = ["server", "--softgpu", "2", "--host", "127.0.0.1", "-p", str(port)]
    step("A server with two software GPUs", f"flexdirect {' '.join(words)} &")
    log = directory / "server.log"
    return start(words, log), port, log


def run_in_pool(program: Path, directory: Path) -> None:
    """Start a resource scheduler on two software GPUs and run the program on half of one of them."""
    port = free_port()
    words = [
        "resource_scheduler",
        "--softgpu",
        "2",
        "-l",
        "127.0.0.1",
        "--srs_port",
        str(port),
        "--port",
        str(free_port()),
    ]
    step("A shared pool", f"flexdirect {' '.join(words)} &")
    scheduler = start(words, directory / "scheduler.log", BF_STATE_DIR=str(directory / "state"))
    try:
        pool = ["--server_list", f"127.0.0.1:{port}"]
        step("The program on half a GPU of the pool", f"flexdirect run -n 1 -p 0.5 {' '.join(pool)} ./vectoradd")
        subprocess.run(
            [BIN / "flexdirect", "run", "-n", "1", "-p", "0.5", *pool, program], check=True, timeout=RUN_TIMEOUT_S
        )
        step("What is free in the pool", f"flexdirect list_gpus {' '.join(pool)}")
        subprocess.run([BIN / "flexdirect", "list_gpus", *pool], check=True, timeout=RUN_TIMEOUT_S)
    finally:
        stop(scheduler)


def start(words: list[str], log: Path, **variables: str) -> subprocess.Popen[str]:
    """Start a server; returns when it says that it listens."""
    with log.open("w") as errors:
        command = [str(BIN / "flexdirect"), *words]
        server = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, env={**os.environ, **variables}
        )
    assert server.stdout is not None
    for line in server.stdout:
        print(line, end="", flush=True)
        if line.startswith("Listening on"):
            return server
    sys.exit(f"{words[0]} did not start (exit code {server.wait()}):\n{log.read_text()}")


def stop(server: subprocess.Popen[str]) -> None:
    server.terminate()
    server.wait(RUN_TIMEOUT_S)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def run_through_preload(program: Path, port: int) -> None:
    shown = subprocess.run([BIN / "bitfusion", "path", "shim"], check=True, capture_output=True, text=True)
    preload = f"{shown.stdout.strip()}/libbfshim.so"
    step(
        "The program by LD_PRELOAD",
        f"LD_PRELOAD=$(bitfusion path shim)/libbfshim.so BF_SERVERS=127.0.0.1:{port} ./vectoradd",
    )
    environment = {**os.environ, "LD_PRELOAD": preload, "BF_SERVERS": f"127.0.0.1:{port}"}
    subprocess.run([program], env=environment, check=True, timeout=RUN_TIMEOUT_S)


def run_through_client(program: Path, port: int) -> None:
    step("The same by the launcher", f"flexdirect client -l 127.0.0.1:{port} -- ./vectoradd 3000000")
    command = [BIN / "flexdirect", "client", "-l", f"127.0.0.1:{port}", "--", program, "3000000"]
    subprocess.run(command, check=True, timeout=RUN_TIMEOUT_S)


def wait_for_sessions(log: Path, count: int) -> list[dict]:
    """The server's log line of each session that ended; the last comes a moment after its program's end."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        ended = [entry for entry in map(parsed, log.read_text().splitlines()) if entry.get("event") == "session.ended"]
        if len(ended) >= count:
            return ended
        time.sleep(0.05)
    sys.exit(f"the server logged no end of {count} sessions:\n{log.read_text()}")


def parsed(line: str) -> dict:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


if __name__ == "__main__":
    sys.exit(main())
