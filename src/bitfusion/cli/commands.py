"""The table of commands: name, alias, section and one line for `help`. Imports none of them.

A command's module is `bitfusion.cli.<name>` and holds `command`, a click.Command. Aliases are case-sensitive.
"""

from __future__ import annotations

from dataclasses import dataclass

GENERAL = ""
CLIENT = "Client Commands:"
SERVER = "Server Commands:"
SECTIONS = (GENERAL, CLIENT, SERVER)


@dataclass(frozen=True)
class Entry:
    """One command as `help` shows it."""

    name: str
    alias: str
    section: str
    summary: str

    @property
    def names(self) -> str:
        return f"{self.name}, {self.alias}" if self.alias else self.name

    @property
    def module(self) -> str:
        return f"bitfusion.cli.{self.name}"


COMMANDS = (
    Entry("version", "v", GENERAL, "Display full FlexDirect version."),
    Entry("path", "", GENERAL, "Print the directory of the library to preload."),
    Entry("help", "h", GENERAL, "Shows a list of commands or help for one command."),
    Entry("client", "c", CLIENT, "Run application."),
    Entry("local", "", CLIENT, "Run a CUDA application locally."),
    Entry("server", "s", SERVER, "Run server."),
)

# What `help` shows below the commands: comment, command.
EXAMPLES = (
    ("Run a server with the default port 55001", "server"),
    ("Run a server with two software GPUs on another port", "server --softgpu 2 -p 55010"),
    ("Run an application with several servers", 'client -l "192.168.0.2:55010;192.168.0.6" <application>'),
    ("Run an application with the servers of ~/.bitfusionio/adaptor.conf or /etc/bitfusionio/adaptor.conf", "client <application>"),
    ("Run an application with the servers of a file", "client -f <file> <application>"),
    ("Run an application that has arguments", "client -l localhost -- <application> --its-option"),
    ("Get help on a specific command", "help client"),
)


def find(name: str) -> Entry | None:
    """The command called `name`, by name or alias."""
    return next((entry for entry in COMMANDS if name and name in (entry.name, entry.alias)), None)
