"""The table of commands: name, alias, section and one line for `help`. Imports none of them.

A command's module is `bitfusion.cli.commands.<name>` and holds `command`, a click.Command. Aliases are case-sensitive.
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
        return f"bitfusion.cli.commands.{self.name}"


COMMANDS = (
    Entry("init", "i", GENERAL, "Initialize configuration. Requires root privileges."),
    Entry("version", "v", GENERAL, "Display full FlexDirect version."),
    Entry("localhealth", "LH", GENERAL, "Run health check on current node only."),
    Entry("upgrade", "U", GENERAL, "Upgrade version. Requires root privileges."),
    Entry("uninstall", "", GENERAL, "Uninstall FlexDirect. Requires root privileges."),
    Entry("dealloc", "", GENERAL, "Deallocate license certificate. Requires root privileges."),
    Entry("crashreport", "", GENERAL, "Write a crash report to a local file; nothing is sent."),
    Entry("license", "", GENERAL, "Check license status."),
    Entry("completion", "", GENERAL, "Print or install completion for a shell."),
    Entry("token", "", GENERAL, "Create, list or revoke the tokens that servers accept."),
    Entry("list_gpus", "", GENERAL, "List the available GPUs in a shared pool."),
    Entry("help", "h", GENERAL, "Shows a list of commands or help for one command."),
    Entry("client", "c", CLIENT, "Run application."),
    Entry("health", "H", CLIENT, "Run health check on all specified servers and current node."),
    Entry("request_gpus", "", CLIENT, "Request GPUs from a shared pool."),
    Entry(
        "release_gpus",
        "",
        CLIENT,
        "Release GPUs back into a shared pool. Options must match a previous request_gpus command.",
    ),
    Entry("run", "", CLIENT, "Request GPUs from a shared pool, run a client command, then release the GPUs."),
    Entry("stats", "", CLIENT, "Gather stats from all servers."),
    Entry("smi", "", CLIENT, "Display smi-like info for all servers."),
    Entry("local", "", CLIENT, "Run a CUDA application locally."),
    Entry("net_perf", "", CLIENT, "Gather network performance data from all SRS servers."),
    Entry("path", "", CLIENT, "Print the directory of the library to preload."),
    Entry("server", "s", SERVER, "Run server."),
    Entry("resource_scheduler", "", SERVER, "Run FlexDirect resource scheduler (SRS) on GPU server"),
)

_APP = "<application>"
_DEFAULT_FILES = "~/.bitfusionio/adaptor.conf and /etc/bitfusionio/adaptor.conf, in priority order"

# What `help` shows below the commands: comment, command. A command that starts with "sudo " is shown with sudo before
# the program.
EXAMPLES = (
    ("Initialize the configuration before the first run of the server on a system (no license is needed)", "sudo init"),
    ("Run a server with the default port 55001", "server"),
    ("Run a server with a different port", "server -p 55010"),
    ("Run an application with a server running locally on the default port 55001", f'client -l "localhost" {_APP}'),
    (
        "Run an application with several servers, local or remote",
        f'client -l "192.168.0.2:55010;192.168.0.6:51234" {_APP}',
    ),
    (f"Run an application with servers named in one of the default config files ({_DEFAULT_FILES})", f"client {_APP}"),
    ("Run an application with servers named in a config file", f"client -f <config file> {_APP}"),
    ("Run a server with a resource scheduler on a custom port", "resource_scheduler --srs_port 50001 --port 55010"),
    ("Run an application with 4 shared GPUs", f"run -n 4 {_APP}"),
    (
        "Run an application with 2 shared GPUs, using half the memory of each, and a custom servers.conf",
        f"run -n 2 -p 0.5 -s servers.conf {_APP}",
    ),
    (
        "Run an application with 4 shared GPUs over InfiniBand: through IP over InfiniBand, without an option",
        f"run -n 4 {_APP}",
    ),
    ("Run an application locally, restricted to only half the physical GPU memory", f"local -p 0.5 {_APP}"),
    ("Request 8 remote GPUs", "request_gpus -s servers.conf -f adaptor_8gpu.conf -n 8"),
    ("Run an application with the generated config file", f"client -f adaptor_8gpu.conf {_APP}"),
    ("Release the 8 remote GPUs after the application has finished", "release_gpus -f adaptor_8gpu.conf"),
    ("Get help on a specific command", "help client"),
)


def find(name: str) -> Entry | None:
    """The command called `name`, by name or alias."""
    return next((entry for entry in COMMANDS if name and name in (entry.name, entry.alias)), None)
