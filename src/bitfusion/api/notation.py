"""The text in which symbols and calls of the wire are described -> Symbol, Wire. Knows what a step is called, not what
becomes of it.

    cuStreamGetFlags@5050 +ptsz@7000 (CUstream hStream, unsigned int *flags):
        stream hStream; need flags; *flags = order.object ? order.object->stream.flags : CU_STREAM_DEFAULT
    cuEventElapsedTime@2000 #86 (float *pMilliseconds, CUevent hStart, CUevent hEnd):
        find event hStart as start; find event hEnd as end; need pMilliseconds;
        refuse !bf_events_can_time(start, end) with CUDA_ERROR_INVALID_HANDLE; ask
        server: settles
    copy_htod #50 tell bulk in carries (CUdeviceptr dst, size_t bytes, CUstream stream):
        server: copies.copy_htod
        "bulk is the `bytes` bytes."

An entry is a name, the CUDA version from which cuGetProcAddress answers with it, its per-thread forms with theirs,
`carries` if it may return the error of an earlier call without a reply, its parameters in C, and the steps in which it
is answered: the driver's order of checks is their order. The steps, `v` being a name for what is found:

    hand                    a function of shim/api that makes calls of the wire
    hand local              one that makes none
    direct                  softgpu has the function and the wire has not: 801 in the client
    ready                   the client is initialised (else CUDA_ERROR_NOT_INITIALIZED)
    current                 the current context, usable: `context`
    known                   the current context, usable or lost: `context`; `check context` must follow if it matters
    context P [as v]        the context that P names, usable; the current one if P is NULL
    device P [as v]         the device with that ordinal (else CUDA_ERROR_INVALID_DEVICE)
    stream P                where a call in that stream goes: `order`
    waiting                 the same for a call without a stream, which waits until it is done: `order`
    find KIND P [as v] [with CODE]
                            the object of that kind that P names, whatever its context is like (else CODE; without
                            one, what the kind's row in kinds.py says)
    code P [as v]           a function or kernel with its number in the current context, which comes first: `v_number`
    module P [as v]         a module, usable
    function P [as v]       a function, usable, or a kernel, if there is a usable current context
    settable P [as v]       a function, or that of a kernel in the current context
    check E                 the context E can be used
    try F                   F, a function of the client, has nothing against it
    need P, ...             these pointers are not NULL (else CUDA_ERROR_INVALID_VALUE)
    refuse E [with CODE]    CODE (CUDA_ERROR_INVALID_VALUE) if E
    when E is F             the answer is F, if E
    is F                    the answer is F: another symbol, or a function of the client
    by F                    the answer is F, a function of the client that makes calls of the wire
    *P = E                  a result; `*P? = E` if P may be NULL
    *P from F(E, ...)       the object that a function of the client finds: its last argument is where it goes
    set L = E, set L++      the client's own state, after what came before succeeded
    make KIND P [with I]    a new object of the current context, numbered here and told to the server, to P; I: its fields
    end KIND                the object that was found ends, also if its context is of no use; the server is told
    pack P                  the structure that P points to goes with the call that follows; `pack P[N]`: N of them
    ask [CALL] [(E, ...)]   a request on the wire that is answered; its results go to the parameters of their names
    tell [CALL] [(E, ...)]  one that is not

A CALL has the symbol's name unless it is written, and takes the symbol's parameters by their names: an object is given
by its number, a stream by its number in its context.

`#86` is the id of the symbol's call on the wire, which is never used again for another. Where the steps do not end with
the call, `ask` or `tell` follows. A call that belongs to no symbol is an entry of its own, without a version and without
steps. A parameter is an argument of the call, but for pointers: `CUstream *x` is the number that the client gives to a
new object, `int *x` a result; a structure that is packed is an argument itself. What the server does stands behind `server`:

    server (PARAMETERS)     those of the call, if they are others than those of the symbol
    server: cuX(a, b)       what is asked of the driver, as expressions.py has it; unless it is written, the function of
                            the call's name with the call's arguments
    server: module.function what src/bitfusion/driver has for it, written by hand
    server: destroys(x)     what it does besides, as shapes.py lists it; several, with `;` between them

`blocks` says that the driver's function waits for the GPU, `bulk in` that raw bytes follow the request, `bulk out` that
they come before the reply. Words in quotes explain the call in docs/developer/calls.md.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .model import ALIAS, ASK, DIRECT, HAND, LOCAL, TELL, Param, Step, Symbol, Wire, parse_params

_PARAMETERS = r"\((?P<{}>(?:[^()]|\([^()]*\))*)\)"
_ENTRY = re.compile(
    r"(?P<name>\w+)(?:@(?P<since>\d+))?"
    r"(?P<words>(?:\s+(?:\+\w+@\d+|#\d+|ask|tell|carries|blocks|bulk (?:in|out)))*)\s*"
    + _PARAMETERS.format("proto")
    + r":(?P<steps>.*?)"
    + rf"(?:\n\s+server(?:\s*{_PARAMETERS.format('arguments')})?(?::\s*(?P<does>.*?))?)?"
    + r"(?:\n\s+\"(?P<doc>[^\"]*)\")?",
    re.S,
)
_FIND = r"(?P<param>\w+)(?:\s+as\s+(?P<name>\w+))?"
_SHAPES = {
    "hand": r"hand(?P<local>\s+local)?",
    "direct": "direct",
    "ready": "ready",
    "current": "current",
    "known": "known",
    "waiting": "waiting",
    "find": rf"find\s+(?P<kind>\w+)\s+{_FIND}(?:\s+with\s+(?P<code>CUDA_ERROR_\w+))?",
    **{word: rf"{word}\s+{_FIND}" for word in ("context", "device", "code", "module", "function", "settable")},
    "stream": r"stream\s+(?P<param>\w+)",
    "check": r"check\s+(?P<value>.+)",
    "try": r"try\s+(?P<value>.+)",
    "need": r"need\s+(?P<value>\w+(?:\s*,\s*\w+)*)",
    "refuse": r"refuse\s+(?P<value>.+?)(?:\s+with\s+(?P<code>CUDA_ERROR_\w+))?",
    "when": r"when\s+(?P<condition>.+?)\s+is\s+(?P<value>.+)",
    "is": r"is\s+(?P<value>.+)",
    "by": r"by\s+(?P<value>.+)",
    "give": r"\*(?P<param>\w+)(?P<optional>\?)?\s*=\s*(?P<value>.+)",
    "take": r"\*(?P<param>\w+)\s+from\s+(?P<value>\w+\(.+\))",
    "set": r"set\s+(?P<value>.+)",
    "make": r"make\s+(?P<kind>\w+)\s+(?P<param>\w+)(?:\s+with\s+(?P<value>.+))?",
    "end": r"end\s+(?P<kind>\w+)",
    "pack": r"pack\s+(?P<param>\w+)(?:\[(?P<count>\w+)\])?",
    "ask": r"ask(?:\s+(?P<call>\w+))?(?:\s*\((?P<arguments>.*)\))?",
    "tell": r"tell(?:\s+(?P<call>\w+))?(?:\s*\((?P<arguments>.*)\))?",
}
# What is asked of the driver, or the function that was written for it; all else is a shape's word.
_SERVER = re.compile(r"cu[A-Z]\w*\(.*|\[.*|CUDA_\w+|[a-z_]+\.\w+", re.S)


class Chapter(NamedTuple):
    symbols: tuple[Symbol, ...]
    calls: tuple[Wire, ...] = ()


def read_chapter(text: str, header: str = "cuda.h") -> Chapter:
    """Raises ValueError that names the entry and what of it is not understood."""
    entries = re.split(r"\n(?=\w)", "\n" + re.sub(r"^#.*\n", "", text, flags=re.M).strip())
    symbols: list[Symbol] = []
    calls: list[Wire] = []
    for entry in entries:
        if entry.strip():
            symbol, call = _read_entry(entry.strip(), header)
            symbols += [symbol] if symbol else []
            calls += [call] if call else []
    return Chapter(tuple(symbols), tuple(calls))


def _read_entry(entry: str, header: str) -> tuple[Symbol | None, Wire | None]:
    match = _ENTRY.fullmatch(entry)
    if match is None or bool(match["since"]) != bool(match["steps"].strip()):
        raise ValueError(f"not an entry of the table: {entry.splitlines()[0]!r}")
    words = re.findall(r"bulk \w+|\S+", match["words"])
    symbol = _read_symbol(match, words, header) if match["since"] else None
    if not any(word.startswith("#") for word in words):
        if symbol is None or match["does"] or match["doc"] or {"ask", "tell", "blocks"} & set(words):
            raise ValueError(f"{match['name']}: a call on the wire without an id")
        return symbol, None
    return symbol, _read_call(match, words, symbol)


def _read_symbol(match: re.Match[str], words: list[str], header: str) -> Symbol:
    steps = tuple(_read_step(match["name"], " ".join(step.split())) for step in match["steps"].split(";"))
    how = _how(steps)
    return Symbol(
        match["name"],
        int(match["since"]),
        " ".join(match["proto"].split()),
        how,
        twins=tuple((suffix, int(since)) for suffix, since in re.findall(r"\+(\w+)@(\d+)", match["words"])),
        reason="answered by softgpu, not yet through the wire" if how == DIRECT else "",
        header=header,
        carries="carries" in words,
        steps=() if steps[0].word in ("hand", "direct") else steps,
    )


def _read_call(match: re.Match[str], words: list[str], symbol: Symbol | None) -> Wire:
    name = match["name"]
    ids, ways = [word[1:] for word in words if word.startswith("#")], [word for word in words if word in (ASK, TELL)]
    if symbol and symbol.how in (ASK, TELL):
        ways.append(symbol.how)
    if len(ids) != 1 or len(ways) != 1:
        raise ValueError(f"{name}: a call on the wire has one id and one way, and not {ids} and {ways}")
    params = _call_params(match, symbol)
    results = [param for param in params if param.is_pointer and not param.is_new and param.type != "const char *"]
    clauses = [" ".join(clause.split()) for clause in (match["does"] or "").split(";") if clause.strip()]
    servers = [clause for clause in clauses if _SERVER.fullmatch(clause)]
    if len(servers) > 1:
        raise ValueError(f"{name}: one thing is asked of the server, and not {servers}")
    return Wire(
        int(ids[0]),
        name,
        ways[0],
        ", ".join(param.text for param in params if param not in results),
        ", ".join(f"{param.pointee} {param.name}" for param in results),
        bulk="".join(word.removeprefix("bulk ") for word in words if word.startswith("bulk")),
        server=servers[0] if servers else "cuda",
        does="; ".join(clause for clause in clauses if clause not in servers),
        blocks="blocks" in words,
        carries="carries" in words,
        doc=" ".join((match["doc"] or "").split()),
    )


def _call_params(match: re.Match[str], symbol: Symbol | None) -> tuple[Param, ...]:
    if match["arguments"] is not None or symbol is None:
        return parse_params(" ".join((match["arguments"] or match["proto"]).split()))
    packed = {step["param"]: step["count"] for step in symbol.steps if step.word == "pack"}
    return tuple(
        Param(param.pointee.removeprefix("const ") + ("[]" if packed[param.name] else ""), param.name)
        if param.name in packed
        else param
        for param in symbol.params
        if param.name not in packed.values()
    )


def _read_step(symbol: str, text: str) -> Step:
    for word, shape in _SHAPES.items():
        if match := re.fullmatch(shape, text):
            return Step(word, {key: value for key, value in match.groupdict().items() if value})
    raise ValueError(f"{symbol}: not a step: {text!r}")


def _how(steps: tuple[Step, ...]) -> str:
    words = [step.word for step in steps]
    if words == ["direct"]:
        return DIRECT
    if words[0] == "hand":
        return LOCAL if steps[0]["local"] else HAND
    if steps[-1].word == "is" and steps[-1]["value"].startswith("cu"):
        return ALIAS
    if "by" in words:
        return HAND
    return ASK if "ask" in words else TELL if {"tell", "make", "end"} & set(words) else LOCAL
