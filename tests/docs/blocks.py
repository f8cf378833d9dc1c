"""The fenced blocks of the documents, and what is typed in them. Knows nothing of machines.

Every block says by its language what it is, and a test holds it to that:

* `console`: a session. `gpu-host$ LINE` is typed on the machine gpu-host, `$ LINE` on the page's own; what stands below
  is what it shows. A block in which nothing is shown is a list of commands, which must succeed. In one that shows
  something all of it stands there: what is left out is a line `...`. A command may fail only where `echo $?` is typed
  next. `LINE &` goes on; so does a server without it, until the next line is typed on its machine, which is a Ctrl-C.
* yaml, ini, json, conf and the like: a file, or a part of one. The comment before it says of which:
  `<!-- file: MACHINE PATH -->` writes it there, before what follows is typed; `<!-- part of: PATH -->` is a file of the
  checkout that has these lines.
* `text`: drawings and layouts; it has no command.

Before a block may also stand `<!-- fresh machines -->`: all that ran until then is ended, all that was written
forgotten. `BF_RENEW=1` before a test run writes into the pages what came; read it before you commit it. A page of
which the machines, their programs and its own name are not the usual ones stands in pages.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from checkout import ROOT, files, name

SESSION, DRAWING = "console", "text"
PARTS = ("yaml", "ini", "json", "conf", "toml", "dockerfile", "promql", "c", "python", "make")
FILE, PART, FRESH = "file", "part of", "fresh machines"

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[^\n`]*)\n(?P<text>.*?)^(?P=indent)```[ ]*$", re.M | re.S)
_COMMENTS = re.compile(r"((?:<!--[^>]*-->\s*)+)\Z")
_COMMENT = re.compile(r"<!--\s*([^:>]*?)\s*(?::\s*([^>]*?)\s*)?-->")
PROMPT = re.compile(r"^(?:([a-z][a-z0-9-]*)\$|\$) (.*)$")
_HEREDOC = re.compile(r"<<-?\s*['\"]?(\w+)['\"]?")
_BACKGROUND = re.compile(r"^(.*[^&\s])\s*&\s*(?:#.*)?$", re.S)
_SERVER = re.compile(r"\b(?:(?:flexdirect|bitfusion|cli\.main) (?:server|s|resource_scheduler)|-m bitfusion\.server)\b")


class BlockError(Exception):
    """A block that does not say what it is, or is not what it says."""


@dataclass(frozen=True)
class Block:
    """`line` is that of the fence; `comments` are those directly before it, without a value as ""."""

    page: str
    line: int
    language: str
    text: str
    comments: dict[str, str]

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Command:
    """A line that is typed on a machine, "" for the page's own, and what is shown below it; None in a block that shows
    nothing. `below` is how many lines of the page are above what is shown.
    """

    machine: str
    line: str
    shown: tuple[str, ...] | None
    place: str
    below: int

    @property
    def in_background(self) -> str:
        """The line without its `&`, if it has one."""
        found = _BACKGROUND.match(self.line)
        return found[1] if found else ""

    @property
    def serves(self) -> bool:
        return bool(_SERVER.search(self.line)) and not re.search(r"--help|\s-h\b", self.line)


def pages() -> list[Path]:
    """README.md, the other documents beside it that have blocks, and those in docs/."""
    beside = [path for path in files(".md") if path.parent == ROOT and path.name != "CHANGELOG.md"]
    return [path for path in (*beside, *files(".md", below="docs")) if "```" in path.read_text()]


def blocks(page: Path, called: str = "") -> list[Block]:
    """Every block of a page, in order. Raises BlockError for a fence that has no end."""
    text, called = page.read_text(), called or name(page)
    found = []
    for match in _FENCE.finditer(text):
        lines = [line.removeprefix(match["indent"]) for line in match["text"].splitlines()]
        before = _COMMENTS.search(text[: match.start()])
        comments = dict(_COMMENT.findall(before[1])) if before else {}
        number = text.count("\n", 0, match.start()) + 1
        found.append(Block(called, number, match["language"].strip(), "\n".join(lines) + "\n", comments))
    if len(re.findall(r"^ *```", text, re.M)) != 2 * len(found):
        raise BlockError(f"{called}: a fence without an end")
    return found


def commands(block: Block) -> list[Command]:
    """What is typed in a session, in order."""
    typed = list(_typed(block))
    shows = any(command.shown for command in typed)
    return typed if shows else [replace(command, shown=None) for command in typed]


def _typed(block: Block) -> Iterator[Command]:
    lines = block.text.splitlines()
    if not lines or not PROMPT.match(lines[0]):
        raise BlockError(f"{block.place}: a session begins with a prompt, as in `$ flexdirect help`")
    at = 0
    while at < len(lines):
        place = f"{block.page}:{block.line + 1 + at}"
        prompt = PROMPT.match(lines[at])
        assert prompt is not None
        line, at = _whole_line(prompt[2], lines, at + 1)
        begin = at
        while at < len(lines) and not PROMPT.match(lines[at]):
            at += 1
        yield Command(prompt[1] or "", line, tuple(lines[begin:at]), place, block.line + begin)


def _whole_line(line: str, lines: list[str], at: int) -> tuple[str, int]:
    """A line with those that continue it, or that are its here-document, and where the next is."""
    while line.endswith("\\") and at < len(lines):
        line, at = f"{line}\n{lines[at]}", at + 1
    if heredoc := _HEREDOC.search(line):
        while at < len(lines):
            line, at = f"{line}\n{lines[at]}", at + 1
            if lines[at - 1] == heredoc[1]:
                break
    return line, at


def faults(block: Block) -> list[str]:
    """What of a block no test would hold to."""
    found = []
    if block.language == SESSION:
        try:
            commands(block)
        except BlockError as error:
            found.append(str(error))
    elif block.language == DRAWING:
        if re.search(r"^\s*(?:[\w-]*\$ |sudo |flexdirect |bitfusion |pip |make |BF_\w+=)", block.text, re.M):
            found.append(f"{block.place}: a command in a block of text, which nothing runs; say console")
    elif block.language not in PARTS:
        found.append(f"{block.place}: ```{block.language}; say console, text, or one of {', '.join(PARTS)}")
    elif (PART in block.comments) == (FILE in block.comments):
        found.append(f"{block.place}: a comment before it must say `{FILE}: MACHINE PATH` or `{PART}: PATH`")
    elif PART in block.comments and not is_part(block):
        found.append(f"{block.place}: is not in {block.comments[PART]}")
    if unknown := set(block.comments) - {FILE, PART, FRESH}:
        found.append(f"{block.place}: an unknown comment before it: {', '.join(unknown)}")
    return found


def is_part(block: Block) -> bool:
    """Whether the file that it names has its lines, one after another; how far they are indented does not matter."""
    path = ROOT / block.comments[PART]
    if not path.is_file():
        return False
    wanted = [line.strip() for line in block.text.splitlines() if line.strip()]
    there = [line.strip() for line in path.read_text().splitlines() if line.strip()]
    return any(there[at : at + len(wanted)] == wanted for at in range(len(there)))
