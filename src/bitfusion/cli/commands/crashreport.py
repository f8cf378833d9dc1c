"""`crashreport`: gather what a bug report needs into one local file. Sends nothing.

Configuration is copied without secrets. Of the environment only names are taken, and values of this product's own
variables.
"""

from __future__ import annotations

import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import click

from ... import places
from ...config.adaptor import HOME_FILE, SYSTEM_FILE
from ...errors import BitfusionError, ConfigError
from ...wording import counted
from .. import installation, options, show, versions

HEALTH_TIMEOUT_S = 60.0
TOOL_TIMEOUT_S = 20.0
FILE_BYTES_MAX = 256 << 10  # of a configuration file or log; the end of a log is what counts
OWN_VARIABLES = ("BF_", "SOFTGPU_", "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "LD_PRELOAD", "LD_LIBRARY_PATH")
REMOVED = "<removed>"
_SECRET_NAME = re.compile(r"token|secret|passw|credential|api_?key|private|authorization", re.I)
_SECRET_LINE = re.compile(
    r"(?im)^(.*(?:token|secret|passw|credential|api_?key|private|authorization)[\w\"' -]*[:=])[ \t]*\S.*$"
)
_SECRET_BLOCK = re.compile(r"-----BEGIN [^-]*-----.*?(?:-----END [^-]*-----|\Z)", re.S)
_USER_IN_URL = re.compile(r"(\w+://)[^/@\s]+@")


@click.command("crashreport")
@click.option(
    "-o",
    "output",
    metavar="FILE",
    type=options.FILE,
    help="Write to FILE, which must not exist; default: a new file in this directory.",
)
@options.as_json
def command(output: Path | None, as_json: bool) -> None:
    """Write a crash report to a local file (.tar.gz, mode 0600) and print its path. Nothing is sent anywhere.

    It holds versions, configuration without secrets, what `localhealth` and nvidia-smi say, recent logs if there are
    any, and names of environment variables; values only of this product's own. Read it before you pass it on.
    """
    path = (output or Path(f"bitfusion-crashreport-{datetime.now():%Y%m%dT%H%M%S}-{os.getpid()}.tar.gz")).absolute()
    file = _open_new(path)
    try:
        with file, tarfile.open(fileobj=file, mode="w:gz") as bundle:
            names = [_add(bundle, name, text) for name, text in contents(os.environ, places.home(os.environ))]
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    if as_json:
        show.emit_json({"file": str(path), "bytes": path.stat().st_size, "contents": names})
    else:
        click.echo(path)
        click.echo(
            f"{counted(len(names), 'file')}, {path.stat().st_size} bytes; nothing was sent. Read it before you pass it"
            " on.",
            err=True,
        )


def contents(environment: Mapping[str, str], home: Path | None) -> Iterator[tuple[str, str]]:
    """(name, text) of each file of the report."""
    yield (
        "versions.json",
        json.dumps({**versions.describe(), "time": datetime.now().astimezone().isoformat(), **_machine()}, indent=2),
    )
    yield "environment.txt", "".join(f"{line}\n" for line in _environment(environment))
    user = [(home / HOME_FILE.parent, "user")] if home else []
    for directory, label in (*user, (SYSTEM_FILE.parent, "system")):
        for name in ("adaptor.conf", "servers.conf"):
            if os.path.lexists(directory / name):
                yield f"configuration/{label}/{name}", without_secrets(_read(directory / name))
    yield (
        "running.txt",
        "".join(f"{process}\n" for process in installation.running())
        or "no server or resource scheduler of this installation\n",
    )
    yield (
        "localhealth.json",
        _run([sys.executable, "-m", "bitfusion.cli.main", "localhealth", "--json"], HEALTH_TIMEOUT_S),
    )
    for tool, words in (("nvidia-smi", ["nvidia-smi", "-q"]), ("journalctl", _JOURNAL)):
        if shutil.which(tool):
            yield f"{tool}.txt", without_secrets(_run(words, TOOL_TIMEOUT_S))


_JOURNAL = ["journalctl", "--no-pager", "--quiet", "-n", "2000", "-u", "*bitfusion*", "-u", "*flexdirect*"]


def without_secrets(text: str) -> str:
    """`text` with the values of secret-looking settings, PEM blocks and users in URLs replaced."""
    text = _SECRET_BLOCK.sub(REMOVED, text)
    text = _USER_IN_URL.sub(rf"\1{REMOVED}@", text)
    return _SECRET_LINE.sub(rf"\1 {REMOVED}", text)


def _environment(environment: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(environment):
        if not name.startswith(OWN_VARIABLES):
            yield name
        elif _SECRET_NAME.search(name):
            yield f"{name}={REMOVED}"
        else:
            yield f"{name}={without_secrets(environment[name])}"


def _machine() -> dict:
    return {
        "system": platform.platform(),
        "machine": platform.machine(),
        "libc": " ".join(platform.libc_ver()),
        "processors": os.cpu_count(),
        "executable": sys.executable,
        "prefix": sys.prefix,
    }


def _read(path: Path) -> str:
    """The end of a file, or why it cannot be read."""
    try:
        if not path.is_file():
            return f"(not a file: {path})\n"
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - FILE_BYTES_MAX))
            return file.read(FILE_BYTES_MAX).decode("utf-8", "replace")
    except OSError as error:
        return f"(cannot be read: {error.strerror})\n"


def _run(words: list[str], timeout_s: float) -> str:
    """What a program writes on stdout, or on stderr if it writes nothing there; a failure is a part of the report."""
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, errors="replace", timeout=timeout_s, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"(could not be run: {error})\n"
    return done.stdout or f"(exit code {done.returncode}) {done.stderr}"


def _open_new(path: Path) -> io.BufferedWriter:
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError as error:
        raise ConfigError(f"{path} exists", "name a new file with -o") from error
    except OSError as error:
        raise BitfusionError(
            f"cannot write {path}: {error.strerror}", "name a file in a directory you can write with -o"
        ) from error


def _add(bundle: tarfile.TarFile, name: str, text: str) -> str:
    data = text.encode("utf-8", "replace")
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = len(data), 0o600, int(time.time())
    bundle.addfile(member, io.BytesIO(data))
    return name
