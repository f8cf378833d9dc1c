"""The sessions that nvidia-smi.md shows are typed again, and must come out as they stand there.

What differs from run to run is masked on both sides: the time, process ids, the release of nvidia-smi itself.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import hosts
import pytest
import toolkit
from checkout import ROOT

PAGE = ROOT / "docs" / "user" / "nvidia-smi.md"
_PROMPT = re.compile(r"^(server1|server2|client)\$ (.*)$")
_MASKS = (
    (re.compile(r"^(Timestamp +: )?[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]\d \d\d:\d\d:\d\d \d{4} *$"), r"\1<time>"),
    (re.compile(r"NVIDIA-SMI \d[\d.]+ +"), "NVIDIA-SMI <release> "),
    (re.compile(r"^(\| +\d+ +N/A +N/A +)\d+( +C )"), r"\1<pid>\2"),
)


@dataclass(frozen=True)
class Command:
    """A line that was typed on a machine, and what it showed."""

    host: str
    line: str
    shown: tuple[str, ...]


def commands() -> Iterator[Command]:
    """Every command of the page's console blocks, in order."""
    for block in re.findall(r"^```console\n(.*?)^```", PAGE.read_text(), re.M | re.S):
        host, line, shown = "", "", []
        for text in block.splitlines():
            if prompt := _PROMPT.match(text):
                if line:
                    yield Command(host, line, tuple(shown))
                host, line, shown = prompt[1], prompt[2], []
            else:
                shown.append(text)
        yield Command(host, line, tuple(shown))


def masked(lines: list[str] | tuple[str, ...]) -> list[str]:
    out = []
    for line in lines:
        for pattern, text in _MASKS:
            line = pattern.sub(text, line)
        # A masked number may have had another width.
        out.append(re.sub(r" +", " ", line).rstrip() if "<" in line else line.rstrip())
    return out


@pytest.fixture
def machines(tmp_path):
    parts = {"server1": (["10.0.0.1"], 4), "server2": (["10.0.0.2"], 1), "client": (["10.0.0.9"], 0)}
    with hosts.network(tmp_path, **parts) as made:
        holder = toolkit.build_driver_program(toolkit.PROGRAMS / "holder.c", tmp_path)
        shutil.copy(holder, made["client"].home / "train")
        yield made


def test_page_shows_what_the_real_nvidia_smi_prints(machines):
    compared = 0
    for command in commands():
        host = machines[command.host]
        if command.line.endswith("&"):
            started = host.start(f"env {command.line.removesuffix('&')}", stdin=True)
            for line in command.shown:
                started.wait_for(line)
        else:
            assert masked(host.type(command.line).lines()) == masked(command.shown), command.line
            compared += 1
    assert compared >= 4
