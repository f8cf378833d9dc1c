"""The shapes of generated functions: what a call of the wire does besides asking the driver, as `Wire.does` says.

    destroys(event)          an object ends; destroys(primary(dev)): the device's primary context, if it is retained
    makes(primary(dev))      the new context is the device's primary one
    then(cuCtxPopCurrent())  what is asked of the driver after success; its answer does not matter
    allocates(bytesize)      device memory under the quota, of a pool if there is a stream; (pitch * height, width): how
                             much, the driver's answer says
    frees(dptr)              it is given back; in a stream: when that gets there
    charges(descriptor)      a new array has memory under the quota, as its descriptor says; (descriptor, levels): a
                             mipmapped one; (prop, size): physical memory
    maps(ptr, size, handle)  memory is there from now on; unmaps(ptr, size): no longer
    records(hEvent)          an event means something else from now on
    holds(hCtx)              the context waits for something that no stream shows
    settles                  the answer may tell that something is complete: bytes on their way come before it
    waits(cuEventQuery(h))   of a call that blocks: how to ask whether it would
    arrives                  a copy that must be over before a call of another kind begins
    tells(number)            the client's callback of that number, if the call fails
    numbers(CUgraph, node)   the value is an object that the driver made in `node`: the client gets a number for it
    shows(value)             the value is the driver's own number of the new object
    forgets(number)          the client's function of that number, if the call fails
    cuts(list, count)        of the list that the driver gives, only the first ones are meant
    hosted(node, CUDA_ERROR_X)  what is answered of a node that is a copy of the client's memory (driver/hosted.py)
    inside(node)             of such a node, the copy in it is meant
    within(cuCtxFromGreenCtx(g))  all this in the context that this gives
    launches(hGraph)         a graph may allocate memory, which is under the quota
    limited(free, total)     what the client may see of these under the quota
    alike(a, b)              lists of the same length; one of structures may be empty instead
    takes(list: int a, ...)  bytes that are rows of little-endian numbers
    sends, receives          bulk data (bulk.py)
    asks(launch_ex)          the tell of that name, with an answer
    whole                    a hand-written function takes the call apart itself, where one more would cost too much

A call without one of them hands its arguments over and its values back. Where objects are entered, and with what they
go, stands in kinds.py. What is not understood is refused, by the name of the call.
"""

from __future__ import annotations

import re

from . import bulk, memory_shapes
from .expressions import Expression, safe
from .kinds import HANDLES, Kind
from .model import ENUMS, LISTS, NUMBERED, STRUCTURES, TELL, UNPACKED, Param, Wire, is_hand, parse_params
from .structures import described as known_structures

_PACKED = {"unsigned int": "I", "int": "i", "size_t": "Q", "CUdevice": "I"}
# cuda-python gives objects for these, or lists.
_CONVERTED = {"CUdeviceptr", "cuuint64_t", "ints"} | ENUMS | STRUCTURES | LISTS


def function(wire: Wire) -> str:
    """The function of a call. Raises ValueError, which names the call, for what no shape expresses."""
    return "\n".join(_Function(wire).lines()) + "\n"


