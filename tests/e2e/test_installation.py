"""upgrade and uninstall, with real pip in throw-away virtual environments; nothing is asked of a network."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
import running
from checkout import ROOT
from patience import PATIENCE_S

import bitfusion
from bitfusion import __version__, native
from bitfusion.cli import installation
from bitfusion.extras import DISTRIBUTION

PACKAGE = Path(bitfusion.__file__).parent
NEWER = "99.0.0"


def make_wheel(directory: Path, version: str) -> Path:
    """A wheel of the package as it runs here, its version replaced."""
    path = directory / f"open_flexdirect-{version}-py3-none-any.whl"
    info = f"open_flexdirect-{version}.dist-info"
    files = {
        source.relative_to(PACKAGE.parent).as_posix(): source
        for source in PACKAGE.rglob("*.*")
        if "__pycache__" not in source.parts
    }
    files = {
        name: source.read_bytes() for name, source in files.items() if source.is_file() and "/_native/" not in name
    }
    for name in (native.SHIM, native.SOFTGPU):
        libraries = [
            path for path in native.file_of(name).parent.glob("lib*.so*") if path.is_file() and not path.is_symlink()
        ]
        files |= {f"bitfusion/_native/{name}/{path.name}": path.read_bytes() for path in libraries}
    files["bitfusion/__init__.py"] = files["bitfusion/__init__.py"].replace(__version__.encode(), version.encode())
    files.pop("bitfusion/_commit.txt", None)
    files[f"{info}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: {DISTRIBUTION}\nVersion: {version}\nRequires-Dist: click\n"
        'Provides-Extra: pool\nRequires-Dist: aiohttp>=3; extra == "pool"\n'
        'Provides-Extra: server\nRequires-Dist: no-such-package; extra == "server"\n'.encode()
    )
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/entry_points.txt"] = (
        b"[console_scripts]\nbitfusion = bitfusion.cli.main:main\nflexdirect = bitfusion.cli.main:main\n"
    )
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(path, "w") as wheel:
        for name, data in {**files, f"{info}/RECORD": record.encode()}.items():
            wheel.writestr(name, data)
    return path


class Environment:
    """A virtual environment with bitfusion in it; everything else, pip as well, is found where the tests run."""

    def __init__(self, path: Path, home: Path) -> None:
        self.path = path
        self.home = home
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(path)], check=True, timeout=PATIENCE_S)
        self.python = path / "bin" / "python"
        self.packages = next((path / "lib").glob("python*")) / "site-packages"
        (self.packages / "outside.pth").write_text(f"{self._others()}\n")

    def _others(self) -> Path:
        """The packages of the tests' own environment, without the bitfusion that may be among them."""
        directory = self.path / "outside"
        directory.mkdir()
        for package in Path(sysconfig.get_paths()["purelib"]).iterdir():
            if not package.name.startswith(("bitfusion", "open_flexdirect")):
                (directory / package.name).symlink_to(package)
        return directory

    def environ(self) -> dict[str, str]:
        clean = running.clean_environment(HOME=str(self.home), PIP_NO_CACHE_DIR="1")
        return {name: value for name, value in clean.items() if name not in ("PYTHONPATH", "PIP_FIND_LINKS")}

    def call(self, *words: str | Path, **options) -> subprocess.CompletedProcess:
        options = {"stdin": subprocess.DEVNULL, **options}
        return subprocess.run(
            list(map(str, words)), env=self.environ(), capture_output=True, text=True, timeout=PATIENCE_S, **options
        )

    def pip(self, *words: str | Path) -> None:
        done = self.call(self.python, "-m", "pip", "install", "--no-index", *words)
        assert done.returncode == 0, done.stderr

    def flexdirect(self, *words: str | Path, **options) -> subprocess.CompletedProcess:
        return self.call(self.path / "bin" / "flexdirect", *words, **options)

    def version(self) -> str:
        return json.loads(self.flexdirect("version", "--json").stdout)["release"]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory) -> Path:
    """A directory with a newer wheel."""
    directory = tmp_path_factory.mktemp("wheels")
    make_wheel(directory, NEWER)
    return directory


@pytest.fixture(scope="module")
def ours(tmp_path_factory) -> Path:
    return make_wheel(tmp_path_factory.mktemp("ours"), __version__)


