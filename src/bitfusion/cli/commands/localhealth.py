"""`localhealth`: checks of this node alone."""

from __future__ import annotations

import click

from .. import options
from ..local_checks import local_checks
from ..signals import run_async
from ..verdicts import Examined, report


@click.command("localhealth")
@options.as_json
def command(as_json: bool) -> int:
    """Run health check on current node only.

    Each check says PASS, WARN or FAIL, and what to do. What only a server needs is checked only if there is a GPU.
    Connects to nothing.
    """
    return report([Examined("This node", "local", None, run_async(local_checks()))], as_json)
