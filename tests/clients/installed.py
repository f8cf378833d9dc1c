"""Clients installed from PyPI, each into an environment of its own. Some have their tests in a checkout alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "build" / "clients"
INDEX = "https://pypi.org/simple/{name}/"
JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}
TESTERS = ["pytest", "pytest-xdist", "pytest-timeout", "pytest-reportlog"]
INSTALL_S = 1800
DOWNLOAD_S = 300


@dataclass(frozen=True)
class Client:
    name: str
    place: Path
    tests: Path  # where pytest is started

    @property
    def python(self) -> Path:
        return self.place / "bin" / "python"

    @property
    def cuda(self) -> Path:
        """What NVIDIA's packages have put there."""
        return next(self.place.glob("lib/python3*/site-packages/nvidia/cu13"), self.place)

    def versions(self) -> dict[str, str]:
        """Of every package that is installed there."""
        return json.loads((self.place / "versions.json").read_text())


def client(name: str, entry: dict[str, Any], checkout: Path | None = None) -> Client:
    """Install it unless that was done before. Raises subprocess.CalledProcessError with pip's words."""
    place = PLACE / name
    source = entry.get("source")
    tests = checkout or (place / "source" / source["tests"] if source else place)
    made = Client(name, place, tests)
    if (place / "versions.json").exists():
        return made
    subprocess.run([sys.executable, "-m", "venv", "--clear", place], check=True, timeout=INSTALL_S)
    pip = [made.python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", *entry["packages"], *TESTERS], check=True, timeout=INSTALL_S)
    for package in entry.get("without", []):
        subprocess.run([*pip, "uninstall", "-y", package], check=True, timeout=INSTALL_S)
    if source:
        _unpack(source["package"], place / "source")
    if checkout:
        _add(checkout, entry.get("added", {}), next(place.glob("lib/python3*/site-packages")))
    listed = [made.python, "-m", "pip", "list", "--format", "json", "--disable-pip-version-check"]
    rows = json.loads(subprocess.run(listed, check=True, capture_output=True, timeout=INSTALL_S).stdout)
    (place / "versions.json").write_text(json.dumps({row["name"]: row["version"] for row in rows}))
    return made


def _add(checkout: Path, added: dict[str, str], packages: Path) -> None:
    """What the tests import from a package, and its wheel leaves out."""
    for inside, source in added.items():
        shutil.copytree(checkout / source, packages / inside)


def _unpack(package: str, place: Path) -> None:
    """The source archive of "name==version", without the folder that it is in."""
    name, _, version = package.partition("==")
    request = urllib.request.Request(INDEX.format(name=name), headers=JSON)
    with urllib.request.urlopen(request, timeout=DOWNLOAD_S) as answer:
        files = json.load(answer)["files"]
    address = next(file["url"] for file in files if file["filename"] == f"{name}-{version}.tar.gz")
    archive, _ = urllib.request.urlretrieve(address)
    with tarfile.open(archive) as opened:
        for member in opened.getmembers():
            member.name = member.name.partition("/")[2]
            if member.name:
                opened.extract(member, place, filter="data")