@pytest.fixture
def installed(tmp_path, home, ours) -> Environment:
    """Installed from a file, which pip records."""
    environment = Environment(tmp_path / "environment", home)
    environment.pip("--no-deps", ours)
    return environment


def last_line(done: subprocess.CompletedProcess) -> str:
    return done.stderr.splitlines()[-1]


def test_upgrade_from_a_directory_of_wheels(installed, wheels):
    done = installed.flexdirect("upgrade", "--from", wheels, "--yes")
    assert done.returncode == 0, done.stderr
    assert "this command runs" in done.stdout.splitlines()[0]
    assert done.stdout.splitlines()[-1] == f"bitfusion is now {NEWER}; it was {__version__}"
    assert installed.version() == NEWER


def test_upgrade_takes_what_pip_recorded(installed, ours):
    words = json.loads(installed.flexdirect("upgrade", "--dry-run", "--json").stdout)["command"]
    assert words[-1] == f"{ours}[pool]" and words[:3] == [str(installed.python), "-m", "pip"]
    done = installed.flexdirect("upgrade", "--yes")
    assert done.returncode == 0 and "nothing newer" in done.stdout


def test_upgrade_in_json_leaves_stdout_to_the_document(installed, wheels):
    done = installed.flexdirect("upgrade", "--from", wheels, "--yes", "--json")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert (facts["before"], facts["after"]) == (__version__, NEWER)


def test_a_dry_run_changes_nothing(installed, wheels):
    before = sorted(str(path) for path in installed.packages.rglob("*.py"))
    for words in (("upgrade", "--from", wheels), ("uninstall",)):
        done = installed.flexdirect(*words, "--dry-run")
        assert (done.returncode, done.stderr) == (0, "") and "this command runs" in done.stdout
    assert sorted(str(path) for path in installed.packages.rglob("*.py")) == before


def test_what_came_from_an_index_is_upgraded_from_one(tmp_path, home, ours):
    environment = Environment(tmp_path / "environment", home)
    environment.pip("--no-deps", "--find-links", ours.parent, DISTRIBUTION)
    words = json.loads(environment.flexdirect("upgrade", "--dry-run", "--json").stdout)["command"]
    assert words[-1] == f"{DISTRIBUTION}[pool]"


def test_upgrade_without_network_fails_and_leaves_what_is_there(installed):
    source = f"http://127.0.0.1:{running.free_port()}/open_flexdirect-99.0.0-py3-none-any.whl"
    done = installed.flexdirect("upgrade", "--from", source, "--yes")
    assert done.returncode == 1
    assert last_line(done).startswith(
        "Error: pip could not upgrade bitfusion (exit code 1); what was installed is unchanged"
    )
    assert installed.version() == __version__


@pytest.mark.parametrize(
    ("source", "problem"),
    [("no-such-directory", "does not exist"), (".", "holds neither sources nor a wheel"), ("", "--from is empty")],
)
def test_upgrade_names_a_source_that_is_none(installed, tmp_path, source, problem):
    (tmp_path / "empty").mkdir()
    done = installed.flexdirect("upgrade", "--yes", "--from", source, cwd=tmp_path / "empty")
    assert done.returncode == (2 if source == "" else 1) and problem in last_line(done)


@pytest.mark.parametrize("name", ["upgrade", "uninstall"])
def test_where_nobody_can_be_asked_yes_is_needed(installed, name):
    done = installed.flexdirect(name)
    assert done.returncode == 2
    assert last_line(done).startswith("Error: stdin is not a terminal") and "--yes" in last_line(done)
    assert installed.version() == __version__


@pytest.mark.parametrize("name", ["upgrade", "uninstall"])
def test_on_a_terminal_no_means_no(installed, name):
    ours, theirs = pty.openpty()
    os.write(ours, b"n\n")
    done = installed.flexdirect(name, stdin=theirs)
    os.close(ours), os.close(theirs)
    assert done.returncode == 130 and "Traceback" not in done.stderr
    assert installed.version() == __version__


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("name", ["upgrade", "uninstall"])
def test_an_environment_of_somebody_else_needs_root(installed, name):
    done = installed.call(installed.python, "-c", running.as_nobody(name), name, "--yes")
    assert done.returncode == 77
    program = f"{installed.python} -m bitfusion"  # it was not started as flexdirect
    assert (
        last_line(done)
        == f"Error: {name} requires root privileges; run it again with sudo: sudo {program} {name} --yes"
    )


