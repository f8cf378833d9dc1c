"""Running single instructions over many lanes.

`Lanes.run` puts a few lines of PTX into a kernel that loads their inputs from arrays, one element a thread, and
stores their outputs. Everything runs twice: with all threads, and again with a part of them jumping around the
lines, so that the partial forms are tested by every test: those threads must keep what their outputs held before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ptxdriver import Buffer, Gpu

BLOCK = 160  # one whole lane group and a part of another
HEADER = ".version 8.8\n.target sm_120\n.address_size 64\n"

# PTX type -> element type of an array; a predicate is a byte 0 or 1.
NUMPY = {
    "pred": np.uint8, "b8": np.uint8, "b16": np.uint16, "b32": np.uint32, "b64": np.uint64,
    "u8": np.uint8, "u16": np.uint16, "u32": np.uint32, "u64": np.uint64,
    "s8": np.int8, "s16": np.int16, "s32": np.int32, "s64": np.int64,
    "f16": np.uint16, "bf16": np.uint16, "f32": np.uint32, "f64": np.uint64,
}  # fmt: skip
_SENTINEL = 0x5A


@dataclass(frozen=True)
class Register:
    """A register %name of the tested lines; `width` overrides that of the type (a wider register than the instruction's
    type).
    """

    name: str
    type: str

    @property
    def dtype(self) -> np.dtype:
        return np.dtype(NUMPY[self.type])

    @property
    def declared(self) -> str:
        # There are no 8-bit arithmetic registers: bytes live in 16-bit ones, as nvcc has them.
        return {"b8": "b16", "u8": "u16", "s8": "s16", "f16": "b16", "bf16": "b16"}.get(self.type, self.type)

    @property
    def memory(self) -> str:
        return {"pred": "u8", "f16": "b16", "bf16": "b16"}.get(self.type, self.type)

    def load(self, pointer: str) -> str:
        if self.type == "pred":
            return f"ld.global.u8 %byte, [{pointer}]; setp.ne.u16 %{self.name}, %byte, 0;"
        return f"ld.global.{self.memory} %{self.name}, [{pointer}];"

    def store(self, pointer: str) -> str:
        if self.type == "pred":
            return f"selp.u16 %byte, 1, 0, %{self.name}; st.global.u8 [{pointer}], %byte;"
        return f"st.global.{self.memory} [{pointer}], %{self.name};"


def kernel(body: str, inputs: list[Register], outputs: list[Register], declarations: str = "") -> str:
    """The PTX module: parameters are `inputs`' arrays, a byte array of who takes part, `outputs`' arrays."""
    arrays = [*inputs, Register("takes_part", "u8"), *outputs]
    parameters = ", ".join(f".param .u64 array_{array.name}" for array in arrays)
    registers = "\n".join(f".reg .{r.declared} %{r.name};" for r in arrays)
    pointers = "\n".join(
        f".reg .u64 %at_{a.name}; ld.param.u64 %at_{a.name}, [array_{a.name}]; "
        f"mad.wide.u32 %at_{a.name}, %thread, {a.dtype.itemsize}, %at_{a.name};"
        for a in arrays
    )
    loads = "\n".join(a.load(f"%at_{a.name}") for a in arrays)
    stores = "\n".join(a.store(f"%at_{a.name}") for a in outputs)
    return f"""{HEADER}.visible .entry k({parameters}) {{
.reg .u32 %thread, %block, %size; .reg .u16 %byte; .reg .pred %out;
{registers}
{declarations}
mov.u32 %thread, %tid.x; mov.u32 %block, %ctaid.x; mov.u32 %size, %ntid.x;
mad.lo.u32 %thread, %block, %size, %thread;
{pointers}
{loads}
setp.eq.u16 %out, %takes_part, 0;
@%out bra DONE;
{body}
DONE:
{stores}
ret;
}}
"""


class Lanes:
    """Runs lines of PTX; one context for all."""

    def __init__(self, gpu: Gpu) -> None:
        self.gpu = gpu

    def run(
        self,
        body: str,
        outputs: dict[str, str],
        inputs: dict[str, tuple[str, np.ndarray]] | None = None,
        *,
        declarations: str = "",
        block: int = BLOCK,
        part: np.ndarray | None = None,
        partial: bool = True,
    ) -> dict[str, np.ndarray]:
        """What the output registers hold at the end, in each of the threads that the inputs have elements for.

        `outputs` are names and types, `inputs` names, types and values (any sequence of one length; broadcast if of
        length 1). With `part`, only those threads run the lines, once; without, all do, and then some of them do
        again.
        """
        arrays = {name: Register(name, kind) for name, (kind, _) in (inputs or {}).items()}
        results = [Register(name, kind) for name, kind in outputs.items()]
        values = [np.atleast_1d(value) for _, value in (inputs or {}).values()]
        count = max([value.size for value in values], default=len(part) if part is not None else block)
        padded = -(-count // block) * block
        columns = [_column(register, value, padded) for register, value in zip(arrays.values(), values, strict=True)]
        module = self.gpu.load(kernel(body, list(arrays.values()), results, declarations))
        try:
            if part is not None:
                whole = np.zeros(padded, np.uint8)
                whole[:count] = part
                return _cut(self._once(module, columns, results, whole, block), count)
            full = self._once(module, columns, results, np.ones(padded, np.uint8), block)
            if partial:
                self._check_partial(module, columns, results, full, block)
            return _cut(full, count)
        finally:
            self.gpu.unload(module)

    def _check_partial(self, module, columns, results, full, block: int) -> None:
        size = next(iter(full.values())).size
        chosen = (np.random.default_rng(size).integers(0, 3, size) > 0).astype(np.uint8)
        chosen[:32] = 0  # a warp with no lane at all
        part = self._once(module, columns, results, chosen, block)
        for name, value in part.items():
            untouched = _sentinel(value.dtype, name, results)
            expected = np.where(chosen == 1, full[name], untouched)
            if next(r for r in results if r.name == name).type == "f64":  # whose payload a NaN has is not specified
                value, expected = value.view(np.float64), expected.view(np.float64)
            np.testing.assert_array_equal(value, expected, f"partial form, %{name}")

    def _once(self, module, columns, results, takes_part, block: int) -> dict[str, np.ndarray]:
        before = [np.full(takes_part.size, _sentinel(r.dtype, r.name, results), r.dtype) for r in results]
        buffers: list[Buffer] = []
        try:
            for array in [*columns, takes_part, *before]:
                buffers.append(self.gpu.upload(array.tobytes()))  # noqa: PERF401  # what came before an error is freed
            addresses = [buffer.address for buffer in buffers]
            self.gpu.launch(module, "k", takes_part.size // block, block, addresses)
            produced = buffers[len(columns) + 1 :]
            return {
                r.name: np.frombuffer(self.gpu.download(b), r.dtype) for r, b in zip(results, produced, strict=True)
            }
        finally:
            for buffer in buffers:
                self.gpu.free(buffer)


def _sentinel(dtype: np.dtype, name: str, results: list[Register]):
    if next(r for r in results if r.name == name).type == "pred":
        return dtype.type(1)
    return np.frombuffer(bytes([_SENTINEL]) * dtype.itemsize, dtype)[0]


def _column(register: Register, value: np.ndarray, size: int) -> np.ndarray:
    """`value` as the register's elements, repeated up to `size` threads. Negative numbers may stand for unsigned
    ones.
    """
    flat = value.ravel()
    if flat.dtype == object:
        flat = np.array([int(x) & ((1 << (8 * register.dtype.itemsize)) - 1) for x in flat], np.uint64)
    unsigned = np.dtype(f"u{register.dtype.itemsize}")
    return np.resize(flat.astype(unsigned, casting="unsafe"), size).view(register.dtype)


def _cut(values: dict[str, np.ndarray], count: int) -> dict[str, np.ndarray]:
    return {name: value[:count] for name, value in values.items()}
