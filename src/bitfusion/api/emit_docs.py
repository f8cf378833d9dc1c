"""docs/developer/api-coverage.md: how each exported symbol is answered."""

from __future__ import annotations

from .markdown import page, paragraph, table
from .model import ABSENT, ALIAS, ASK, DIRECT, HAND, LOCAL, TELL, Symbol, Wire
from .report import shares

_MEANING = {
    LOCAL: "answered in the client, no round trip",
    ASK: "one request: the client waits for the reply",
    TELL: "a one-way call, without a reply; a later call of the same context returns its error",
    ALIAS: "as another symbol, of which it is an older or a simpler form",
    HAND: "checked in the client, then one or more calls of the wire table",
    ABSENT: "exported, returns CUDA_ERROR_NOT_SUPPORTED (801)",
    DIRECT: "answered by softgpu alone: through the wire CUDA_ERROR_NOT_SUPPORTED (801), until it has the call",
}


def coverage(symbols: tuple[Symbol, ...], wires: tuple[Wire, ...]) -> str:
    counts = {how: sum(1 + len(s.twins) for s in symbols if s.how == how) for how in _MEANING}
    cuda_h = sum(1 + len(s.twins) for s in symbols if s.header == "cuda.h")
    by_name = sorted(symbols, key=lambda s: s.name)
    return page(
        "# How each symbol of libcuda is answered",
        "Written by `src/bitfusion/api/generate.py` from the API table. Do not edit.",
        paragraph(
            f"`libbfshim.so` exports {sum(counts.values())} symbols: the {cuda_h} of CUDA 13.0's `cuda.h` and those of"
            f" `cudaProfiler.h`. The protocol has {len(wires)} calls ([calls.md](calls.md))."
        ),
        paragraph(
            "What the table says is enough for most of them: "
            + "; ".join(map(str, shares(symbols, wires)))
            + ". The same is printed by `python -m bitfusion.api.generate --report`."
        ),
        table(("how", "symbols", "meaning"), ((how, str(counts[how]), meaning) for how, meaning in _MEANING.items())),
        "The per-thread-default-stream form of a symbol (`_ptds`, `_ptsz`) is answered as the symbol itself.",
        "## Answered",
        table(("symbol", "since", "how", "entry point", "per-thread form"), (_row(s) for s in by_name if not s.reason)),
        "## Calls that carry an earlier error",
        paragraph(
            "The error of a one-way call is returned by the first of these calls of the same context that succeeds; the"
            " call itself has been executed. (The error of a lost context is returned by every later call.) CUDA's"
            " documentation says of these functions that they may return errors of previous, asynchronous launches."
            " They give nothing back that would be lost, and it does no harm if a program repeats one. Launches, which"
            " a program may not repeat, and calls that make something never carry an error."
        ),
        paragraph(", ".join(f"`{s.name}`" for s in by_name if s.carries) + " and their per-thread forms."),
        "## Absent",
        *(_absent(reason, symbols) for reason in dict.fromkeys(s.reason for s in symbols if s.reason)),
    )


def _absent(reason: str, symbols: tuple[Symbol, ...]) -> str:
    names = [n for s in symbols if s.reason == reason for n in (s.name, *(f"{s.name}_{t}" for t, _ in s.twins))]
    return paragraph(f"**{reason}** ({len(names)}): {', '.join(f'`{name}`' for name in names)}")


def _row(symbol: Symbol) -> tuple[str, ...]:
    twins = ", ".join(f"`_{suffix}`" for suffix, _ in symbol.twins)
    entry = "generated" if symbol.steps else "by hand"
    return f"`{symbol.name}`", f"{symbol.since // 1000}.{symbol.since % 1000 // 10}", symbol.how, entry, twins
