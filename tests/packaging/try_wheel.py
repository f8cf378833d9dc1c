"""A built wheel as strangers have it: installed with pip into empty environments, one of each Python, and used there.

    python tests/packaging/try_wheel.py dist/open_flexdirect-….whl [PYTHON ...]

Without PYTHON, on every Python from 3.10 on that is found; with --ends on the oldest and the newest of these. A
compiler, headers, git and the source checkout are hidden from what is tried: it has an environment of its own, in which
nothing is on PATH but what the wheel brought, and where root runs this, empty folders lie over them (unshare). Needs a
package index. Ends with 1 at the first that fails.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from checkout import ROOT
from patience import BUILD_S

HIDDEN = ("/usr/include", "/usr/lib/gcc", "/usr/local/include", str(ROOT))
# The client's TLS has all that it needs from the system.
LOAD_TLS = (
    "import ctypes; from bitfusion import native; ctypes.CDLL(str(native.file_of('shim').with_name('libbftls.so')), 2)"
)
# Command line of a client alone -> the extras that it says to install.
LACKING = {
    "list_gpus --server_list 127.0.0.1": "pool",
    "run -n 1 --server_list 127.0.0.1 -- true": "pool",
    "request_gpus -n 1 --server_list 127.0.0.1": "pool",
    "server --softgpu 1": "server",
    "resource_scheduler --softgpu 1": "server",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("pythons", metavar="PYTHON", nargs="*")
    parser.add_argument("--ends", action="store_true", help="only the oldest and the newest Python")
    given = parser.parse_args()
    wheel, pythons = given.wheel.resolve(), given.pythons or found_pythons()
    if given.ends:
        pythons = [pythons[0], *pythons[1:][-1:]]
    with tempfile.TemporaryDirectory(prefix="bitfusion-wheel-") as name:
        folder = Path(name)
        program = folder / "vectoradd"
        source = ROOT / "examples" / "driver_c" / "vectoradd.c"
        subprocess.run(["gcc", "-std=c11", "-D_GNU_SOURCE", "-O2", "-o", program, source, "-ldl"], check=True)
        programs = [[program]]
        smi = ROOT / "build" / "nvidia-smi" / "nvidia-smi"
        if smi.is_file():
            programs.append([Path(shutil.copy(smi, folder)), "-L"])
        host = Environment(folder / "server", pythons[0])
        host.install(f"{wheel}[server]")
        with host.server() as port, ThreadPoolExecutor(os.cpu_count()) as pool:

            def attempt(number: int, python: str) -> None:
                try_one(wheel, Environment(folder / str(number), python), programs, port)

            # The first that fails is raised.
            list(pool.map(attempt, range(len(pythons)), pythons))
    print(f"\nThe wheel works on {len(pythons)} Pythons.")
    return 0


def found_pythons() -> list[str]:
    """One Python of each release from 3.10 on, which can make environments: this one's, of PATH and of pyenv."""
    places = [f"{sys.base_prefix}/bin", *os.get_exec_path(), *map(str, Path.home().glob(".pyenv/versions/*/bin"))]
    found = {}
    for name in (f"python3.{minor}" for minor in range(10, 20)):
        for place in places:
            # Shims of pyenv's are there for releases that it does not start.
            if name not in found and Path(place, name).is_file() and makes_environments(Path(place, name)):
                found[name] = str(Path(place, name))
    return list(found.values()) or [sys.executable]


def makes_environments(python: Path) -> bool:
    return subprocess.run([python, "-c", "import ensurepip, venv"], capture_output=True).returncode == 0


def try_one(wheel: Path, here: Environment, programs: list[list[str | Path]], port: int) -> None:
    """First as a client alone, with a server of another environment; then with all extras."""
    here.install(str(wheel))
    assert here.has("click") and not any(map(here.has, ("cffi", "aiohttp", "cuda"))), "the core has what it needs alone"
    here.look_around(programs[0][0])
    here.run("python", "-c", LOAD_TLS)
    for program in programs:
        here.run("flexdirect", "client", "-l", f"127.0.0.1:{port}", "--", *program)
    here.run("flexdirect", "smi", "-l", f"127.0.0.1:{port}")
    here.install(f"{wheel}[all]")
    assert not here.has("hypothesis"), "nothing of the tests"
    here.run("python", here.path / "share" / "doc" / "bitfusion" / "examples" / "demo.py", "--program", programs[0][0])