class _Function:
    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.does = wire.effects
        self.tells = wire.how == TELL
        self.params = {param.name: param for param in wire.arg_params}
        self.made = [param for param in wire.arg_params if param.is_new]
        self.used = {param.name for param in self.made}
        self.rows = self._rows()
        self.expression = Expression(wire, *self.rows)
        self.result = "result" if self.tells else "(result,)"

    def lines(self) -> list[str]:
        wire = self.wire
        head = [f"def {wire.name}(session: DriverSession, call: Any) -> {'Any' if self.tells else 'Answer | None'}:"]
        if "asks" in self.does:
            return self._whole([*head, f"    return ({self._effect('asks')}(session, call),)"], set(self.params))
        if "whole" in self.does and is_hand(wire) and not self.made:
            self._effect("whole")
            return self._whole([f"{wire.name} = {wire.server}"], set(self.params))
        names = ", ".join(safe(param) for param in wire.arg_params)
        for word in (word for word in bulk.WORDS if word in self.does):
            params = [self._param(name) for name in self._effect(word).split(", ")]
            if not (answer := bulk.answer(word, wire, params)):
                raise self._refused(f"{word} of {names}")
            return self._whole([*head, f"    _, {names} = call", f"    return {answer}"], set(self.params))
        head.append(f"    _, {names} = call" if names else "    (_,) = call")
        head += [f"    session.check_new({safe(param)})" for param in self.made]
        if is_hand(wire):
            arguments = "".join(f", {self._hand_argument(param)}" for param in wire.arg_params)
            arguments += "".join(f", described.{each.type}" for each in wire.reply_params if each.type in STRUCTURES)
            return self._whole([*head, f"    return {wire.server}(session{arguments})"], set(self.params))
        hosted, inside = self._hosted(), self.does.pop("inside", "")
        body = [*hosted, *self._inside(inside, self._body())]
        return self._whole([*head, *self._checks(), *self.expression.before, *body], self.used | self.expression.used)

    def _whole(self, lines: list[str], used: set[str]) -> list[str]:
        """`lines`, if they leave out nothing of what the table says."""
        if self.does:
            raise self._refused(f"{'; '.join(self.does)} in this call")
        if left := set(self.params) - used:
            raise self._refused(f"a call that does not use {', '.join(sorted(left))}")
        return lines

    def _body(self) -> list[str]:
        shapes = {
            "destroys": self._destroying,
            "allocates": self._allocating,
            "frees": self._freeing,
            "launches": self._launching,
            "settles": self._settling,
            "arrives": self._arriving,
            "records": self._recording,
            "tells": self._telling,
            "holds": self._holding,
            "numbers": self._numbering,
            "limited": self._limiting,
            "maps": lambda what: self._mapping("mapped", what),
            "unmaps": lambda what: self._mapping("unmapped", what),
        }
        for word, shape in shapes.items():
            if word in self.does:
                return shape(self._effect(word))
        if self.made:
            return self._making()
        return self._waiting() if self.wire.blocks else self._plain()

    def _plain(self) -> list[str]:
        described = self._described()
        if not described:
            return self._returned(self.expression.source())
        if self.expression.source() != "(SUCCESS,)":
            raise self._refused("a listing after a call of the driver")
        return [*self._device(), f"    return SUCCESS, {described}"]

    def _making(self) -> list[str]:
        if len(self.made) != 1:
            raise self._refused("a call that makes several objects")
        (made,) = self.made
        primary = self.does.pop("makes", "")
        check = [f"    session.check_no_primary({self._primary(primary)})"] if primary else []
        charged = [safe(self._param(name)) for name in self.does.pop("charges", "").split(", ") if name]
        ledger = "arrays" if made.pointee in ("CUarray", "CUmipmappedArray") else "virtual"
        reserve = [f"    charge = {ledger}.reserve(session, {', '.join(charged)})"] if charged else []
        call, then, described = self._within(self.expression.source()), self._then(), self._described()
        if (shown := self._shown()) and described:
            raise self._refused("a number besides a description")
        described = described or shown
        if self.wire.reply_params and not described:
            raise self._refused("values besides a new object")
        done = [*then, self._entered(made, bool(primary))]
        if charged:
            done.append(f"{ledger}.settle(session, {safe(made)}, charge)")
        if not described:
            otherwise = ["    else:", f"        {ledger}.cancel(session, charge)"] if charged else self._forgotten()
            done = ["    if result is SUCCESS:", *(f"        {line}" for line in done), *otherwise]
            done.append(f"    return {self.result}")
        else:
            failed = ["    if result is not SUCCESS:", "        return (result,)"]
            done = [*failed, *(f"    {line}" for line in done), f"    return result, {described}"]
        return [*check, *self._device(), *reserve, f"    result, handle = {call}", *done]

    def _shown(self) -> str:
        value = self.does.pop("shows", "")
        if value and [(param.type, param.name) for param in self.wire.reply_params] != [("cuuint64_t", value)]:
            raise self._refused(f"shows({value}), which is not its value")
        return "int(handle)" if value else ""

    def _forgotten(self) -> list[str]:
        number = self.does.pop("forgets", "")
        return ["    else:", f"        session.asks.forget({safe(self._param(number))})"] if number else []

    def _destroying(self, what: str) -> list[str]:
        if what.startswith("primary("):
            return self._ending_context(f"session.primary({self._primary(what)})", self.expression.source())
        kind, number = self._kind(what)
        value = f"session.{kind.table}[{number}]"
        call = self._ending(kind, value)
        if kind.name == "context":
            return self._ending_context(value, self.expression.source().replace(value, "context"), kind.may_end)
        left = [*self._then(), kind.leave.format(number=number, value=value)]
        return [
            f"    result = {call}",
            "    if result is SUCCESS:",
            *(f"        {line}" for line in left),
            f"    return {self.result}",
        ]

    def _ending_context(self, context: str, call: str, may_end: str = "") -> list[str]:
        """What runs in a context may take its time, and need other calls."""
        then = "".join(f", lambda: {line}" for line in self._then())
        return [
            f"    context = {context}",
            *([f"    {may_end.format(value='context')}"] if may_end else []),
            f"    return contexts.end(session, context, lambda: {call}[0]{then})",
        ]

    def _ending(self, kind: Kind, value: str) -> str:
        """The driver ends an object, unless the server remembers something about its kind."""
        call = self.expression.source()
        if not kind.end:
            return f"{call}[0]"
        if self.wire.name != kind.destroyer or self.wire.server != "cuda":
            raise self._refused(f"another way to end a {kind.name} than {kind.destroyer}")
        return kind.end.format(value=value)

    def _allocating(self, size: str) -> list[str]:
        bound, call = self._bound(), self.expression.source()
        if size in self.params:
            stream, pool = (self._first("CUstream"), self._first("CUmemoryPool"))
            return [*bound, *memory_shapes.allocate(call, safe(self._param(size)), stream, pool)]
        size, _, width = size.partition(", ")
        values = {param.name: self._value(param) for param in self.wire.reply_params}
        pitch, _, height = size.partition(" * ")
        if pitch not in values or not {height, width} <= set(self.params):
            raise self._refused(f"an allocation of {size!r}")
        return [*bound, *memory_shapes.allocate_rows(call, size, width, height, values)]

    def _first(self, of: str) -> str:
        """The first argument of this type, empty if there is none."""
        return next((safe(param) for param in self.wire.arg_params if param.type == of), "")

    def _launching(self, graph: str) -> list[str]:
        bound, call = self._bound(), self.expression.source() + ("[0]" if self.tells else "")
        return [*bound, *memory_shapes.launch(call, safe(self._param(graph)))]

    def _freeing(self, what: str) -> list[str]:
        streams = [safe(param) for param in self.wire.arg_params if param.type == "CUstream"]
        return memory_shapes.free(self.expression.source(), safe(self._param(what)), streams, self.result)

    def _mapping(self, function: str, what: str) -> list[str]:
        return [
            f"    result = {self.expression.source()}[0]",
            "    if result is SUCCESS:",
            f"        virtual.{function}(session, {self._named(what)})",
            f"    return {self.result}",
        ]

    def _named(self, what: str) -> str:
        """Parameters of the call, as arguments."""
        return ", ".join(safe(self._param(name)) for name in what.split(", "))

    def _settling(self, _: str) -> list[str]:
        cut = ["    if answer[0] is not SUCCESS:", "        answer = answer[:1]"] if self.wire.reply_params else []
        return [
            f"    answer = {self.expression.source()}",
            *cut,
            "    return answer if not session.outgoing.busy else waits.settled(session, answer)",
        ]

    def _waiting(self) -> list[str]:
        query = self.does.pop("waits", "")
        bound, call = self._bound(), self.expression.source()
        asked = re.fullmatch(r"(cuda\.\w+)\((\w+)\)", self.expression.source(query)) if query else None
        if self.wire.reply_params or self.tells or (query and not asked):
            raise self._refused(f"such a call that blocks, {query!r}")
        first = asked and [
            f"    if not session.outgoing.busy and polling.poll({asked[1]}, {asked[2]}) is not NOT_READY:",
            f"        return {call}",
        ]
        return [*bound, *(first or []), f"    return waits.on_own_line(session, lambda: {call})"]

    def _arriving(self, _: str) -> list[str]:
        return [
            f"    result = {self.expression.source()}[0]",
            "    return result if result is not SUCCESS else copies.ARRIVING",
        ]

    def _recording(self, event: str) -> list[str]:
        bound, call = self._bound(), self.expression.source()
        return [*bound, f"    session.records.note({safe(self._param(event))})", *self._returned(call)]

    def _telling(self, number: str) -> list[str]:
        name, call = safe(self._param(number)), self.expression.source()
        return [f"    return callbacks.told(session, {name}, lambda: {call}[0])"]

    def _hosted(self) -> list[str]:
        name, _, answer = self.does.pop("hosted", "").partition(", ")
        if not name:
            return []
        kind, number = self._kind(name)
        values = f"SUCCESS, int(cuda.{answer})" if "." in answer else f"cuda.CUresult.{answer},"
        return [f"    if session.hosted.find(session.{kind.table}[{number}]):", f"        return ({values})"]

    def _inside(self, name: str, body: list[str]) -> list[str]:
        if not name:
            return body
        kind, number = self._kind(name)
        node = f"session.{kind.table}[{number}]"
        return [f"    inside = session.hosted.inside({node})", *(line.replace(node, "inside") for line in body)]

    def _numbering(self, what: str) -> list[str]:
        kind, _, inside = what.partition(", ")
        if kind not in HANDLES or [param.type for param in self.wire.reply_params] != ["cuuint64_t"]:
            raise self._refused(f"numbers({what}) in this call")
        return [
            f"    result, made = {self.expression.source()}",
            "    if result is not SUCCESS:",
            "        return (result,)",
            f"    return result, session.number_of(session.{HANDLES[kind].table}, made, {self._kind(inside)[1]})",
        ]

    def _limiting(self, what: str) -> list[str]:
        if what != ", ".join(param.name for param in self.wire.reply_params):
            raise self._refused(f"limited({what}), which are not its values")
        return [
            f"    result, {what} = {self.expression.source()}",
            "    if result is not SUCCESS:",
            "        return (result,)",
            "    pools.look(session)",
            f"    return (result, *session.quota.shown(session.current.device, {what}))",
        ]

    def _within(self, call: str) -> str:
        context = self.does.pop("within", "")
        return f"contexts.within({self.expression.source(context)}, lambda: {call})" if context else call

    def _holding(self, context: str) -> list[str]:
        kind, number = self._kind(context)
        if kind.name != "context" or not self.tells:
            raise self._refused(f"holds({context}) in this call")
        return [
            f"    result = {self.expression.source()}[0]",
            "    if result is SUCCESS:",
            f"        streams.hold(session, session.{kind.table}[{number}])",
            "    return result",
        ]

    def _returned(self, call: str) -> list[str]:
        """What the driver answers, as the client is told it."""
        if call.startswith("each("):
            return [f"    return {call}"]
        if self.tells:
            return [f"    return ({call})[0]" if " if " in call else f"    return {call}[0]"]
        values = self.wire.reply_params
        if any(param.type in _CONVERTED for param in values):
            return [
                f"    result, {', '.join(safe(param) for param in values)} = {call}",
                "    if result is not SUCCESS:",
                "        return (result,)",
                *self._cut(),
                f"    return result, {', '.join(self._value(param) for param in values)}",
            ]
        if values:
            return [f"    answer = {call}", "    return answer if answer[0] is SUCCESS else answer[:1]"]
        return [f"    return {call}"]

    def _cut(self) -> list[str]:
        cut, _, count = self.does.pop("cuts", "").partition(", ")
        names = {param.name: safe(param) for param in self.wire.reply_params}
        if not cut:
            return []
        if not {cut, count} <= set(names):
            raise self._refused(f"cuts({cut}, {count}), which are not its values")
        return [f"    {names[cut]} = {names[cut]}[:{names[count]}]"]

    def _value(self, param: Param) -> str:
        if param.type in STRUCTURES:
            return f"bytes_of(session, {safe(param)}, described.{param.type})"
        if param.type in LISTS:
            name = param.type.removesuffix("[]")
            if not known_structures()[name].is_flat:
                raise self._refused(f"a list of {name} as a value")
            return f'b"".join(bytes_of(session, each, described.{name}) for each in {safe(param)})'
        if param.type == "ints":
            return f"packed({safe(param)})"
        return f"int({safe(param)})" if param.type in _CONVERTED else safe(param)

    def _described(self) -> str:
        """A reply that is a description of a new function or kernel, or a listing of what is in a module or library."""
        wanted = [param for param in self.wire.reply_params if param.type in ("description", "listing")]
        if not wanted:
            return ""
        if len(self.wire.reply_params) != 1:
            raise self._refused("values besides a description or listing")
        kind, number = self._kind(wanted[0].name)
        own = any(param.name == wanted[0].name for param in self.made)
        value = "handle" if own else f"session.{kind.table}[{number}]"
        if wanted[0].type == "description":
            described = {"function": "describe_function(handle)", "kernel": "describe_kernel(handle, device)"}
            if kind.name not in described or not own:
                raise self._refused(f"a description of a {kind.name}")
            return f"descriptions.{described[kind.name]}"
        lists = {"module": f"Functions({number}, {value})", "library": f"Kernels({number}, {value}, device)"}
        if kind.name not in lists:
            raise self._refused(f"a listing of a {kind.name}")
        start = [] if own else [safe(self._param("start"))]
        listed = [f"descriptions.{lists[kind.name]}", safe(self._param("first")), *start]
        return f"descriptions.{'list_few' if own else 'list_from'}(session, {', '.join(listed)})"

    def _device(self) -> list[str]:
        """A device that only the description is of is looked up before the driver is asked."""
        left = [param for name, param in self.params.items() if name not in self.used | self.expression.used]
        found = [param for param in left if param.type == "CUdevice"]
        self.used |= {param.name for param in found}
        return [f"    device = session.device({safe(param)})" for param in found]

    def _entered(self, made: Param, primary: bool) -> str:
        kind = HANDLES[made.pointee]
        given = {safe(param): safe(param) for param in self.wire.arg_params}
        given |= {"table": kind.table, "number": safe(made), "parent": self._parent(kind)}
        try:
            return kind.enter_primary.format(**given) if primary else kind.enter.format(**given)
        except KeyError as missing:
            raise self._refused(f"a new {kind.name} without {missing}") from None

    def _parent(self, kind: Kind) -> str:
        """The number of what a new object is made in: an argument, or else the current context."""
        inside = [param for param in self.wire.arg_params if param.type in HANDLES]
        found = [safe(param) for param in inside if HANDLES[param.type].name in kind.parents]
        if len(found) > 1 or (not found and kind.parents and "context" not in kind.parents):
            raise self._refused(f"a new {kind.name} in one of {found}")
        return found[0] if found else "session.current.number" if kind.parents else "0"

    def _then(self) -> list[str]:
        text = self.does.pop("then", "")
        return [self.expression.source(text)] if text else []

    def _primary(self, what: str) -> str:
        match = re.fullmatch(r"primary\((\w+)\)", what)
        if not match:
            raise self._refused(what)
        return safe(self._param(match[1]))

    def _bound(self) -> list[str]:
        """All handles are looked up before anything is done."""
        handles = [param for param in self.wire.arg_params if param.type in HANDLES]
        self.expression.bound |= {param.name for param in handles}
        return [f"    {safe(p)} = session.{HANDLES[p.type].table}[{safe(p)}]" for p in handles]

    def _checks(self) -> list[str]:
        """Only bytes have an address that may be read, and the driver takes no more than these before it returns."""
        lines = []
        for param in self.wire.arg_params:
            name = safe(param)
            if param.name in self.expression.checked:
                lines.append(f"    if {name}.__class__ is not bytes or len({name}) > BULK_INLINE_BYTES:")
                lines.append(f'        raise not_inline("{name}")')
            if param.type in LISTS:
                kind = param.type.removesuffix("[]")
                lines.append(f"    {name} = structures(session, cuda.{kind}, described.{kind}, {name})")
            if param.type == "ints":
                lines.append(f"    {name} = unpacked({name})")
            if param.type in NUMBERED:
                lines.append(f"    {name} = handles(session.{NUMBERED[param.type].table}, {name})")
            if param.name == self.rows[0]:
                lines.append(f'    rows = unpack_rows("<{self._row_format()}", {name})')
        return [*lines, *self._alike()]

    def _alike(self) -> list[str]:
        """The driver is told how many there are in one, and takes as many of each."""
        if not (said := self.does.pop("alike", "")):
            return []
        first, *others = [self._param(name) for name in said.split(", ")]
        if first.type not in NUMBERED or not {param.type for param in others} <= UNPACKED:
            raise self._refused(f"alike({said}): they are not lists")
        lists = [f"{safe(p)} or {safe(first)}" if p.type in LISTS else safe(p) for p in (first, *others)]
        return [f"    check_alike({', '.join(lists)})"]

    def _rows(self) -> tuple[str, tuple[Param, ...]]:
        name, _, row = self.does.pop("takes", "").partition(": ")
        return name, parse_params(row)

    def _row_format(self) -> str:
        formats = _PACKED | dict.fromkeys(ENUMS, "I")
        types = [param.type for param in self.rows[1]]
        if unknown := [kind for kind in types if kind not in formats]:
            raise self._refused(f"rows of {unknown}")
        return "".join(formats[kind] for kind in types)

    def _hand_argument(self, param: Param) -> str:
        if param.type in HANDLES:
            return f"session.{HANDLES[param.type].table}[{safe(param)}]"
        if param.type in STRUCTURES:
            return f"Memory(session, described.{param.type}, {safe(param)}, True)"
        if param.type in LISTS:
            return f"Memory(session, described.{param.type.removesuffix('[]')}, {safe(param)})"
        if param.type in NUMBERED:
            return f"handles(session.{NUMBERED[param.type].table}, {safe(param)})"
        return safe(param)

    def _kind(self, name: str) -> tuple[Kind, str]:
        """Of the parameter that is an object, or a new one."""
        param = self._param(name)
        type_name = param.pointee if param.is_new else param.type
        if type_name not in HANDLES:
            raise self._refused(f"{name} as an object: it is {param.type}")
        return HANDLES[type_name], safe(param)

    def _effect(self, word: str) -> str:
        return self.does.pop(word)

    def _param(self, name: str) -> Param:
        if name not in self.params:
            raise self._refused(f"{name!r}, which is no parameter")
        self.used.add(name)
        return self.params[name]

    def _refused(self, what: str) -> ValueError:
        return ValueError(f"{self.wire.name}: the generator cannot express {what}")
