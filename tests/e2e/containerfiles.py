"""Container images without a builder: the steps of a Containerfile, run on Debian's packages, and containers of what
comes out. Needs root, namespaces, build/debian (make debian) and, for the steps, a network.

An image is a directory that lies over its base. RUN is a shell in it; a container has a root of its own, the user,
variables and entry point of the image, and the network that it is told.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import toolkit
from patience import BUILD_S

CONTEXT = toolkit.ROOT
DEBIAN = CONTEXT / "build" / "debian"
BASE = "docker.io/library/debian:12-slim"
_NETWORK = {
    "/etc/resolv.conf": "/etc/resolv.conf",
    "/etc/pip.conf": "/etc/pip.conf",
    "/etc/ssl/certs/ca-certificates.crt": "/run/certificates.crt",  # a package of the image may bring its own
}
_CLEAN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8"}
_ROOT = """
set -e
mount -t overlay overlay -o lowerdir={lower},upperdir={upper},workdir={work} {root}
mount -t proc proc {root}/proc
mount --rbind /dev {root}/dev
{more}
"""


@dataclass
class Image:
    """`layers` are directories, the lowest first."""

    layers: list[Path]
    variables: dict[str, str] = field(default_factory=dict)
    user: str = "0:0"
    directory: str = "/"
    entry: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    def command(self, scratch: Path, words: Sequence[str], pid: int) -> list[str]:
        """What runs words in a new container of this image, with the network of a process."""
        user, group = self.user.split(":")
        home = f"HOME={self.directory}"
        inside = ["setpriv", "--reuid", user, "--regid", group, "--clear-groups", "--no-new-privs"]
        start = ["env", "-i", *_assigned({**_CLEAN, **self.variables}), home, "env", "-C", self.directory, *inside]
        return ["nsenter", "-t", str(pid), "-n", *_in_root(self.layers, scratch, [*start, *words])]

    def run(self, scratch: Path, words: Sequence[str], pid: int) -> subprocess.Popen[str]:
        """A container. Its entry point gets these words."""
        return subprocess.Popen(
            self.command(scratch, [*self.entry, *words], pid),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def build(file: Path, scratch: Path, images: dict[str, Image], context: Path = CONTEXT) -> Image:
    """Run the steps of a Containerfile. `images` are those that it may be FROM, beside Debian."""
    parser = pytest.importorskip("dockerfile_parse", reason="no dockerfile-parse; run make deploy-packages")
    image = Image([])
    for number, step in enumerate(parser.DockerfileParser(fileobj=file.open("rb")).structure):
        kind, value = step["instruction"], step["value"]
        if kind == "FROM":
            base = images[value]
            image = Image(list(base.layers), dict(base.variables), base.user, base.directory, base.entry, base.words)
        elif kind == "RUN":
            _run(image, value, scratch / str(number), context)
        elif kind == "COPY":
            _copy(image, value, scratch / str(number), images, context)
        elif kind == "ENV":
            image.variables |= _variables(value, image.variables)
        elif kind == "USER":
            image.user = value
        elif kind == "WORKDIR":
            image.directory = value
        elif kind in ("ENTRYPOINT", "CMD"):
            setattr(image, "entry" if kind == "ENTRYPOINT" else "words", json.loads(value))
        elif kind == "HEALTHCHECK":
            image.health = json.loads(value.partition("CMD ")[2])
        else:
            assert kind in ("COMMENT", "EXPOSE", "VOLUME"), f"{file}: {kind}"
    return image


def _run(image: Image, step: str, scratch: Path, context: Path) -> None:
    binds = []
    while step.startswith("--mount="):
        mount, _, step = step.partition(" ")
        facts = dict(fact.split("=") for fact in mount.removeprefix("--mount=").split(","))
        assert facts["type"] == "bind", mount
        binds.append((context / facts["source"], facts["target"]))
    # How packages are reached is this machine's.
    binds += [(Path(path), inside) for path, inside in _NETWORK.items() if Path(path).exists()]
    settings = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy") or "PIP_" in name}
    settings["PIP_CERT"] = "/run/certificates.crt"
    words = ["env", "-i", *_assigned({**_CLEAN, **settings, **image.variables}), "sh", "-c", step]
    subprocess.run(_in_root(image.layers, scratch, words, binds), check=True, timeout=BUILD_S)
    image.layers.append(scratch / "upper")


def _copy(image: Image, value: str, scratch: Path, images: dict[str, Image], context: Path) -> None:
    origin = [context]
    if value.startswith("--from="):
        name, _, value = value.removeprefix("--from=").partition(" ")
        origin = images[name].layers[::-1]
    source, target = value.split()
    found = next(path for layer in origin if (path := layer / source.lstrip("/")).exists())
    place = scratch / "upper" / target.lstrip("/")
    place = place / found.name if target.endswith("/") else place
    place.parent.mkdir(parents=True)
    (shutil.copytree if found.is_dir() else shutil.copy)(found, place)
    image.layers.append(scratch / "upper")


def _in_root(layers: list[Path], scratch: Path, words: list[str], binds: Sequence[tuple[Path, str]] = ()) -> list[str]:
    """A command whose root is the layers, below a directory of its own for what it writes."""
    places = {name: scratch / name for name in ("upper", "work", "root")}
    for place in places.values():
        place.mkdir(parents=True)
    more = []
    for source, target in binds:
        inside = places["root"] / target.lstrip("/")
        make = f"mkdir -p {inside}" if source.is_dir() else f"mkdir -p {inside.parent} && touch {inside}"
        more += [make, f"mount --bind {source} {inside}"]
    lower = ":".join(map(str, [*layers[::-1], DEBIAN]))
    prepare = _ROOT.format(lower=lower, more="\n".join(more), **places)
    spaces = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"]
    return [*spaces, "sh", "-c", f'{prepare}\nexec chroot {places["root"]} "$@"', "sh", *words]


def _assigned(variables: dict[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in variables.items()]


def _variables(value: str, known: dict[str, str]) -> dict[str, str]:
    pairs = dict(word.split("=", 1) for word in value.replace("\\\n", " ").split())
    return {name: text.replace("$PATH", known.get("PATH", _CLEAN["PATH"])) for name, text in pairs.items()}
