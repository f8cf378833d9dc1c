"""`python -m bitfusion.server`: the Dispatcher with the settings of its flags and environment."""

from __future__ import annotations

import argparse
import os
import sys

from .. import extras
from ..config.server import load_server
from ..errors import BitfusionError
from ..limits import DISPATCHER_PORT, GRACE_S
from . import main as serve
from .handover import Handover

_QUOTAS = ("--clients-max", "--client-memory", "--idle-timeout", "--session-timeout")


def parser() -> argparse.ArgumentParser:
    """Has every option of `flexdirect server`, and those that a scheduler gives."""
    parser = argparse.ArgumentParser(prog="python -m bitfusion.server", description="Serve this machine's GPUs.")
    parser.add_argument("--host", default="0.0.0.0", help="address to listen on (all)")
    parser.add_argument("-p", "--port", default=str(DISPATCHER_PORT), help=f"port to listen on ({DISPATCHER_PORT})")
    parser.add_argument(
        "--softgpu", default=0, type=str, metavar="N", help="serve N software GPUs instead of the machine's own"
    )
    parser.add_argument(
        "--grace", default=str(GRACE_S), metavar="S", help=f"seconds that running clients get at the end ({GRACE_S:g})"
    )
    parser.add_argument(
        "--lease", default="", metavar="UUID", help="the resource scheduler's lease that this server is for"
    )
    parser.add_argument(
        "--metrics_port", metavar="PORT", help="port, or address:port, for /metrics, /healthz and /readyz (none)"
    )
    parser.add_argument("--tls-cert", metavar="FILE", help="certificate in PEM, to speak TLS alone ($BF_TLS_CERT)")
    parser.add_argument("--tls-key", metavar="FILE", help="its private key ($BF_TLS_KEY)")
    parser.add_argument("--tokens", metavar="FILE", help="the tokens that it accepts, and no others ($BF_TOKENS)")
    for name in _QUOTAS:
        parser.add_argument(name, help="as of `flexdirect server`")
    parser.add_argument("--handover", default="", help=argparse.SUPPRESS)
    return parser


def main() -> int:
    flags = parser().parse_args()
    handover = None
    try:
        handover = Handover(flags.handover) if flags.handover else None
        config = load_server(
            os.environ,
            host=flags.host,
            port=flags.port,
            softgpu=flags.softgpu,
            grace_s=flags.grace,
            lease=flags.lease,
            metrics_port=flags.metrics_port,
            tls_cert=flags.tls_cert,
            tls_key=flags.tls_key,
            tokens=flags.tokens,
            **{name: getattr(flags, name) for name in (option[2:].replace("-", "_") for option in _QUOTAS)},
        )
        extras.require(extras.SERVER)
        return serve(config, handover)
    except BitfusionError as error:
        if handover:
            handover.tell_failed(error)
        print(f"Error: {error}", file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
