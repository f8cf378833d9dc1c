"""docs/developer/calls.md: every call of the wire."""

from __future__ import annotations

from .markdown import page, paragraph, table
from .model import ASK, TELL, Param, Wire

_HOW = {ASK: "request", TELL: "one-way"}
_HEAD = ("id", "name", "how", "arguments", "reply", "bulk", "carries", "meaning")


def calls(wires: tuple[Wire, ...]) -> str:
    return page(
        "# The calls of the wire protocol",
        "Written by `src/bitfusion/api/generate.py` from the API table. Do not edit.",
        paragraph(
            "A call is a msgpack array: its id, then its arguments in this order."
            " [protocol.md](protocol.md#calls) says how each type is encoded."
        ),
        "\n".join(
            paragraph(text, "* ")
            for text in (
                (
                    "**how**: a *request* is answered by a REPLY with its result and, if that is 0, with the values under"
                    ' "reply"; the client waits for it. A *one-way* call has no reply. The code calls them `ask` and `tell`.'
                ),
                (
                    "**arguments**: `CUstream *x` and the like is the number that the client gives to the object that the"
                    " call makes."
                ),
                '**bulk**: raw bytes that follow the call ("in") or come before its reply ("out").',
                "**carries**: a call that succeeds may return the error of an earlier one-way call of its context.",
            )
        ),
        table(_HEAD, (_row(wire) for wire in sorted(wires, key=lambda wire: wire.id))),
    )


def _row(wire: Wire) -> tuple[str, ...]:
    return (
        str(wire.id),
        f"`{wire.name}`",
        _HOW[wire.how],
        _params(wire.arg_params),
        _params(wire.reply_params),
        wire.bulk,
        "yes" if wire.carries else "",
        wire.doc or _asked(wire),
    )


def _params(params: tuple[Param, ...]) -> str:
    return ", ".join(f"`{param.text}`" for param in params)


def _asked(wire: Wire) -> str:
    """What a call without words of its own asks of the driver."""
    if wire.server.startswith("cu") and "(" in wire.server:
        return f"`{wire.server}`"
    return "The driver's function of this name." if wire.name.startswith("cu") else ""
