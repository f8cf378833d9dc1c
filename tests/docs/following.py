"""A page is followed: its machines are made, what it shows is typed in order, and what comes out is compared.

What differs from run to run is masked on both sides: times, process ids, ports of connections, random names, the
release of nvidia-smi.
"""

from __future__ import annotations

import difflib
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import blocks
import hosts
import secure_shell
import terminals
import toolkit
import yaml
from checkout import ROOT
from patience import until

LEFT_OUT = "..."
# Ended by a signal that the page itself sends.
_ENDED = (0, 130, 137, 143)
_MASKS = (
    (re.compile(r"^(Timestamp +: )?[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]\d \d\d:\d\d:\d\d \d{4} *$"), r"\1<time>"),
    (re.compile(r"\b20\d\d-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?"), "<time>"),
    (re.compile(r"(\d+ +)?\b[A-Z][a-z]{2} [ 0-9]\d \d\d:\d\d$"), "<pid> <time>"),
    (re.compile(r"NVIDIA-SMI \d[\d.]+ +"), "NVIDIA-SMI <release> "),
    (re.compile(r"^(\| +\d+ +N/A +N/A +)\d+( +C )"), r"\1<pid>\2"),
    (re.compile(r"\b(pid|process) \d+"), r"\1 <pid>"),
    (re.compile(r"(?<![\w-])[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<uuid>"),
    (re.compile(r"\b\d+(\.\d+)? ?(s|ms|µs|us)\b"), "<seconds>"),
    (re.compile(r"\b\d+(\.\d+)? ?(GB/s|MB/s|Gbit/s|Mbit/s)"), "<rate>"),
    (re.compile(r"(?<=:)4(5[2-9]|6[0-2])\d\d\b"), "<port>"),
    (re.compile(r"\b0x[0-9a-f]{9,}\b"), "<address>"),
    (re.compile(r"^\[\d+\] \d+$"), "<job>"),
)


@dataclass(frozen=True)
class Machine:
    addresses: list[str]
    gpus: int = 0
    programs: dict[str, str] = field(default_factory=dict)  # name -> source in the checkout
    files: dict[str, str] = field(default_factory=dict)  # path -> text


@dataclass(frozen=True)
class World:
    """Where a page's commands are typed. `here` is the machine of `$`; `names` are more names of addresses, `terminals`
    more terminals of machines;
    `stand_ins` are programs that a test does not run, name -> shell text; `not_run` has lines that are not typed, each
    with its reason; `checkout` has what of this checkout is in the user's directory; on machines of `sshd` one runs.
    """

    machines: dict[str, Machine]
    here: str
    names: dict[str, str] = field(default_factory=dict)
    terminals: dict[str, str] = field(default_factory=dict)
    stand_ins: dict[str, str] = field(default_factory=dict)
    not_run: dict[str, str] = field(default_factory=dict)
    checkout: list[str] = field(default_factory=list)
    sshd: list[str] = field(default_factory=list)


def table() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "tests" / "docs" / "pages.yaml").read_text())


def world_of(page: str) -> World:
    """What pages.yaml says of a page; what it does not say is as for the page "usual"."""
    entry = {**table()["usual"], **table()["pages"].get(page, {})}
    machines = {name: Machine(**facts) for name, facts in entry.pop("machines").items()}
    return World(machines=machines, **entry)


def masked(lines: Iterable[str]) -> list[str]:
    out = []
    for line in lines:
        for pattern, text in _MASKS:
            line = pattern.sub(text, line)
        out.append(line.rstrip())
    while out and not out[-1]:
        out.pop()
    # What is masked may have had another width, and so may its column.
    return [re.sub(r" +", " ", line) for line in out] if any("<" in line for line in out) else out


def is_shown(shown: Iterable[str], lines: Iterable[str]) -> bool:
    """Whether lines are those that are shown, any number of them where a line `...` stands."""
    pattern = "".join(r"(?:.*\n)*" if line == LEFT_OUT else re.escape(line) + r"\n" for line in masked(shown))
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in masked(lines))) is not None


def comes(shown: Iterable[str], lines: Iterable[str]) -> bool:
    """Whether lines have those that are shown, in their order."""
    rest = iter(masked(lines))
    return all(line == LEFT_OUT or line in rest for line in masked(shown))


