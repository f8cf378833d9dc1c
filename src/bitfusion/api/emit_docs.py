"""docs/developer/api-coverage.md: how each exported symbol is answered."""

from __future__ import annotations

from .model import ABSENT, ASK, HAND, LOCAL, TELL, Symbol, Wire

_MEANING = {
    LOCAL: "answered in the client, no round trip",
    ASK: "one request, waits for its reply",
    TELL: "one request, no reply; an error is returned by a later call of the same context",
    HAND: "hand-written: checked in the client, then one or more calls of the wire table",
    ABSENT: "exported, returns CUDA_ERROR_NOT_SUPPORTED (801)",
}


def coverage(symbols: tuple[Symbol, ...], wires: tuple[Wire, ...]) -> str:
    counts = {how: sum(1 + len(s.twins) for s in symbols if s.how == how) for how in _MEANING}
    cuda_h = sum(1 + len(s.twins) for s in symbols if s.header == "cuda.h")
    lines = [
        "# How each symbol of libcuda is answered",
        "",
        "Written by `src/bitfusion/api/generate.py` from the API table. Do not edit.",
        "",
        f"`libbfshim.so` exports {sum(counts.values())} symbols: the {cuda_h} of CUDA 13.0's `cuda.h` and those of",
        f"`cudaProfiler.h`. The protocol has {len(wires)} calls (`src/bitfusion/api/table/wire.py`).",
        "",
        "| how | symbols | meaning |",
        "| --- | --- | --- |",
        *(f"| {how} | {counts[how]} | {meaning} |" for how, meaning in _MEANING.items()),
        "",
        "The per-thread-default-stream form of a symbol (`_ptds`, `_ptsz`) is answered as the symbol itself.",
        "",
        "## Answered",
        "",
        "| symbol | since | how | per-thread form |",
        "| --- | --- | --- | --- |",
        *(_row(s) for s in sorted(symbols, key=lambda s: s.name) if s.how != ABSENT),
        "",
        "## Calls that carry an earlier error",
        "",
        (
            "An error of a call without a reply, unless it loses the context, is returned by the first of these calls"
            " of the same"
        ),
        (
            "context that succeeds; it has been executed. CUDA's documentation says of them that they may return errors"
            " of previous,"
        ),
        (
            "asynchronous launches; nothing that they give back is lost, and a program that repeats one does no harm."
            " Launches, which"
        ),
        "a program may not repeat, and calls that make something never carry one.",
        "",
        ", ".join(f"`{s.name}`" for s in sorted(symbols, key=lambda s: s.name) if s.carries)
        + " and their per-thread forms.",
        "",
        "## Absent",
        "",
    ]
    for reason in dict.fromkeys(s.reason for s in symbols if s.how == ABSENT):
        names = [n for s in symbols if s.reason == reason for n in (s.name, *(f"{s.name}_{t}" for t, _ in s.twins))]
        lines += [f"**{reason}** ({len(names)}): {', '.join(f'`{name}`' for name in names)}", ""]
    return "\n".join(lines)


def _row(symbol: Symbol) -> str:
    twins = ", ".join(f"`_{suffix}`" for suffix, _ in symbol.twins)
    return f"| `{symbol.name}` | {symbol.since // 1000}.{symbol.since % 1000 // 10} | {symbol.how} | {twins} |"
