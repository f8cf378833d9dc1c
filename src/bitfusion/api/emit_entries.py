"""shim/generated/entries.c: the entry points of the client whose steps stand in the table (notation.py has the words).

One C function a symbol, straight-line. What a step needs and does not find (an object for a handle, a place to send a
call to, a check of a pointer that is written through) is refused here, with the name of the symbol.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .emit_libcuda import BANNER
from .kinds import HANDLES, KINDS
from .model import ASK, BINARY, FLOATS, SIGNED, STRUCTURES, Param, Step, Symbol, Wire

_LIBCUDA = (
    "advice array_shape capture coredump errors flags generated/cuda_api listeners logs old_launch pool_place texture"
)
_API = "capture copies devices fills functions graph_execs graph_settings green issue launch memop stream_attributes"
_STATE = "arrays callbacks code drop events graphs kept_pools kernels lookup managed_memory memory modules order pinned pool_places pool_sharing pools references sharing structures textures user_objects virtual waits"
_INCLUDES = tuple(
    f"../{room}/{name}.h"
    for room, names in (("../libcuda", _LIBCUDA), ("api", _API), ("state", _STATE))
    for name in names.split()
)
_KINDS = {kind.name: kind for kind in KINDS}


def entries_source(symbols: tuple[Symbol, ...], wires: tuple[Wire, ...]) -> str:
    """Every symbol that has steps. Raises ValueError for what cannot be generated."""
    by_name = {wire.name: wire for wire in wires}
    includes = "".join(f'#include "{name}"\n' for name in _INCLUDES)
    entries = "\n".join(_Entry(symbol, by_name).text() for symbol in symbols if symbol.steps)
    return f"{BANNER}{includes}\n{entries}"


class _Entry:
    """One function while it is written. `objects`: what was found, by the parameter that named it."""

    def __init__(self, symbol: Symbol, wires: dict[str, Wire]) -> None:
        self._symbol, self._wires = symbol, wires
        self._params = {param.name: param for param in symbol.params}
        self._lines: list[str] = []
        self._declared = self._ended = False
        self._variables: dict[str, str] = {}  # name -> kind
        self._objects: dict[str, str] = {}
        self._needed: set[str] = set()
        self._packed: dict[str, str] = {}  # parameter -> how many structures it points to

    def text(self) -> str:
        steps = self._symbol.steps
        for param in self._params:
            if not any(re.search(rf"\b{param}\b", value) for step in steps for value in step.said.values()) and not any(
                self._takes(step, param) for step in steps
            ):
                self._lines.append(f"(void){param};")
        for step in steps:
            if self._ended:
                raise self._refusal(f"{step.word} comes after the answer")
            write: Callable[[Step], None] = getattr(self, f"_write_{step.word}")
            write(step)
        if not self._ended:
            self._lines.append("return CUDA_SUCCESS;")
        body = "".join(f"    {line}\n" for line in self._lines)
        return f"CUresult {self._symbol.name}({self._symbol.proto})\n{{\n{body}}}\n"

    def _refusal(self, why: str) -> ValueError:
        return ValueError(f"{self._symbol.name}: {why}")

    def _takes(self, step: Step, param: str) -> bool:
        """True if a call on the wire takes or gives the parameter by its name."""
        if step.word not in ("ask", "tell", "make"):
            return False
        wire = self._wire(step)
        named = () if step["arguments"] else wire.arg_params
        return param in {each.name for each in (*named, *wire.reply_params)}

    # What is found.

    def _new(self, kind: str, step: Step, declaration: str) -> str:
        name = step["name"] or (kind if step.word not in ("code", "function", "settable") else "function")
        if name in self._params or name in self._variables:
            raise self._refusal(f"{name} is taken: {step.word} {step['param']} as another name")
        if step["param"] and step["param"] not in self._params:
            raise self._refusal(f"there is no parameter {step['param']}")
        self._variables[name] = kind
        if step["param"]:
            self._objects[step["param"]] = name
        self._lines.append(declaration.format(name) + ";")
        return name

    def _try(self, expression: str) -> None:
        self._lines += [f"{'' if self._declared else 'CUresult '}result = {expression};", "if (result)"]
        self._lines.append("    return result;")
        self._declared = True

    def _refuse(self, condition: str, code: str) -> None:
        self._lines += [f"if ({condition})", f"    return {code};"]

    def _write_ready(self, _step: Step) -> None:
        self._refuse("!bf_client_ready()", "bf_client_refusal()")

    def _write_current(self, step: Step) -> None:
        self._try(f"bf_contexts_current(&{self._new('context', step, 'struct bf_object *{}')})")

    def _write_known(self, step: Step) -> None:
        self._try(f"bf_contexts_known(&{self._new('context', step, 'struct bf_object *{}')})")

    def _write_context(self, step: Step) -> None:
        self._try(f"bf_contexts_find({step['param']}, &{self._new('context', step, 'struct bf_object *{}')})")

    def _write_device(self, step: Step) -> None:
        self._try(f"bf_lookup_device({step['param']}, &{self._new('device', step, 'struct bf_device *{}')})")

    def _write_find(self, step: Step) -> None:
        kind = step["kind"]
        if kind not in _KINDS:
            raise self._refusal(f"there is no kind of objects {kind}")
        if step["code"]:
            name = self._new(
                kind, step, f"struct bf_object *{{}} = bf_objects_find({self._handle(step)}, BF_{kind.upper()})"
            )
            self._refuse(f"!{name}", step["code"])
            return
        name = self._new(kind, step, "struct bf_object *{}")
        self._try(f"bf_lookup_find(BF_{kind.upper()}, {self._handle(step)}, &{name})")

    def _handle(self, step: Step) -> str:
        """Handles of physical memory are numbers."""
        param = self._params[step["param"]]
        return param.name if param.type != "CUmemGenericAllocationHandle" else f"(const void *)(uintptr_t){param.name}"

    def _write_stream(self, step: Step) -> None:
        self._variables["order"] = "order"
        self._objects[step["param"]] = "order"
        self._lines.append("struct bf_order order;")
        self._try(f"bf_order_find({step['param']}, &order)")

    def _write_waiting(self, _step: Step) -> None:
        self._variables["order"] = "order"
        self._lines.append("struct bf_order order;")
        self._try("bf_order_waiting(&order)")

    def _write_code(self, step: Step) -> None:
        if "context" not in self._variables:
            raise self._refusal("code needs the current context before it")
        name = self._new("code", step, "struct bf_object *{}")
        self._lines.append(f"uint64_t {name}_number;")
        self._try(f"bf_kernels_find({step['param']}, context, &{name}, &{name}_number)")

    def _write_module(self, step: Step) -> None:
        self._try(f"bf_lookup_module({step['param']}, &{self._new('module', step, 'struct bf_object *{}')})")

    def _write_function(self, step: Step) -> None:
        self._try(f"bf_lookup_function({step['param']}, &{self._new('function', step, 'struct bf_object *{}')})")

    def _write_settable(self, step: Step) -> None:
        self._try(f"bf_functions_settable({step['param']}, &{self._new('function', step, 'struct bf_object *{}')})")

    # What is checked.

    def _write_check(self, step: Step) -> None:
        self._try(f"bf_contexts_check({step['value']})")

    def _write_try(self, step: Step) -> None:
        self._try(step["value"])

    def _write_need(self, step: Step) -> None:
        names = [name.strip() for name in step["value"].split(",")]
        for name in names:
            if name not in self._params or not self._params[name].is_pointer:
                raise self._refusal(f"{name} is no pointer that could be needed")
        self._needed.update(names)
        self._refuse(" || ".join(f"!{name}" for name in names), "CUDA_ERROR_INVALID_VALUE")

    def _write_refuse(self, step: Step) -> None:
        self._refuse(step["value"], step["code"] or "CUDA_ERROR_INVALID_VALUE")

    def _write_when(self, step: Step) -> None:
        self._refuse(step["condition"], step["value"])

    # What is answered.

    def _write_is(self, step: Step) -> None:
        self._lines.append(f"return {step['value']};")
        self._ended = True

    def _write_by(self, step: Step) -> None:
        self._write_is(step)

    def _write_give(self, step: Step) -> None:
        name = step["param"]
        value = step["value"] if re.fullmatch(r"[\w>.-]+", step["value"]) else f"({step['value']})"
        self._put(name, value, bool(step["optional"]))

    def _write_take(self, step: Step) -> None:
        name, value = step["param"], step["value"]
        if name not in self._needed or self._params[name].pointee not in HANDLES:
            raise self._refusal(f"{name} takes an object, so it is a handle that is needed")
        self._lines.append("struct bf_object *taken;")
        self._try(f"{value[:-1]}, &taken)")
        self._put(name, "taken")

    def _put(self, name: str, value: str, optional: bool = False) -> None:
        param = self._params.get(name)
        if param is None or not param.is_pointer:
            raise self._refusal(f"{name} is no parameter that can be written through")
        if not optional and name not in self._needed:
            raise self._refusal(f"{name} is written through, so it is needed, or optional (*{name}? = ...)")
        line = f"*{name} = ({param.pointee}){value};"
        self._lines += [f"if ({name})", f"    {line}"] if optional else [line]

    def _write_set(self, step: Step) -> None:
        self._lines.append(f"{step['value']};")

    # What begins and ends.

    def _write_make(self, step: Step) -> None:
        wire, kind = self._wire(step), step["kind"]
        new = [param for param in wire.arg_params if param.is_pointer and param.pointee == _KINDS[kind].type]
        if "context" not in self._variables or step["param"] not in self._needed or len(new) != 1:
            raise self._refusal(f"a {kind} is made in the current context, for a parameter that is needed")
        fields = f", .{kind} = {{{step['value']}}}" if step["value"] else ""
        arguments = [
            f"bf_u({kind}->number)" if param in new else self._argument(param, param.name) for param in wire.arg_params
        ]
        self._lines += [
            f"struct bf_object *{kind} = bf_objects_new(&(struct bf_object){{",
            f"    .kind = BF_{kind.upper()}, .server = context->server, .number = bf_server_number(context->server),",
            f"    .owner = context{fields}}});",
            f"if (!{kind})",
            "    return CUDA_ERROR_OUT_OF_MEMORY;",
            f"result = BF_TELL({self._target()}, {', '.join([wire.name, *arguments])});",
            "if (result)",
            f"    bf_objects_free({kind}, bf_drop_object);",
            "else",
            f"    *{step['param']} = ({_KINDS[kind].type}){kind};",
            "return result;",
        ]
        self._ended = True

    def _write_end(self, step: Step) -> None:
        kind = step["kind"]
        if self._variables.get(kind) != kind or _KINDS[kind].parents != ("context",):
            raise self._refusal(f"no {kind} of a context was found that could end")
        self._lines += [
            f"if (!bf_objects_claim({kind}))",
            "    return CUDA_ERROR_INVALID_HANDLE;",
            f"struct bf_target to = bf_in({kind}->owner);",
            f"uint64_t number = {kind}->number;",
            f"result = bf_contexts_check({kind}->owner);",
            f"bf_objects_free({kind}, bf_drop_object);",
            f"return result ? result : BF_TELL(to, {self._wire(step).name}, bf_u(number));",
        ]
        self._ended = True

    # What is asked.

    def _wire(self, step: Step) -> Wire:
        name = step["call"] or self._symbol.name
        if name not in self._wires:
            raise self._refusal(f"there is no call {name} on the wire")
        return self._wires[name]

    def _write_pack(self, step: Step) -> None:
        param = self._params.get(step["param"])
        if param is None or param.pointee.removeprefix("const ") not in STRUCTURES:
            raise self._refusal(f"{step['param']} points to no structure that structures.txt describes")
        self._packed[param.name] = step["count"] or "1"

    def _send(self, call: str) -> None:
        """Make a call, with the structures that were packed for it."""
        if not self._packed:
            self._try(call)
            return
        first = "" if self._declared else "CUresult "
        self._lines += [f"struct bf_packed {name}_packed = {{.data = NULL}};" for name in self._packed]
        for name, count in self._packed.items():
            kind = self._params[name].pointee.removeprefix("const ")
            packed = f"bf_structures_pack(&{name}_packed, BF_STRUCTURE_{kind}, {name}, {count}, {self._place()})"
            self._lines += [f"{first}result = {packed};", "if (!result)"]
            first = "    "
        self._lines.append(f"    result = {call};")
        self._lines += [f"bf_structures_end(&{name}_packed);" for name in self._packed]
        self._lines += ["if (result)", "    return result;"]
        self._packed, self._declared = {}, True

    def _write_ask(self, step: Step) -> None:
        wire = self._wire(step)
        if wire.how != ASK or wire.bulk:
            raise self._refusal(f"{wire.name} is no request without bulk data")
        replies = wire.reply_params
        if bytes_ := [reply.type for reply in replies if reply.type in BINARY or reply.type == "const char *"]:
            raise self._refusal(f"no step says how {bytes_[0]} comes back")
        if replies:
            self._lines.append(f"struct bf_value out[{len(replies)}];")
        out, target = "out" if replies else "NULL", self._target()
        if wire.arg_params:
            self._send(f"BF_ASK({target}, {out}, {self._call(wire, step)})")
        else:
            self._try(f"bf_call_ask({target}, &bf_calls[BF_CALL_{wire.name}], NULL, NULL, {out})")
        for index, reply in enumerate(replies):
            field = "f" if reply.type in FLOATS else "s" if reply.type in SIGNED else "u"
            self._put(reply.name, f"out[{index}].{field}")

    def _write_tell(self, step: Step) -> None:
        wire = self._wire(step)
        if wire.how == ASK or wire.bulk:
            raise self._refusal(f"{wire.name} is no one-way call without bulk data")
        if wire.arg_params:
            self._send(f"BF_TELL({self._target()}, {self._call(wire, step)})")
        else:
            self._try(f"bf_call_tell({self._target()}, &bf_calls[BF_CALL_{wire.name}], NULL, NULL)")

    def _target(self) -> str:
        """Where a call goes: a stream's place comes first, then what an object or device was found for."""
        if "order" in self._variables:
            return "order.to"
        for name, kind in self._variables.items():
            if kind == "event":
                return f"bf_in({name}->owner)"
            if kind in ("texref", "surfref"):
                return f"bf_in({name}->reference.context)"
            if kind == "mipmap":
                return f"bf_in({name}->owner)"
            if kind == "array":
                return f"bf_in({name}->array.context)"
            if kind in ("pool", "graph", "node", "exec", "userobject"):
                return f"bf_on({name}->server)"
            if kind == "device":
                return f"bf_on({name}->server)"
            if kind == "function":
                return f"bf_in({name}->function.context)"
            if kind == "context":
                return f"bf_in({name})"
        raise self._refusal("nothing says where the call goes")

    def _place(self) -> str:
        """A context on the server where a call goes."""
        places = {
            "order": "order.context",
            "event": "{}->owner",
            "array": "{}->array.context",
            "texref": "{}->reference.context",
            "surfref": "{}->reference.context",
            "pool": "{}->pool.device->primary",
            "device": "{}->primary",
            "function": "{}->function.context",
            "context": "{}",
        }
        for kind, place in places.items():
            for name, found in self._variables.items():
                if found == kind:
                    return place.format(name)
        raise self._refusal("nothing says for which server a structure is packed")

    def _call(self, wire: Wire, step: Step) -> str:
        params = wire.arg_params
        if step["arguments"]:
            values = [value.strip() for value in step["arguments"].split(",")]
        else:
            values = [param.name for param in params]
        if len(values) != len(params):
            raise self._refusal(f"{wire.name} takes {len(params)} arguments")
        arguments = [self._argument(param, value) for param, value in zip(params, values, strict=True)]
        return ", ".join([wire.name, *arguments])

    def _argument(self, param: Param, value: str) -> str:
        found = self._objects.get(value)
        kind = self._variables.get(found or "", "")
        if param.type in HANDLES:
            if not found:
                raise self._refusal(f"{value} is a handle, and nothing found its object")
            number = {"order": "order.stream", "code": f"{found}_number"}.get(kind, f"{found}->number")
            return f"bf_u({number})"
        if param.type == "CUdevice":
            if kind != "device":
                raise self._refusal(f"{value} is a device, and nothing found it")
            return f"bf_i({found}->local)"
        if value in self._packed:
            return f"bf_structures_value(&{value}_packed)"
        given = self._params.get(value)
        if param.is_pointer or param.type == "bytes" or (given and given.is_pointer):
            raise self._refusal(f"{value}: no step says how {param.type} is sent")
        if param.type in FLOATS:
            return f"bf_f({value})"
        return f"bf_i({value})" if param.type in SIGNED else f"bf_u((uint64_t)({value}))"
