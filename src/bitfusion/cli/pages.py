"""What `help COMMAND` shows beside the options: exit codes and examples, by command.

A table. An example is a comment and a command line without the program's name; a test parses each of them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """`exits`: (code, meaning). `examples`: (comment, command line)."""

    exits: tuple[tuple[str, str], ...]
    examples: tuple[tuple[str, str], ...]


OK = ("0", "success")
FAILED = ("1", "it failed; the last line on stderr says why")
USAGE = ("2", "wrong usage: an option, a variable or a file")
BUSY = ("75", "the GPUs are not available now; try again later")
ROOT = ("77", "not root")
NOT_EXECUTABLE = ("126", "the application cannot be executed")
NOT_FOUND = ("127", "the application does not exist")
APPLICATION = ("others", "the application's own, or 128 + the signal that ended it")

_LOOK = (OK, FAILED, USAGE)
_LAUNCH = (FAILED, USAGE, NOT_EXECUTABLE, NOT_FOUND, APPLICATION)

PAGES: dict[str, Page] = {
    "init": Page(
        (
            ("0", "everything exists, made now or before"),
            ("1", "a part could not be made; the others were"),
            USAGE,
            ROOT,
        ),
        (
            ("Before the first run of a server on a system", "sudo init"),
            ("With systemd units, so that a server starts at boot", "sudo init --systemd"),
            ("Into another directory, e.g. of a container image", "init --directory ./bitfusionio"),
        ),
    ),
    "version": Page((OK, USAGE), (("For a bug report", "version"), ("For a script", "version --json"))),
    "localhealth": Page(
        (("0", "no check failed"), ("1", "a check failed"), USAGE),
        (("After the installation", "localhealth"), ("For a monitor", "localhealth --json")),
    ),
    "upgrade": Page(
        (
            ("0", "upgraded, or --dry-run"),
            FAILED,
            ("2", "wrong usage, or no terminal to ask on and no --yes"),
            ROOT,
            ("130", "the question was not answered with yes"),
        ),
        (
            ("See what would be done", "upgrade --dry-run"),
            ("From a newer source or wheel", "sudo upgrade --from ./bitfusion --yes"),
        ),
    ),
    "uninstall": Page(
        (
            ("0", "uninstalled, or --dry-run"),
            ("1", "it failed, or servers are running"),
            ("2", "wrong usage, or no terminal to ask on and no --yes"),
            ROOT,
            ("130", "the question was not answered with yes"),
        ),
        (("See what would be done", "uninstall --dry-run"), ("Without a question", "sudo uninstall --yes")),
    ),
    "dealloc": Page((OK, USAGE, ROOT), (("There is nothing to give back, and it says so", "sudo dealloc"),)),
    "crashreport": Page(
        (("0", "the report was written"), FAILED, USAGE),
        (("Into the current directory", "crashreport"), ("Into a file of your choice", "crashreport -o report.tar.gz")),
    ),
    "license": Page((OK, USAGE), (("No license is needed, and it says so", "license"),)),
    "completion": Page(
        (OK, ("1", "a file could not be written"), USAGE),
        (
            ("For the shell that you use", "completion --install"),
            ("For another one", "completion --install zsh"),
            ("The script itself", "completion bash"),
            ("Remove it again", "completion --uninstall"),
        ),
    ),
    "token": Page(
        _LOOK,
        (
            (
                "A token for alice, who may have two GPUs at a time",
                "token create --user alice --gpus 2 --tokens tokens",
            ),
            ("For an administrator", "token create --user root --scope administer --tokens tokens"),
            ("Who has one", "token list --tokens tokens"),
            ("End one, and what runs under it", "token revoke q7k2mzr4xa --tokens tokens"),
        ),
    ),
    "list_gpus": Page(
        (OK, ("1", "no server answered"), USAGE),
        (("The servers of servers.conf", "list_gpus"), ("For a script", "list_gpus --json")),
    ),
    "help": Page((OK, ("2", "unknown command")), (("The list of commands", "help"), ("One command", "help client"))),
    "client": Page(
        _LAUNCH,
        (
            ("Servers of ~/.bitfusionio/adaptor.conf or /etc/bitfusionio/adaptor.conf", "client nvidia-smi"),
            ("Several servers", 'client -l "192.168.0.2:55010;192.168.0.6:51234" <application>'),
            ("An application that has options", "client -f adaptor_8gpu.conf -- <application> --its-option"),
        ),
    ),
    "health": Page(
        (("0", "no check failed"), ("1", "a check failed, or a server does not answer"), USAGE),
        (("All servers and this node", "health"), ("For a monitor", "health --json")),
    ),
    "request_gpus": Page(
        (OK, FAILED, USAGE, BUSY, ("130", "interrupted; nothing is held")),
        (
            ("Eight GPUs, for as long as you want", "request_gpus -s servers.conf -f adaptor_8gpu.conf -n 8"),
            ("Fail instead of waiting", "request_gpus -n 1 -f adaptor.conf --timeout 0"),
        ),
    ),
    "release_gpus": Page(
        (OK, FAILED, USAGE), (("The GPUs of a previous request_gpus -f", "release_gpus -f adaptor_8gpu.conf"),)
    ),
    "run": Page(
        (FAILED, USAGE, BUSY, NOT_EXECUTABLE, NOT_FOUND, APPLICATION),
        (
            ("Four GPUs", "run -n 4 <application>"),
            ("Half the memory of each of two GPUs, of other servers", "run -n 2 -p 0.5 -s servers.conf <application>"),
            ("Wait a minute at most", "run -n 1 --timeout 60 -- <application> --its-option"),
        ),
    ),
    "stats": Page(
        (OK, ("1", "no server answered"), USAGE), (("All servers", "stats"), ("For a script", "stats --json"))
    ),
    "smi": Page((OK, ("1", "no server answered"), USAGE), (("All servers", "smi"), ("For a script", "smi --json"))),
    "local": Page(
        _LAUNCH,
        (
            ("Half of the memory of each GPU of this machine", "local -p 0.5 <application>"),
            ("Two software GPUs, without any GPU", "local --softgpu 2 <application>"),
        ),
    ),
    "net_perf": Page(
        (OK, ("1", "no server answered"), USAGE), (("All servers", "net_perf"), ("For a script", "net_perf --json"))
    ),
    "path": Page(
        _LOOK,
        (
            ("For LD_PRELOAD, without the launcher: the directory of libbfshim.so", "path shim"),
            ("The software GPU's libcuda.so.1", "path softgpu"),
        ),
    ),
    "server": Page(
        (("0", "ended by SIGTERM or SIGINT"), ("1", "the port is in use, there is no GPU, or it failed later"), USAGE),
        (
            ("All GPUs of this machine on port 55001", "server"),
            ("On another port", "server -p 55010"),
            ("Two software GPUs, for a machine without a GPU", "server --softgpu 2"),
        ),
    ),
    "resource_scheduler": Page(
        (("0", "ended by SIGTERM or SIGINT"), ("1", "the port is in use, there is no GPU, or it failed later"), USAGE),
        (
            ("All GPUs of this machine", "resource_scheduler"),
            ("On other ports", "resource_scheduler --srs_port 50001 --port 55010"),
            ("Four software GPUs", "resource_scheduler --softgpu 4"),
        ),
    ),
}