class Follower:
    """Types a page's commands on its machines."""

    def __init__(self, world: World, machines: dict[str, hosts.Host], scratch: Path) -> None:
        self._world = world
        self._machines = machines
        self._scratch = scratch
        self._terminals: dict[str, terminals.Terminal] = {}
        self._going: list[terminals.Going] = []
        self._foreground: dict[str, terminals.Going] = {}
        self.typed = 0
        # With BF_RENEW=1, in place of a complaint: what came where something else is shown.
        self.renewed: list[tuple[blocks.Command, list[str]]] | None = [] if os.environ.get("BF_RENEW") == "1" else None
        self._prepare()

    def follow(self, page: list[blocks.Block]) -> None:
        for block in page:
            if blocks.FRESH in block.comments:
                self._begin_anew()
            if blocks.FILE in block.comments:
                machine, path = block.comments[blocks.FILE].split()
                self._machines[machine].write(path, block.text)
            if block.language == blocks.SESSION:
                self._session(blocks.commands(block))
        self._look_at_what_goes_on()

    def close(self) -> None:
        for terminal in self._terminals.values():
            terminal.close()

    def _session(self, commands: list[blocks.Command]) -> None:
        for number, command in enumerate(commands):
            if command.line in self._world.not_run:
                continue
            then = commands[number + 1].line if number + 1 < len(commands) else ""
            self._type(command, may_fail=then.split("#")[0].strip() == "echo $?")
            self.typed += 1

    def _type(self, command: blocks.Command, may_fail: bool) -> None:
        name = command.machine or self._world.here
        machine = self._world.terminals.get(name, name)
        assert machine in self._machines, f"{command.place}: no machine {machine!r} in pages.yaml"
        terminal = self._terminals.get(name)
        if terminal is None:
            terminal = self._terminals[name] = terminals.Terminal(self._machines[machine], self._scratch)
        if before := self._foreground.pop(name, None):
            terminal.interrupt(before)
        if command.in_background or command.serves:
            self._start(command, terminal, name)
            return
        code, lines = terminal.type(command.line)
        said = f"{command.place}: $ {command.line}\n" + "\n".join(lines)
        assert code == 0 or may_fail, f"exit code {code}\n{said}"
        if command.shown is not None and not is_shown(command.shown, lines):
            assert self.renewed is not None, f"{said}\n\n{difference(command.shown, lines)}"
            self.renewed.append((command, lines))

    def _start(self, command: blocks.Command, terminal: terminals.Terminal, name: str) -> None:
        going = terminal.start(command.in_background or command.line)
        self._going.append(going)
        if not command.in_background:
            self._foreground[name] = going
        shown = command.shown or ()

        def said() -> bool:
            ended = going.code() is not None  # looked at first: then all that it wrote is there
            lines = going.lines()
            found = comes(shown, lines) and (not command.serves or any("Listening on" in line for line in lines))
            assert found or not ended, "it ended"
            return found

        try:
            until(said, "what is shown")
        except AssertionError as error:
            text = "\n".join(going.lines())
            raise AssertionError(
                f"{command.place}: $ {command.line}\n{text}\n\n{difference(shown, going.lines())}\n{error}"
            ) from None

    def _look_at_what_goes_on(self) -> None:
        """A server that fell over after it was looked at is no server."""
        for going in self._going:
            if not going.ended_by_us:
                assert going.code() in (None, *_ENDED), f"$ {going.line}\n" + "\n".join(going.lines())

    def _begin_anew(self) -> None:
        self._look_at_what_goes_on()
        for host in self._machines.values():
            host.end_processes()
            host.type("rm -rf /etc/bitfusionio /var/lib/bitfusion /var/cache/bitfusion /dev/shm/*")
            shutil.rmtree(host.home)
            host.home.mkdir()
        self.close()
        self._terminals, self._going, self._foreground = {}, [], {}
        self._prepare()

    def _prepare(self) -> None:
        """Give every machine its files, its programs, and the names of all."""
        names = {machine.addresses[0]: [name] for name, machine in self._world.machines.items()}
        for name, address in self._world.names.items():
            names.setdefault(address, []).append(name)
        known = "127.0.0.1 localhost\n" + "".join(f"{address} {' '.join(of)}\n" for address, of in names.items())
        for name, machine in self._world.machines.items():
            host = self._machines[name]
            host.write("/etc/hosts", known)
            for path, text in machine.files.items():
                host.write(path, text)
            for program, source in machine.programs.items():
                shutil.copy(self._built(source), host.home / program)
            for entry in self._world.checkout:
                if not (ROOT / entry).exists():
                    toolkit.missing(entry, "run make check, which makes it")
                (host.home / entry).parent.mkdir(parents=True, exist_ok=True)
                (host.home / entry).symlink_to(ROOT / entry)

    def _built(self, source: str) -> Path:
        path = ROOT / source
        built = self._scratch / path.stem
        return built if built.exists() else toolkit.build_driver_program(path, self._scratch)


def renew(page: Path, renewed: list[tuple[blocks.Command, list[str]]]) -> None:
    """Write what came into a page."""
    lines = page.read_text().splitlines()
    for command, came in reversed(renewed):
        lines[command.below : command.below + len(command.shown or ())] = came
    page.write_text("\n".join(lines) + "\n")


def difference(shown: Iterable[str], lines: Iterable[str]) -> str:
    return "\n".join(difflib.unified_diff(masked(shown), masked(lines), "shown", "came", lineterm=""))


@contextmanager
def follower(page: str, scratch: Path, world: World | None = None) -> Iterator[Follower]:
    """Who follows a page, on machines of its own."""
    world = world or world_of(page)
    with hosts.network(scratch, **{name: (of.addresses, of.gpus) for name, of in world.machines.items()}) as machines:
        for name, text in world.stand_ins.items():
            (scratch / "bin" / name).write_text(f"#!/bin/sh\n{text.format(root=ROOT, python=sys.executable)}\n")
            (scratch / "bin" / name).chmod(0o755)
        if world.sshd:
            secure_shell.prepare(scratch, machines, world.sshd)
        typing = scratch / "typing"
        typing.mkdir()
        found = Follower(world, machines, typing)
        try:
            yield found
        finally:
            found.close()