class Environment:
    """A virtual environment, and what is seen in it."""

    def __init__(self, path: Path, python: str) -> None:
        self.path = path
        self.home = path.parent / f"{path.name}-home"
        self.home.mkdir(parents=True)
        subprocess.run([python, "-m", "venv", path], check=True, timeout=BUILD_S)
        self.empty = kilobytes(path)

    def install(self, what: str) -> None:
        begin = time.monotonic()
        pip = [str(self.path / "bin" / "python"), "-m", "pip", "-qq", "--disable-pip-version-check", "install"]
        # What an installation may not need is not taken from there by accident either.
        subprocess.run([*pip, "--only-binary=:all:", what], check=True, timeout=BUILD_S, cwd=self.home)
        version = self.run("python", "-c", "import platform; print(platform.python_version())").stdout.strip()
        seconds, megabytes = time.monotonic() - begin, (kilobytes(self.path) - self.empty) / 1024
        print(f"Python {version}: {Path(what).name} installed in {seconds:.0f} s, {megabytes:.1f} MiB", flush=True)

    def has(self, module: str) -> bool:
        code = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module!r}) is None)"
        return self.run("python", "-c", code, codes=(0, 1)).returncode == 0

    def look_around(self, program: Path) -> None:
        """What a client alone can do, and what it says where it cannot."""
        for line in ("help", *(f"help {line.split()[0]}" for line in LACKING)):
            assert "USAGE:" in self.run("flexdirect", *line.split()).stdout
        for line in ("python -m bitfusion --version", "bitfusion version", "bitfusion path shim"):
            self.run(*line.split())
        self.run("flexdirect", "local", "--softgpu", "2", "--", program)
        self.run("flexdirect", "localhealth", "--json", codes=(0, 1))
        for line, extras in LACKING.items():
            done = self.run("flexdirect", *line.split(), codes=(1,))
            last = done.stderr.splitlines()[-1]
            assert last.endswith(f"pip install 'open-flexdirect[{extras}]'"), done

    @contextmanager
    def server(self) -> Iterator[int]:
        """The port of a server with two software GPUs."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        command = self.command("flexdirect", "server", "--softgpu", "2", "--host", "127.0.0.1", "-p", str(port))
        log = self.home / "server.log"
        with (
            log.open("w") as errors,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=self.home) as process,
        ):
            assert process.stdout is not None
            try:
                if not any(line.startswith("Listening on") for line in process.stdout):
                    sys.exit(f"the server does not start:\n{log.read_text()}")
                yield port
            finally:
                process.terminate()

    def run(self, *words: str | Path, codes: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.command(*words),
            capture_output=True,
            text=True,
            timeout=BUILD_S,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode not in codes or "Traceback" in done.stderr:
            sys.exit(f"{' '.join(map(str, words))}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def command(self, program: str, *words: str | Path) -> list[str]:
        """The words that start a program of the environment, where nothing else is."""
        clean = ["env", "-i", f"PATH={self.path / 'bin'}", f"HOME={self.home}", "LC_ALL=C.UTF-8"]
        return [*hiding(), *clean, str(self.path / "bin" / program), *map(str, words)]


@cache
def hiding() -> list[str]:
    """The words before a command that lay empty folders over what is to be hidden, if this user may do that."""
    if (
        os.geteuid() != 0
        or shutil.which("unshare") is None
        or subprocess.run(["unshare", "--mount", "true"]).returncode
    ):
        print("Only PATH hides compiler, headers and checkout: laying folders over them needs root and unshare.")
        return []
    mounts = "; ".join(f'[ ! -d "{place}" ] || mount -t tmpfs none "{place}"' for place in HIDDEN)
    return ["unshare", "--mount", "sh", "-ec", f'{mounts}; exec "$@"', "sh"]


def kilobytes(folder: Path) -> int:
    return int(subprocess.run(["du", "-sk", folder], capture_output=True, text=True, check=True).stdout.split()[0])


if __name__ == "__main__":
    sys.exit(main())
