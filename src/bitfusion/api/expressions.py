"""The language of `Wire.server` -> Python: what is asked of the driver, as a Python expression of few kinds.

    cuMemcpyDtoDAsync(dst, src, bytes, stream)    a function of the driver and its arguments
    a(x) if x == 1 else b(x)                      one or the other, as the arguments of the call say
    [f(fn, size) for size in sizes]               once for each row of a packed list
    CUDA_SUCCESS                                  a result without a function

An argument is a parameter of the call, which becomes what its type says; a number; a member of an enumeration; *data,
the address and the size of bytes; *jit(options), how many JIT options there are in them, which, and their values; function(number), callback(number) and destructor(number), what the driver calls for a
function of the client, whose number is also its user data; min(n, 9), a number that is at most that; uint8(value), its low bits, and int32(value), those with a sign; cuuint64_t(value), a number as cuda-python's own type;
CUmemLocation(type=..., id=dev), a record; a list of these for each row; a structure, or several (X[]), that
structures.txt describes; first(X), the first of several structures, or None; several objects (CUgraphNode[]); and len(access), how many rows, structures or objects there are.
Whatever else is written is refused, by the name of the call.
"""

from __future__ import annotations

import ast
import re

from .kinds import HANDLES
from .model import ENUMS, LISTS, NUMBERS, STRUCTURES, UNPACKED, Param, Wire

_BITS = {"uint8": 0xFF, "uint16": 0xFFFF}
_NUMBER_TYPES = {"CUdeviceptr", "cuuint64_t"}
# Names that generated functions use themselves, or that would hide a builtin.
_TAKEN = {
    "session",
    "call",
    "bytes",
    "cuda",
    "enum",
    "type",
    "result",
    "answer",
    "handle",
    "device",
    "rows",
    "charge",
    "described",
    "object",
    "handles",
    "made",
    "packed",
    "unpacked",
}
# Functions whose arguments differ between releases of cuda-python: driver/binding.py has one for all.
_ADAPTED = {
    "cuCtxCreate": "create_context",
    "cuDeviceGetP2PAtomicCapabilities": "atomic_capabilities",
    "cuTexRefSetBorderColor": "set_border_color",
    "cuGraphAddDependencies": "add_dependencies",
    "cuGraphRemoveDependencies": "remove_dependencies",
}
_COMPARED = {ast.Eq: "==", ast.LtE: "<="}


def safe(param: Param) -> str:
    """The parameter's name in a generated function."""
    return param.name + "_" if param.name in _TAKEN else param.name


def released(symbol: str) -> str:
    """cuda-python's name of a symbol: cuMemAlloc_v2 -> cuMemAlloc."""
    return re.sub(r"_v[0-9]+$", "", symbol)


