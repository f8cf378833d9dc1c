"""`health`: checks of all servers and of this node."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import click

from ...errors import NotNamed
from .. import targets
from ..local_checks import local_checks
from ..remote_checks import remote_checks
from ..signals import run_async
from ..targets import Choice, Target
from ..verdicts import Examined, report


@click.command("health")
@targets.choosing
def command(choice: Choice, as_json: bool) -> int:
    """Run health check on all specified servers and current node.

    Each check says PASS, WARN or FAIL, and what to do. A server that cannot be reached counts as a failed check; the
    others are still checked. If no server is named anywhere, only this node is checked.
    """
    try:
        wanted = choice.targets()
    except NotNamed as error:
        click.echo(f"Only this node is checked: {error}", err=True)
        wanted = []
    return report(run_async(_examine(wanted)), as_json)


async def _examine(wanted: Sequence[Target]) -> list[Examined]:
    local, *remote = await asyncio.gather(local_checks(), *map(remote_checks, wanted))
    servers = [
        Examined(str(target), target.kind, str(target.address), checks)
        for target, checks in zip(wanted, remote, strict=True)
    ]
    return [Examined("This node", "local", None, local), *servers]
