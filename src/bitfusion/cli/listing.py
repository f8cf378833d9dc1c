"""The text of `help` without a command, in the form of the white paper: name, usage, commands by section, examples."""

from __future__ import annotations

import sys
from pathlib import Path

from . import command_table, invocation, show

_WIDTH = max(len(entry.names) for entry in command_table.COMMANDS) + 2


def text(program: str) -> str:
    """The list of commands as `program` shows it, in lines that fit the terminal, with a newline at the end."""
    width = show.width()
    lines = [
        "NAME:",
        f"   {program} - Run application with Bitfusion FlexDirect",
        "",
        "USAGE:",
        f'   {program} <command> <options> "application"',
        f"   {program} <command> <options> -- [application]",
        f"   {program} help [command]",
        "",
        *show.folded("   For more information, system requirements, and advanced usage please read", width, "   "),
        f"   {documentation()}",
        "",
        "COMMANDS:",
    ]
    for section in command_table.SECTIONS:
        lines += ["", f"  {section}"] if section else []
        for entry in command_table.COMMANDS:
            if entry.section == section:
                lines += show.folded(f"   {entry.names:{_WIDTH}}{entry.summary}", width, " " * (_WIDTH + 3))
    lines += ["", "EXAMPLES:"]
    for comment, example in command_table.EXAMPLES:
        lines += [*show.folded(f"   # {comment}", width, "   # "), f"   $ {invocation.command_line(example)}"]
    return "\n".join(lines) + "\n"


def documentation() -> str:
    """Where the documents are listed: in the source checkout, or where the package put them."""
    packages = Path(__file__).resolve().parents[2]
    checkout = packages.parent
    if (checkout / "native_build.py").is_file():
        return str(checkout / "docs" / "README.md")
    inside = Path("share", "doc", "bitfusion", "docs", "README.md")
    # PREFIX/lib/pythonX.Y/site-packages, which with pip's --user is not Python's own; and what --target makes.
    for base in (packages.parents[2], packages):
        if (base / inside).is_file():
            return str(base / inside)
    return str(Path(sys.prefix) / inside)
