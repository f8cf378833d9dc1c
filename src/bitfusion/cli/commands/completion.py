"""`completion`: the script by which a shell completes both names of the program; printed, installed or removed."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from ...errors import BitfusionError
from .. import main, making, options, show
from ..making import Made

PROGRAMS = ("flexdirect", "bitfusion")
SHELLS = ("bash", "zsh", "fish")
_BEGIN, _END = "# flexdirect completion: begin", "# flexdirect completion: end"
# zsh's own completion must be there before ours.
_BEFORE = {"zsh": "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }\n"}


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS), metavar="[bash|zsh|fish]", required=False)
@click.option("--install", is_flag=True, help="Install it for this user, in all shells that are started from then on.")
@click.option("--uninstall", is_flag=True, help="Remove what --install has written.")
@options.as_json
def command(shell: str | None, install: bool, uninstall: bool, as_json: bool) -> None:
    """Complete commands, options and files in a shell: print the script for it, or install it.

    Without a shell it is that of SHELL. --install writes the script into ~/.local/share/bitfusion, and for bash and zsh
    a line into ~/.bashrc or ~/.zshrc that reads it; for fish into ~/.config/fish/completions. It may be run any number
    of times, and says what it has written.
    """
    if install and uninstall:
        raise click.UsageError("--install and --uninstall exclude each other; give one of them")
    if as_json and not (install or uninstall):
        raise click.UsageError("--json is for --install and --uninstall; leave it out, a script is no JSON document")
    shell = shell or _users_shell()
    if not (install or uninstall):
        click.echo(script(shell), nl=False)
        return
    done = _install(shell) if install else _uninstall(shell)
    failed = [f"{item.path} ({item.reason})" for item in done if item.state == "failed"]
    if as_json:
        show.emit_json(making.facts(done))
    else:
        making.table(done)
        if install and not failed:
            click.echo(f"It holds in every {shell} that is started from now on.")
    if failed:
        raise BitfusionError(f"could not change {', '.join(failed)}", "correct that and run it again")


def script(shell: str) -> str:
    """What `shell` reads, for both names of the program."""
    made = get_completion_class(shell)
    assert made is not None
    return "".join(made(main.application, {}, name, f"_{name.upper()}_COMPLETE").source() for name in PROGRAMS)


def _install(shell: str) -> list[Made]:
    if shell == "fish":
        # One file a name: fish looks for the file when the name is completed.
        return [making.put_file(path, script(shell)) for path in _files(shell)]
    (path,) = _files(shell)
    written = making.put_file(path, script(shell))
    return [written] if written.state == "failed" else [written, _add_block(_start_file(shell), path, shell)]


def _uninstall(shell: str) -> list[Made]:
    done = [_unlink(path) for path in _files(shell)]
    return done if shell == "fish" else [*done, _remove_block(_start_file(shell))]


def _users_shell() -> str:
    name = os.path.basename(os.environ.get("SHELL", ""))
    if name not in SHELLS:
        raise click.UsageError(f"SHELL is {name or 'not set'}; name a shell: {', '.join(SHELLS)}")
    return name


def _files(shell: str) -> list[Path]:
    if shell == "fish":
        return [_place("XDG_CONFIG_HOME", ".config") / "fish" / "completions" / f"{name}.fish" for name in PROGRAMS]
    return [_place("XDG_DATA_HOME", ".local/share") / "bitfusion" / f"completion.{shell}"]


def _start_file(shell: str) -> Path:
    """What an interactive shell reads at its start; the file itself, if it is kept elsewhere under a link."""
    home = Path(os.environ.get("ZDOTDIR") or Path.home()) if shell == "zsh" else Path.home()
    return (home / f".{shell}rc").resolve()


def _place(variable: str, usual: str) -> Path:
    base = os.environ.get(variable, "")
    return Path(base) if os.path.isabs(base) else Path.home() / usual


def _add_block(start: Path, file: Path, shell: str) -> Made:
    """Have a start file read `file`. The rest of it stays byte for byte, and so do its mode and owner."""
    word = shlex.quote(str(file))
    block = f"{_BEGIN}\n{_BEFORE.get(shell, '')}[ -r {word} ] && . {word}\n{_END}\n"
    try:
        there = start.read_text(encoding="utf-8", errors="surrogateescape") if start.exists() else None
        rest = _without_block(there or "")
        text = rest + ("\n" if rest and not rest.endswith("\n") else "") + block
        if there is not None and block in there:
            return Made(start, "kept")
        start.write_text(text, encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        return Made(start, "failed", error.strerror)
    return Made(start, "made" if there is None else "updated")


def _remove_block(start: Path) -> Made:
    try:
        there = start.read_text(encoding="utf-8", errors="surrogateescape") if start.exists() else ""
        rest = _without_block(there)
        if rest == there:
            return Made(start, "kept", "nothing of ours is in it")
        start.write_text(rest, encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        return Made(start, "failed", error.strerror)
    return Made(start, "updated")


def _without_block(text: str) -> str:
    """The text of a start file without our lines. If their end is missing, somebody has edited them: they stay."""
    before, begin, after = text.partition(f"{_BEGIN}\n")
    _, end, after = after.partition(f"{_END}\n")
    return before + after if begin and end else text


def _unlink(path: Path) -> Made:
    try:
        path.unlink()
    except FileNotFoundError:
        return Made(path, "kept", "it was not there")
    except OSError as error:
        return Made(path, "failed", error.strerror)
    return Made(path, "removed")
