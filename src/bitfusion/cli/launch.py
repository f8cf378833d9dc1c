"""An application with our library before all others: its words, its environment, and becoming it.

A launcher that holds no GPUs turns into the application (exec) and does not wait for it, so that signals, terminal and
exit status are the application's own. child.py is for launchers that do hold something. Knows nothing of servers.
"""

from __future__ import annotations

import errno
import os
import shlex
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import click

from ..errors import EXIT_NOT_EXECUTABLE, EXIT_NOT_FOUND, BitfusionError
from . import completion

# Options end at the first word that is none: the rest is the application's.
SETTINGS = {"allow_interspersed_args": False}
application = click.argument(
    "application",
    nargs=-1,
    type=click.UNPROCESSED,
    metavar="[--] APPLICATION [ARGUMENT]...",
    shell_complete=completion.application_files,
)


_SHELL = "/bin/sh"
_LOOK_BYTES = 128


class LaunchError(BitfusionError):
    """The application could not be started."""

    def __init__(self, detail: str, hint: str, exit_code: int) -> None:
        super().__init__(detail, hint)
        self.exit_code = exit_code


def application_words(words: Sequence[str]) -> list[str]:
    """The application and its arguments. One quoted string, "app arg", is split as a shell would.

    Raises click.UsageError if there is nothing to run or a quote is not closed.
    """
    if len(words) == 1 and words[0].split() != [words[0]] and not _is_a_program(words[0]):
        try:
            words = shlex.split(words[0])
        except ValueError as error:
            raise click.UsageError(f"cannot split {words[0]!r} into words: {error}; close the quote") from error
    if not words or not words[0]:
        raise click.UsageError("no application to run; write it after the options, e.g. -- ./app --its-option")
    return list(words)


def preloading(base: Mapping[str, str], directory: Path, library: str) -> dict[str, str]:
    """`base` with directory/library preloaded before what it preloads, and found first by programs that look for a
    file.

    Nothing that the user set is lost: both lists are extended at the front.
    """
    changed = dict(base)
    changed["LD_PRELOAD"] = preload_list(directory / library, base.get("LD_PRELOAD", ""))
    changed["LD_LIBRARY_PATH"] = _first(str(directory), base.get("LD_LIBRARY_PATH", ""))
    changed.setdefault("TRITON_LIBCUDA_PATH", str(directory))
    return changed


def preload_list(library: Path, listed: str) -> str:
    """LD_PRELOAD with `library`, of a directory that can be preloaded from, before what is `listed` there."""
    return _first(str(library), listed)


def become(words: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Replace this process by the application. Raises LaunchError with 126 or 127, as a shell would exit."""
    sys.stdout.flush()
    sys.stderr.flush()
    # Python ignores these, and an ignored signal stays ignored in the application.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execvpe(words[0], list(words), dict(environment))
    except OSError as error:
        if (script := script_words(words, error)) is None:
            raise start_error(words[0], error) from error
        os.execve(script[0], script, dict(environment))


def require(word: str) -> None:
    """Raise the LaunchError that starting `word` would bring, where that can be known beforehand: nothing is to be held
    for it.
    """
    if shutil.which(word) is not None:
        return
    raise start_error(
        word,
        PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        if _is_there(word)
        else FileNotFoundError(errno.ENOENT, ""),
    )


def script_words(words: Sequence[str], error: OSError) -> list[str] | None:
    """What to run instead of a script without a first line that names its interpreter: the shell, as a shell would.

    None if `error` is another one, or the file is no text: a program of another machine is not for a shell to read.
    """
    path = shutil.which(words[0])
    if error.errno != errno.ENOEXEC or path is None:
        return None
    try:
        with open(path, "rb") as file:
            first_line = file.read(_LOOK_BYTES).split(b"\n")[0]
    except OSError:
        return None
    return None if b"\0" in first_line else [_SHELL, path, *words[1:]]


def start_error(word: str, error: OSError) -> LaunchError:
    """What to tell of an application that could not be started, with 126 or 127 as a shell would exit."""
    if isinstance(error, FileNotFoundError) and _is_there(word):
        return LaunchError(
            f"cannot run {word!r}: its interpreter does not exist", "look at its first line", EXIT_NOT_EXECUTABLE
        )
    if isinstance(error, FileNotFoundError):
        return LaunchError(f"application {word!r} not found", _where_it_may_be(word), EXIT_NOT_FOUND)
    if isinstance(error, NotADirectoryError):
        hint = "a part of its path is no directory" if os.sep in word else _where_it_may_be(word)
        return LaunchError(f"application {word!r} not found", hint, EXIT_NOT_FOUND)
    return LaunchError(f"cannot run {word!r}: {error.strerror}", "is it an executable file?", EXIT_NOT_EXECUTABLE)


def _is_there(word: str) -> bool:
    """Whether there is a file where a shell looks for `word`: in the directories of PATH unless it has a slash."""
    if os.sep in word:
        return os.path.exists(word)
    return any(
        os.path.exists(os.path.join(directory, word))
        for directory in os.environ.get("PATH", os.defpath).split(os.pathsep)
    )


def _is_a_program(word: str) -> bool:
    """Whether `word` as it stands names a file to run, or one of this directory that was meant."""
    return shutil.which(word) is not None or os.path.isfile(word)


def _where_it_may_be(word: str) -> str:
    """What to do if `word` is not found: a program of this directory is the usual case."""
    if os.sep not in word and os.path.isfile(word):
        return f"it is in this directory, which PATH does not name: write {shlex.quote(f'./{word}')}"
    return "check its name" if os.sep in word else "check its name and PATH"


def _first(item: str, others: str) -> str:
    rest = [other for other in others.split(":") if other and other != item]
    return ":".join([item, *rest])