def test_uninstall_removes_the_package_and_its_programs(installed):
    done = installed.flexdirect("uninstall", "--yes")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "bitfusion is uninstalled."
    left = [*installed.packages.glob("bitfusion*"), *installed.packages.glob("open_flexdirect*")]
    assert not left and not list(installed.path.glob("bin/*f[ul]*"))


def test_uninstall_refuses_while_a_server_of_this_installation_runs(installed, tmp_path):
    port = running.free_port()
    command = [str(installed.path / "bin" / "flexdirect"), "server", "-p", str(port), "--softgpu", "1", "--grace", "0"]
    with running.serving(command, installed.environ(), port, tmp_path / "log") as server:
        done = installed.flexdirect("uninstall", "--yes")
    assert done.returncode == 1
    assert last_line(done) == f"Error: still running: server (pid {server.process.pid}); end them first, e.g. with kill"
    assert installed.version() == __version__


def test_servers_of_another_installation_do_not_matter(installed, tmp_path):
    with running.dispatcher(tmp_path, "--softgpu", "1"):
        assert installed.flexdirect("uninstall", "--yes").returncode == 0


def mounted(over: Environment, by: Environment, *words: str | Path) -> list[str]:
    """A command line that runs words where the files of one environment are at the place of another, as in a
    container.
    """
    script = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'
    return ["unshare", "--mount", "sh", "-c", script, "sh", str(by.path), str(over.path), *map(str, words)]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount")
def test_servers_of_a_container_with_the_same_paths_do_not_matter(installed, tmp_path, home, ours):
    inside = Environment(tmp_path / "inside", home)
    inside.pip("--no-deps", ours)
    if installed.call(*mounted(installed, inside, "true")).returncode:
        pytest.skip("mount namespaces are not allowed here")
    program, port = installed.path / "bin" / "flexdirect", running.free_port()
    start = mounted(installed, inside, program, "server", "-p", str(port), "--softgpu", "1", "--grace", "0")
    with running.serving(start, installed.environ(), port, tmp_path / "log") as server:
        done = installed.flexdirect("uninstall", "--dry-run")
        assert (done.returncode, done.stderr) == (0, "")
        seen = installed.call(*mounted(installed, inside, program, "uninstall", "--dry-run"))
        assert f"server (pid {server.process.pid})" in last_line(seen)


@pytest.mark.parametrize(
    ("mark", "tool"), [("pipx_metadata.json", "pipx"), ("uv-receipt.toml", "uv tool")], ids=["pipx", "uv"]
)
def test_an_environment_of_a_tool_is_changed_by_that_tool(installed, mark, tool):
    (installed.path / mark).touch()
    for words, hint in (
        (("upgrade", "--yes"), "upgrade environment"),
        (("upgrade", "--yes", "--from", "./new wheel"), "install --force './new wheel[pool]'"),
        (("uninstall", "--yes"), "uninstall environment"),
    ):
        done = installed.flexdirect(*words)
        assert done.returncode == 1
        assert last_line(done) == (
            f"Error: {installed.path} was made by {tool}, which has to {words[0]} it; run: {tool} {hint}"
        )
    assert installed.version() == __version__


def test_pip_is_told_of_a_python_that_the_distribution_manages(monkeypatch, tmp_path):
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    (tmp_path / "EXTERNALLY-MANAGED").touch()
    monkeypatch.setattr("sys.prefix", "/usr")
    monkeypatch.setattr("sys.base_prefix", "/usr")
    assert installation.allowances() == ["--break-system-packages"]
    monkeypatch.setattr("sys.prefix", "/opt/venv")
    assert installation.allowances() == []


@pytest.mark.parametrize("name", ["upgrade", "uninstall"])
def test_a_checkout_is_neither_upgraded_nor_uninstalled(name, home):
    environment = running.clean_environment(HOME=str(home), PYTHONPATH=str(ROOT / "src"))
    command = [sys.executable, "-m", "bitfusion.cli.main", name, "--dry-run"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 1
    assert (
        last_line(done)
        == f"Error: {ROOT}/src/bitfusion is not an installation of pip; it is a source checkout: use git there"
    )
