"""Options that several commands have, worded once, and bundles of them that a command gets as one object."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import click

F = TypeVar("F", bound=Callable[..., Any])
Option = Callable[[F], F]

FILE = click.Path(path_type=Path)
as_json: Option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
servers_file: Option = click.option(
    "-s",
    "servers_file",
    metavar="FILE",
    type=FILE,
    help="Ask the resource schedulers (SRS) of FILE instead of servers.conf.",
)
server_list: Option = click.option(
    "--server_list",
    metavar="LIST",
    help='Ask only these resource schedulers, "host;host:port"; port 56001 unless given.',
)
tls_cert: Option = click.option(
    "--tls-cert",
    metavar="FILE",
    help="Speak TLS 1.3 alone, with the certificate in FILE (PEM); BF_TLS_CERT unless given.",
)
tls_key: Option = click.option(
    "--tls-key", metavar="FILE", help="The private key of --tls-cert; BF_TLS_KEY unless given."
)
tokens: Option = click.option(
    "--tokens",
    metavar="FILE",
    help="Accept only clients with a token of FILE, which `flexdirect token` makes; everybody unless given.",
)
ptx: Option = click.option(
    "--ptx", is_flag=True, help="Have CuPy, numba, Triton and NVRTC make PTX, the only code that software GPUs run."
)


def typed(param: click.Parameter | None) -> str:
    """The name of an option as the user typed it, for messages: of `-p` and `--port` the one that is in the command
    line, the last if both are, whose value counts.
    """
    if param is None:
        return ""
    context = click.get_current_context(silent=True)
    words = (context.obj or ()) if context else ()
    return next((name for word in reversed(words) for name in param.opts if _names(word, name)), param.opts[0])


def typed_name(name: str) -> str:
    """typed() of the running command's option whose value is called `name`."""
    command = click.get_current_context().command
    return typed(next(param for param in command.params if param.name == name))


def _names(word: str, option: str) -> bool:
    """Whether a word of the command line is this option, perhaps with its value: -p1, --port=1."""
    return word == option or word.startswith(f"{option}=" if option.startswith("--") else option)


def bundled(kind: type, name: str, *options: Option) -> Option:
    """Decorator: `options` in the order in which help shows them. The command gets the values of `kind`'s fields as one
    `kind` called `name`.
    """

    def decorate(command: F) -> F:
        @functools.wraps(command)
        def call(**given: Any) -> Any:
            values = {field.name: given.pop(field.name) for field in dataclasses.fields(kind)}
            return command(**{name: kind(**values)}, **given)

        for option in reversed(options):
            call = option(call)
        return cast("F", call)

    return decorate
