"""The text of `help` without a command: name, usage, commands by section, examples."""

from __future__ import annotations

from . import commands

_WIDTH = max(len(entry.names) for entry in commands.COMMANDS) + 2


def text(program: str) -> str:
    """The list of commands as `program` shows it, with a newline at the end."""
    lines = [
        "NAME:",
        f"   {program} - Run application with Bitfusion FlexDirect",
        "",
        "USAGE:",
        f'   {program} <command> <options> "application"',
        f"   {program} <command> <options> -- [application]",
        f"   {program} help [command]",
        "",
        "COMMANDS:",
    ]
    for section in commands.SECTIONS:
        lines += ["", f"  {section}"] if section else []
        lines += [f"   {entry.names:{_WIDTH}}{entry.summary}" for entry in commands.COMMANDS if entry.section == section]
    lines += ["", "EXAMPLES:"]
    for comment, example in commands.EXAMPLES:
        lines += [f"   # {comment}", f"   $ {program} {example}"]
    return "\n".join(lines) + "\n"