class Expression:
    """That of one call. `used` has the parameters that were written; `checked` those whose bytes are read in place.

    `rows` is the packed list that the call takes, `row` what is in a row of it.
    """

    def __init__(self, wire: Wire, rows: str = "", row: tuple[Param, ...] = ()) -> None:
        self.used: set[str] = set()
        self.checked: set[str] = set()
        self.before: list[str] = []  # lines that come before the expression
        self._records = 0
        self._inside = 0  # of a choice or a list
        self.bound: set[str] = set()  # parameters that hold the driver's handle already
        self._wire = wire
        self._params = {param.name: param for param in wire.arg_params}
        self._rows = rows
        self._row_params = row

    def source(self, text: str = "") -> str:
        """Python that gives what cuda-python gives: a tuple (CUresult, values...)."""
        return self._answer(self._parse(text or self._text()))

    def refused(self, what: str) -> ValueError:
        return ValueError(f"{self._wire.name}: the generator cannot express {what}")

    def _text(self) -> str:
        """What the table writes; "cuda" is the function of the same name with the same arguments, but for a new object."""
        wire = self._wire
        if wire.server != "cuda":
            return wire.server
        words = (self._usual(param) for param in wire.arg_params if not param.is_new)
        return f"{wire.name}({', '.join(words)})"

    def _usual(self, param: Param) -> str:
        if param.type == "bytes":
            return f"*{param.name}"
        return f"{param.name}, len({param.name})" if param.type in LISTS else param.name

    def _parse(self, text: str) -> ast.expr:
        try:
            return ast.parse(text, mode="eval").body
        except SyntaxError as error:
            raise self.refused(repr(text)) from error

    def _answer(self, node: ast.expr) -> str:
        match node:
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if re.match(r"cu[A-Z]", name):
                function = _ADAPTED.get(released(name), f"cuda.{released(name)}")
                return f"{function}({', '.join(self._argument(arg) for arg in args)})"
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self._inside += 1
                answers = [self._answer(body), self._answer(orelse)]
                self._inside -= 1
                return f"{answers[0]} if {self._test(test)} else {answers[1]}"
            case ast.ListComp(elt=elt):
                self._inside += 1
                answer = self._answer(elt)
                self._inside -= 1
                return f"each({answer} {self._for_rows(node)})"
            case ast.Name(id="CUDA_SUCCESS"):
                return "(SUCCESS,)"
            case ast.Name(id=name) if name.startswith("CUDA_ERROR_"):
                return f"(cuda.CUresult.{name},)"
        raise self.refused(f"{ast.unparse(node)!r}")

    def _test(self, node: ast.expr) -> str:
        match node:
            case ast.Name():
                return self._raw(node)
            case ast.BoolOp(op=ast.And(), values=values):
                return " and ".join(self._test(value) for value in values)
            case ast.Compare(left=ast.Name() as left, ops=[op], comparators=[right]) if type(op) in _COMPARED:
                return f"{self._raw(left)} {_COMPARED[type(op)]} {self._argument(right)}"
        raise self.refused(f"the condition {ast.unparse(node)!r}")

    def _argument(self, node: ast.expr, field: bool = False) -> str:
        """`field`: of a record, where cuda-python wants a device as a number."""
        match node:
            case ast.Name():
                value = self._converted(self._param(node))
                return f"int({value})" if field and self._param(node).type == "CUdevice" else value
            case ast.Constant(value=int() as number):
                return str(number)
            case ast.Attribute(value=ast.Name(id=kind), attr=member) if kind.startswith("CU"):
                return f"cuda.{kind}.{member}"
            case ast.Starred(value=ast.Name() as name):
                return self._in_place(self._param(name))
            case ast.Starred(value=ast.Call(func=ast.Name(id="jit"), args=[ast.Name() as name], keywords=[])):
                return self._jit_options(self._param(name))
            case ast.ListComp(elt=elt):
                self._inside += 1
                element = self._argument(elt)
                self._inside -= 1
                return f"[{element} {self._for_rows(node)}]"
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)], keywords=[]) if name == self._rows:
                return "len(rows)"
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name() as name], keywords=[]) if self._is_list(name):
                return f"len({self._converted(self._param(name))})"
            case ast.Call(
                func=ast.Name(id="min"), args=[ast.Name() as n, ast.Constant(value=int() as most)], keywords=[]
            ):
                return f"min({self._raw(n)}, {most})"
            case ast.Call(func=ast.Name(id=kind), args=[argument], keywords=[]):
                return self._conversion(kind, argument)
            case ast.Call(func=ast.Name(id=kind), args=[], keywords=keywords) if keywords and kind.startswith("CU"):
                return self._record(kind, {str(word.arg): word.value for word in keywords})
        raise self.refused(f"the argument {ast.unparse(node)!r}")

    def _record(self, kind: str, fields: dict[str, ast.expr]) -> str:
        """A structure of cuda-python: filled in beforehand, unless only the call itself tells how often or whether."""
        values = {name: self._argument(value, field=True) for name, value in fields.items()}
        if self._inside:
            return f"record(cuda.{kind}, {', '.join(f'{name}={value}' for name, value in values.items())})"
        self._records += 1
        made = f"record_{self._records}"
        self.before += [
            f"    {made} = cuda.{kind}()",
            *(f"    {made}.{name} = {value}" for name, value in values.items()),
        ]
        return made

    def _conversion(self, kind: str, argument: ast.expr) -> str:
        if kind in HANDLES and isinstance(argument, ast.Constant):
            return f"session.{HANDLES[kind].table}[{argument.value!r}]"
        if not isinstance(argument, ast.Name):
            raise self.refused(f"the argument {ast.unparse(argument)!r}")
        if kind in ("function", "callback", "destructor"):
            return f"callbacks.{kind}_of(session, {self._raw(argument)})"
        if kind == "first" and self._is_list(argument):
            name = self._converted(self._param(argument))
            return f"{name}[0] if {name} else None"
        if kind == "int32":
            return f"({self._raw(argument)} & 0xffffffff ^ 0x80000000) - 0x80000000"
        if kind in _BITS:
            return f"{self._raw(argument)} & {_BITS[kind]:#x}"
        if kind in _NUMBER_TYPES:
            return f"cuda.{kind}({self._raw(argument)})"
        raise self.refused(f"the conversion {kind!r}")

    def _for_rows(self, node: ast.ListComp) -> str:
        """for size, shared in sizes: the names are those of a row, in order."""
        (loop,) = node.generators
        target = loop.target.elts if isinstance(loop.target, ast.Tuple) else [loop.target]
        names = [name.id for name in target if isinstance(name, ast.Name)]
        if not isinstance(loop.iter, ast.Name) or loop.iter.id != self._rows or loop.ifs:
            raise self.refused(f"{ast.unparse(node)!r}: it takes no such list")
        if names != [param.name for param in self._row_params]:
            raise self.refused(f"{ast.unparse(node)!r}: a row is {self._row_params}")
        self.used.add(self._rows)
        return f"for ({', '.join(safe(param) for param in self._row_params)},) in rows"

    def _param(self, node: ast.Name) -> Param:
        for row in self._row_params:
            if row.name == node.id:
                return row
        if node.id not in self._params:
            raise self.refused(f"{node.id!r}, which is no parameter")
        self.used.add(node.id)
        return self._params[node.id]

    def _is_list(self, node: ast.Name) -> bool:
        return node.id in self._params and self._params[node.id].type in UNPACKED

    def _raw(self, node: ast.Name) -> str:
        """A number as it came."""
        param = self._param(node)
        if param.type not in NUMBERS | ENUMS:
            raise self.refused(f"{param.type!r} as a number")
        return safe(param)

    def _in_place(self, param: Param) -> str:
        if param.type != "bytes":
            raise self.refused(f"*{param.name}: it is not bytes")
        self.checked.add(param.name)
        return f"id({safe(param)}) + BYTES_HEADER, len({safe(param)})"

    def _jit_options(self, param: Param) -> str:
        """The bytes become an object, which holds the values that the driver writes to."""
        if param.type != "bytes" or self._inside:
            raise self.refused(f"*jit({param.name}): it is not bytes, or inside of something")
        name = safe(param)
        self.before.append(f"    {name} = JitOptions({name})")
        return f"len({name}.names), {name}.names, {name}.values"

    def _converted(self, param: Param) -> str:
        name = safe(param)
        if param.type in HANDLES:
            kind = HANDLES[param.type]
            found = name if param.name in self.bound else f"session.{kind.table}[{name}]"
            return found + (".handle" if kind.record else "")
        if param.type == "CUdevice":
            return f"session.device({name})"
        if param.type in ENUMS:
            return f"enum(cuda.{param.type}, {name})"
        if param.type == "const char *":
            return f"encode({name})"
        if param.type in STRUCTURES:
            return f"structure(session, cuda.{param.type}, described.{param.type}, {name})"
        if param.type in UNPACKED:
            return name  # shapes.py has made a list of it
        if param.type in NUMBERS:
            return name
        raise self.refused(f"an argument of type {param.type!r}")
