"""`token`: who may use, request and administer GPUs. Writes the file that servers read; knows no server."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from ...access import proof, token, tokens_file
from ...access.tokens_file import REQUEST, SCOPES, USE, Entry, Tokens
from ...errors import ConfigError
from .. import kinds, options, show, units

_ACTIONS = ("create", "list", "revoke")
_ONLY_CREATE = ("scopes", "gpus", "memory_mib", "minutes", "expires_s")


@dataclass(frozen=True)
class Asked:
    """The options that say what a new token may do."""

    user: str | None
    scopes: tuple[str, ...]
    gpus: int | None
    memory_mib: int | None
    minutes: int | None
    expires_s: float | None


@click.command("token")
@click.argument("action", type=click.Choice(_ACTIONS))
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--tokens", "file", metavar="FILE", type=options.FILE, help="The server's file of tokens, or BF_TOKENS.")
@options.bundled(
    Asked,
    "asked",
    click.option("--user", metavar="NAME", help="Whose token is made, or whose are listed or revoked."),
    click.option(
        "--scope",
        "scopes",
        type=click.Choice(SCOPES),
        multiple=True,
        help="What the token is for; may be repeated. use and request unless given.",
    ),
    click.option("--gpus", metavar="N", type=kinds.Count(), help="At most N GPUs in all leases of the user together."),
    click.option(
        "--memory", "memory_mib", metavar="MIB", type=kinds.Count(), help="At most MIB of GPU memory in them together."
    ),
    click.option("--minutes", metavar="M", type=kinds.Count(), help="A lease ends after M minutes at the latest."),
    click.option(
        "--expires", "expires_s", metavar="DURATION", type=kinds.Duration(), help="The token ends then, e.g. in 90d."
    ),
)
@options.as_json
def command(action: str, ids: tuple[str, ...], file: Path | None, asked: Asked, as_json: bool) -> None:
    """Create, list or revoke tokens.

    A server that is started with --tokens FILE accepts only clients that have a token of this file, and reads it again
    when it changes. `create` prints the new token, which is shown only then: its user keeps it in ~/.bitfusionio/token.
    `revoke` takes IDs, or ends all tokens of --user; what runs under them ends within seconds.
    """
    path = file or Path(os.environ.get("BF_TOKENS", ""))
    if path == Path():
        raise click.UsageError("no file of tokens is named; give --tokens FILE")
    if action != "create":
        for name in _ONLY_CREATE:
            if getattr(asked, name):
                raise click.UsageError(f"{options.typed_name(name)} is for create; leave it out")
    if action == "create":
        _create(path, ids, asked, as_json)
    elif action == "list":
        _list(path, ids, asked.user, as_json)
    else:
        _revoke(path, ids, asked.user, as_json)


def _create(path: Path, ids: tuple[str, ...], asked: Asked, as_json: bool) -> None:
    if ids:
        raise click.UsageError(f"create takes no ID like {ids[0]}; leave it out, the token gets one")
    if asked.user is None:
        raise click.UsageError("create needs the user's name; give --user NAME")
    made, now_s = token.make(), int(time.time())
    entry = Entry(
        made.id,
        tokens_file.parse_user(asked.user),
        tuple(scope for scope in SCOPES if scope in (asked.scopes or (USE, REQUEST))),
        proof.keys_of(made.secret),
        now_s,
        None if asked.expires_s is None else now_s + int(asked.expires_s),
        gpus=asked.gpus,
        memory_mib=asked.memory_mib,
        minutes=asked.minutes,
    )
    tokens_file.change(path, lambda tokens: tokens_file.with_entry(tokens, entry))
    if as_json:
        show.emit_json({**_facts(entry), "token": made.text})
    else:
        click.echo(made.text)


def _list(path: Path, ids: tuple[str, ...], user: str | None, as_json: bool) -> None:
    tokens, _ = tokens_file.load(path)
    found = _chosen(path, tokens, ids, user) if ids or user else list(tokens.entries.values())
    if as_json:
        show.emit_json([_facts(entry) for entry in found])
        return
    columns = ("ID", "User", "Scopes", "GPUs", "MiB", "Minutes", "Created", "State")
    show.table(columns, [_row(entry) for entry in found])


def _revoke(path: Path, ids: tuple[str, ...], user: str | None, as_json: bool) -> None:
    if bool(ids) == (user is not None):
        raise click.UsageError("revoke needs one of the two; give the IDs of tokens, or --user NAME for all of a user")
    now_s, revoked = int(time.time()), []

    def edit(tokens: Tokens) -> Tokens:
        for entry in _chosen(path, tokens, ids, user):
            revoked.append(entry if entry.revoked_s is not None else replace(entry, revoked_s=now_s))
            tokens = tokens_file.with_entry(tokens, revoked[-1])
        return tokens

    if not path.exists():
        tokens_file.load(path)  # says so
    tokens_file.change(path, edit)
    if as_json:
        show.emit_json([_facts(entry) for entry in revoked])
    else:
        for entry in revoked:
            click.echo(f"Revoked {entry.id} of {entry.user}")


def _chosen(path: Path, tokens: Tokens, ids: tuple[str, ...], user: str | None) -> list[Entry]:
    """The entries that are named. Raises ConfigError for one that is not there. A whole token is not shown again."""
    names = [whole.id if (whole := token.parse(id)) else id for id in ids]
    if unknown := [name for name in names if name not in tokens.entries]:
        raise ConfigError(
            f"no token {show.printable(unknown[0][:20])!r} in {path}", "`flexdirect token list` shows them"
        )
    found = [tokens.entries[name] for name in names] or list(tokens.entries.values())
    found = [entry for entry in found if user in (None, entry.user)]
    if not found:
        raise ConfigError(f"no token of the user {user!r} in {path}", "`flexdirect token list` shows them")
    return found


def _row(entry: Entry) -> tuple[object, ...]:
    state = entry.ended(time.time()) or (
        "good" if entry.expires_s is None else f"until {units.moment_text(entry.expires_s)}"
    )
    quotas = (entry.gpus, entry.memory_mib, entry.minutes)
    return (entry.id, entry.user, ",".join(entry.scopes), *quotas, units.moment_text(entry.created_s), state)


def _facts(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "user": entry.user,
        "scopes": list(entry.scopes),
        "gpus": entry.gpus,
        "memory_mib": entry.memory_mib,
        "minutes": entry.minutes,
        "created_unix_s": entry.created_s,
        "expires_unix_s": entry.expires_s,
        "revoked_unix_s": entry.revoked_s,
        "state": entry.ended(time.time()) or "good",
    }
