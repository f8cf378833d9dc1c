"""What the generator of the server's calls refuses, by the name of the call, and what it makes of the rest."""

from __future__ import annotations

import ast
import ctypes
import subprocess
from pathlib import Path

import pytest
from patience import PATIENCE_S

from bitfusion.api.emit_python import calls_module
from bitfusion.api.expressions import Expression
from bitfusion.api.model import ASK, STRUCTURES, TELL, Wire
from bitfusion.api.shapes import function
from bitfusion.api.structures import sizes
from bitfusion.api.table import WIRES
from bitfusion.driver.arguments import check_alike
from bitfusion.errors import RemoteProtocolError

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "server",
    [
        "cuda_",  # neither a word of the table nor a call
        "cuMemcpyHtoDAsync(dst, *data)",  # an argument is left out
        "cuMemcpyHtoDAsync(dst, *data, stream, flags)",  # an argument that the call has not
        "cuMemcpyHtoDAsync(dst, data, stream)",  # bytes without their address
        "cuMemcpyHtoDAsync(*dst, *data, stream)",  # a number as if it were bytes
        "cuMemcpyHtoDAsync(dst + 1, *data, stream)",  # arithmetic
        "cuMemcpyHtoDAsync(dst, *data, stream) if stream else None",  # no call in one of the cases
        "cuMemcpyHtoDAsync(dst, *data, stream) if dst > stream else CUDA_SUCCESS",  # an object as a number
        "open(dst, *data, stream)",  # no function of the driver
        "cuMemcpyHtoDAsync(dst, *data, stream",  # no expression
        "cuMemcpyHtoDAsync([dst for dst in data], *data, stream)",  # no list of the call
        "cuMemcpyHtoDAsync(uint8(stream), *data, dst)",  # the low bits of an object
    ],
)
def test_written_call_that_does_not_fit_the_arguments_is_refused(server):
    wire = Wire(58, "copy_small", TELL, "CUdeviceptr dst, bytes data, CUstream stream", server=server)
    with pytest.raises(ValueError, match=r"^copy_small: "):
        calls_module([wire])


@pytest.mark.parametrize(
    "wire",
    [
        Wire(1, "cuX", ASK, "CUgraphicsResource object"),  # an object of no kind
        Wire(1, "cuX", ASK, "const CUmemPoolProps *props"),  # a pointer of the client
        Wire(1, "cuX", ASK, "CUstream *stream, CUevent *event"),  # two new objects
        Wire(1, "cuX", ASK, "CUevent *event", "size_t size"),  # a new object and a value
        Wire(1, "cuX", ASK, "CUstream *stream"),  # a stream is entered with its flags
        Wire(1, "cuX", ASK, "CUfunction *fn"),  # a function is made in something
        Wire(1, "cuX", ASK, "CUevent event", does="destroys(event)"),  # not the event's destroyer
        Wire(1, "cuX", ASK, "size_t event", does="destroys(event)"),  # not an object
        Wire(1, "cuX", ASK, "CUevent event", does="destroys(other)"),  # no parameter
        Wire(1, "cuX", ASK, "CUevent event", does="restores(event)"),  # no word of the language
        Wire(1, "cuX", ASK, "CUevent event", does="settles; frees(event)"),  # two shapes at once
        Wire(1, "cuX", ASK, "CUevent event", does="settles;frees(event)"),  # not words
        Wire(1, "cuX", ASK, "CUevent event", "float ms", blocks=True),  # a wait with a value
        Wire(1, "cuX", ASK, "CUdevice dev", does="destroys(primary(device))"),
        Wire(1, "cuX", ASK, "size_t size", "CUdeviceptr p", does="allocates(size + 1)"),
        Wire(1, "cuX", ASK, "CUevent event", "description event", server="cuX(event)"),
        Wire(1, "cuX", ASK, "CUevent *event", "listing event"),
        Wire(1, "cuX", ASK, "CUmodule mod", "listing mod", server="CUDA_SUCCESS"),  # without first and start
        Wire(1, "cuX", ASK, "bytes rows", does="takes(rows: float x)", server="[cuX(x) for x in rows]"),
        Wire(1, "cuX", ASK, "bytes rows", does="takes(rows: int x)", server="[cuX(y) for y in rows]"),
        Wire(1, "cuX", ASK, "CUevent event", server="module.function", does="settles"),
        Wire(1, "cuX", ASK, "CUevent event", "int x", does="numbers(CUgraph, event)"),  # no room for a number
        Wire(1, "cuX", ASK, "int x", "cuuint64_t n", does="numbers(CUgraph, x)"),  # in no object
        Wire(1, "cuX", ASK, "CUevent event", "cuuint64_t n", does="numbers(int, event)"),  # not objects
        Wire(1, "cuX", ASK, "", "size_t free, size_t total", does="limited(total, free)"),  # another order
        Wire(1, "cuX", ASK, "", "CUdevResource[] a, int n", does="cuts(a, b)"),  # no value
        Wire(1, "cuX", ASK, "", "CUDA_BATCH_MEM_OP_NODE_PARAMS[] a"),
        Wire(1, "cuX", TELL, "CUevent event", does="holds(event)"),  # no context
        Wire(1, "cuX", ASK, "CUevent *event", does="forgets(number)"),  # no parameter
        Wire(1, "cuX", ASK, "CUevent event", server="cuX(min(event, 3))"),  # an object as a number
        Wire(1, "cuX", ASK, "CUgraphNode[] a, int b", does="alike(a, b)"),  # not a list
        Wire(1, "cuX", ASK, "CUgraphNode[] a", does="alike(a, b)"),  # no parameter
        Wire(1, "cuX", ASK, "CUevent event", does="within(cuY(event))"),  # makes nothing
        Wire(1, "cuX", ASK, "int options", server="cuX(*jit(options))"),  # a number as options
    ],
    ids=lambda wire: f"{wire.args}; {wire.does}",
)
def test_call_that_no_shape_expresses_is_refused_by_its_name(wire):
    with pytest.raises(ValueError, match=r"^cuX: "):
        calls_module([wire])


