"""How a server's settings are read again: the file that its unit has named, with the options in it."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import click

from ..config import environment_file
from ..errors import ConfigError

C = TypeVar("C")
# The units name it: what systemd read before the start is to be read again without one.
FILE_VARIABLE = "BF_ENVIRONMENT_FILE"
OPTIONS_VARIABLE = "OPTIONS"


def reread(command: click.Command, load: Callable[..., C]) -> Callable[[], tuple[C, Mapping[str, str]]] | None:
    """A function that gives the settings of `load(environ, **options)` and their variables as the file has them by
    then; None if no file was named. Call it at the start: it keeps in mind what came from the file.
    """
    path = os.environ.get(FILE_VARIABLE)
    if not path:
        return None
    words = sys.argv[sys.argv.index(command.name or "") + 1 :] if command.name in sys.argv else []
    of_file = shlex.split(os.environ.get(OPTIONS_VARIABLE, ""))
    own = words[: -len(of_file)] if of_file and words[-len(of_file) :] == of_file else words
    names = set(environment_file.read_file(Path(path)))

    def again() -> tuple[C, Mapping[str, str]]:
        found = environment_file.read_file(Path(path))
        environ = {name: value for name, value in os.environ.items() if name not in names} | found
        names.update(found)
        try:
            options = [*own, *shlex.split(found.get(OPTIONS_VARIABLE, ""))]
            with command.make_context(command.name, options) as ctx:
                return load(environ, **ctx.params), environ
        except (ValueError, click.ClickException) as error:
            text = error.format_message() if isinstance(error, click.ClickException) else str(error)
            raise ConfigError(f"{path}: {OPTIONS_VARIABLE}: {text}") from error

    return again
