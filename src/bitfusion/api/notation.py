"""The text in which symbols are described -> Symbol. Knows what a step is called, not what becomes of it.

    cuStreamGetFlags@5050 +ptsz@7000 (CUstream hStream, unsigned int *flags):
        stream hStream; need flags; *flags = order.object ? order.object->stream.flags : CU_STREAM_DEFAULT

An entry is the name, the CUDA version from which cuGetProcAddress answers with it, its per-thread forms with theirs,
`carries` if it may return the error of an earlier call without a reply, its C parameters, and the steps in which it is
answered: the driver's order of checks is their order. The steps, `v` being a name for what is found:

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
    ask [CALL] [(E, ...)]   a request on the wire that is answered; its results go to the parameters of their names
    tell [CALL] [(E, ...)]  one that is not

A CALL has the symbol's name unless it is written, and takes the symbol's parameters by their names: an object is given
by its number, a stream by its number in its context.
"""

from __future__ import annotations

import re

from .model import ALIAS, ASK, DIRECT, HAND, LOCAL, TELL, Step, Symbol

_ENTRY = re.compile(
    r"(?P<name>cu\w+)@(?P<since>\d+)(?P<twins>(?:\s+\+\w+@\d+)*)(?P<carries>\s+carries)?\s*"
    r"\((?P<proto>(?:[^()]|\([^()]*\))*)\):\s*(?P<steps>.*)",
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
    "ask": r"ask(?:\s+(?P<call>\w+))?(?:\s*\((?P<arguments>.*)\))?",
    "tell": r"tell(?:\s+(?P<call>\w+))?(?:\s*\((?P<arguments>.*)\))?",
}


def read_symbols(text: str, header: str = "cuda.h") -> tuple[Symbol, ...]:
    """The symbols of a chapter. Raises ValueError that names the entry and the step that it does not understand."""
    entries = re.split(r"\n(?=cu\w)", "\n" + re.sub(r"^#.*\n", "", text, flags=re.M).strip())
    return tuple(_read_symbol(entry.strip(), header) for entry in entries if entry.strip())


def _read_symbol(entry: str, header: str) -> Symbol:
    match = _ENTRY.fullmatch(entry)
    if match is None:
        raise ValueError(f"not an entry of the table: {entry.splitlines()[0]!r}")
    twins = re.findall(r"\+(\w+)@(\d+)", match["twins"])
    steps = tuple(_read_step(match["name"], " ".join(step.split())) for step in match["steps"].split(";"))
    how = _how(steps)
    return Symbol(
        match["name"],
        int(match["since"]),
        " ".join(match["proto"].split()),
        how,
        twins=tuple((suffix, int(since)) for suffix, since in twins),
        reason="answered by softgpu, not yet through the wire" if how == DIRECT else "",
        header=header,
        carries=bool(match["carries"]),
        steps=() if steps[0].word in ("hand", "direct") else steps,
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