def body(wire: Wire) -> list[str]:
    return [line.strip() for line in function(wire).splitlines()[1:]]


def test_names_that_would_hide_a_builtin_or_the_functions_own_get_a_tail():
    assert body(Wire(1, "cuX", ASK, "size_t bytes, int session")) == [
        "_, bytes_, session_ = call",
        "return cuda.cuX(bytes_, session_)",
    ]


@pytest.mark.parametrize("value", [0, 1, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, (1 << 64) - 1])
def test_low_bits_with_a_sign_are_those_of_c(value):
    made = Expression(Wire(1, "cuX", ASK, "cuuint64_t value", server="cuX(int32(value))")).source()
    assert eval(made.removeprefix("cuda.cuX"), {"value": value}) == ctypes.c_int32(value).value


def test_structures_have_the_size_that_the_compiler_gives_them():
    checks = "".join(f'_Static_assert(sizeof({name}) == {sizes()[name]}, "{name}");\n' for name in sorted(STRUCTURES))
    program = f"#include <libcuda/generated/cuda_types.h>\n{checks}"
    subprocess.run(
        ["gcc", "-fsyntax-only", "-I", ROOT, "-x", "c", "-"], input=program, text=True, check=True, timeout=PATIENCE_S
    )


def test_rows_of_one_value_are_taken_apart_as_those_of_several():
    wire = Wire(
        1, "cuX", ASK, "bytes sizes", "ints x", server="[cuX(size) for size in sizes]", does="takes(sizes: int size)"
    )
    assert body(wire)[-1] == "return each(cuda.cuX(size) for (size,) in rows)"


def test_lists_of_objects_are_of_one_length_before_the_driver_reads_them():
    wire = Wire(
        1,
        "cuX",
        ASK,
        "CUgraphNode[] a, CUgraphNode[] b, CUgraphEdgeData[] edges",
        server="cuX(a, b, edges, len(a))",
        does="alike(a, b, edges)",
    )
    lines = body(wire)
    assert lines[-2:] == ["check_alike(a, b, edges or a)", "return cuda.cuX(a, b, edges, len(a))"]
    for lists in (([1], [1]), ([1], [1], [1]), ([], [])):
        check_alike(*lists)
    with pytest.raises(RemoteProtocolError):
        check_alike([1], [1, 2])


def test_handles_are_looked_up_before_memory_is_charged():
    wire = next(wire for wire in WIRES if wire.name == "cuMemAllocFromPoolAsync")
    lines = body(wire)
    charged = next(i for i, line in enumerate(lines) if "pools.allocate" in line)
    assert all(any(f"session.{table}[" in line for line in lines[:charged]) for table in ("pools", "streams"))
    assert not any("session.streams" in line for line in lines[charged:])


def test_an_object_that_is_made_goes_with_the_argument_that_may_be_its_parent_or_with_the_context():
    assert "session.add(session.modules, mod, handle, lib)" in body(Wire(1, "cuX", ASK, "CUmodule *mod, CUlibrary lib"))
    assert "session.add(session.events, e, handle, session.current.number)" in body(Wire(1, "cuX", ASK, "CUevent *e"))
    assert "session.add(session.libraries, lib, handle, 0)" in body(Wire(1, "cuX", ASK, "CUlibrary *lib"))


def test_module_of_all_calls_is_python_with_a_function_for_each():
    made = ast.parse(calls_module(WIRES))
    # A call that is handed on as it comes is the function of driver/ itself.
    lists = {"TELLS", "ASKS", "BULK_TELLS", "BULK_ASKS", "EMPTY", "NAMES", "ARGUMENTS"}
    names = [
        node.name if isinstance(node, ast.FunctionDef) else node.targets[0].id
        for node in made.body
        if isinstance(node, ast.FunctionDef | ast.Assign)
    ]
    assert [name for name in names if name not in lists] == [wire.name for wire in WIRES]
