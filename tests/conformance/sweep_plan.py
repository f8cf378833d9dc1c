"""The plan of the sweep, made from the API table: every answered function and its twins are called with right
arguments and with every wrong one: before cuInit, without a context, in one, and in one that is lost.

A function that the table has anew is swept as well: what its arguments are follows from its prototype, and sweep.yaml
says the rest where a right call needs more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path

import yaml
from sweep_values import HANDLES, MEMORY, NONSENSE, Types, Value

from bitfusion.api.kinds import KINDS
from bitfusion.api.model import ABSENT, DIRECT, Param, Symbol
from bitfusion.api.table import SYMBOLS

DATA = yaml.safe_load(Path(__file__).with_name("sweep.yaml").read_text(encoding="utf-8"))
ANSWERED: tuple[Symbol, ...] = tuple(symbol for symbol in SYMBOLS if symbol.how not in (ABSENT, DIRECT))
# Which context is current for the calls of a stage.
STAGES = {
    "before": "none",
    "without": "none",
    "right": "base",
    "wrong": "base",
    "two": "base",
    "all": "base",
    "lost": "base",
}
# Of the wrong values of a parameter the one that stands for all where two parameters are wrong: the first of these.
_PLAIN = ("nonsense", "NULL", str(2**31 - 1), str(2**64 - 1), str(2**32 - 1), "1000", "255")
IMAGE = (Path(__file__).parent / "programs" / "sweep.ptx").read_text(encoding="utf-8")


def names(symbol: Symbol) -> list[str]:
    return [symbol.name, *(f"{symbol.name}_{suffix}" for suffix, _ in symbol.twins)]


class Planner:
    def __init__(self) -> None:
        self.types = Types(DATA["right"]["types"])

    def plan(self, image_file: Path) -> dict:
        """What programs/sweep.py reads: cases, and how objects are made."""
        image_file.write_text(IMAGE, encoding="utf-8")
        cases = [{"id": number, **case} for number, case in enumerate(self.cases())]
        return {
            "stages": STAGES,
            "makers": self.makers(),
            "memory": MEMORY,
            "image": IMAGE,
            "file": str(image_file),
            "cases": cases,
        }

    def cases(self) -> Iterator[dict]:
        for stage in STAGES:
            # cuInit is the last one that is called before cuInit.
            for symbol in sorted(ANSWERED, key=lambda symbol: stage == "before" and symbol.name == "cuInit"):
                right = [self.right(symbol, param) for param in symbol.params]
                for name in names(symbol)[: 1 if stage in ("two", "all") else None]:
                    for label, args in self.calls(stage, symbol, right):
                        yield self.case(stage, symbol, name, label, args)

    def case(self, stage: str, symbol: Symbol, name: str, label: str, args: list[Value]) -> dict:
        before = next((row for name, row in DATA["before"].items() if re.fullmatch(name, symbol.name)), None)
        undo = DATA["undo"].get(symbol.name)
        param_names = [param.name for param in symbol.params]
        return {
            "stage": stage,
            "call": name,
            "label": label,
            "args": args,
            "names": param_names,
            "shows": [self.types.shows(param.type) for param in symbol.params],
            "undo": undo and [undo[0], param_names.index(undo[1])],
            "before": [before[0], *map(self._argument, before[1:])] if stage != "before" and before else [],
        }

    def right(self, symbol: Symbol, param: Param) -> Value:
        """The argument of a right call."""
        rules = DATA["right"]["functions"].items()
        given = [found for name, found in rules if re.fullmatch(name, symbol.name)]
        for found in (*given, DATA["right"]["parameters"]):
            if param.name in found:
                pointee = self.types.plain(param.type[:-1])
                is_struct = isinstance(found[param.name], dict)
                return self.types.written(found[param.name], self.types.ffi.typeof(pointee) if is_struct else None)
        return self.types.value(param.type, param.name)

    def wrong(self, symbol: Symbol, param: Param, right: Value) -> list[tuple[str, Value]]:
        left_out = {
            str(label)
            for rule in DATA["skip"]
            if re.fullmatch(rule["call"], symbol.name) and re.fullmatch(rule["parameter"], param.name)
            for label in rule["values"]
        }
        more = DATA["more"].get(symbol.name, {}).get(param.name, [])
        found = self.types.wrong(param.type, param.name, right)
        found += [(str(item), self.types.written(item)) for item in more]
        return [(label, value) for label, value in found if label not in left_out]

    def calls(self, stage: str, symbol: Symbol, right: list[Value]) -> Iterator[tuple[str, list[Value]]]:
        if stage == "before":
            yield "NULL", [_without_objects(value, 0) for value in right]
            yield "nonsense", [_without_objects(value, NONSENSE) for value in right]
            without = [_without_objects(value, 0) for value in right]
            yield "no places", [["int", 0] if value[0] in ("out", "struct", "text") else value for value in without]
            return
        if stage in ("without", "right", "lost"):
            yield "right", right
        if stage in ("right", "lost"):
            return
        if stage == "two":
            yield from self.two_wrong(symbol, right)
            return
        if stage == "all":
            yield from self.all_of(symbol, right)
            return
        for i, param in enumerate(symbol.params):
            found = self.wrong(symbol, param, right[i])
            for label, value in found[:1] if stage == "without" else found:
                if value != right[i]:
                    yield f"{param.name} {label}", [*right[:i], value, *right[i + 1 :]]

    def two_wrong(self, symbol: Symbol, right: list[Value]) -> Iterator[tuple[str, list[Value]]]:
        """Every two parameters wrong at once: which one is told is the order of the checks."""
        found = []
        for i, param in enumerate(symbol.params):
            wrong = dict(self.wrong(symbol, param, right[i]))
            found += [(i, label, wrong[label]) for label in [label for label in _PLAIN if label in wrong][:1]]
        for (i, first, value), (k, second, other) in combinations(found, 2):
            args = list(right)
            args[i], args[k] = value, other
            yield f"{symbol.params[i].name} {first}, {symbol.params[k].name} {second}", args

    def all_of(self, symbol: Symbol, right: list[Value]) -> Iterator[tuple[str, list[Value]]]:
        """Every value of one parameter with every one of another, for the calls of the data file."""
        for rule in DATA["all"]:
            if re.fullmatch(rule["call"], symbol.name):
                places = [next(i for i, p in enumerate(symbol.params) if p.name == n) for n in rule["parameters"]]
                values = [self.wrong(symbol, symbol.params[i], right[i]) for i in places]
                for chosen in product(*values):
                    args = list(right)
                    for i, (_, value) in zip(places, chosen, strict=True):
                        args[i] = value
                    yield (
                        ", ".join(f"{symbol.params[i].name} {c[0]}" for i, c in zip(places, chosen, strict=True)),
                        args,
                    )

    def makers(self) -> dict[str, dict]:
        """How an object of each kind is made and ended."""
        kinds = {kind.type: kind for kind in KINDS}
        parents = {kind.name: kind.type for kind in KINDS}
        found = {}
        for kind in (*HANDLES, *DATA["makers"]):
            given = DATA["makers"].get(kind) or self.found_maker(kind)
            row = kinds.get(kind)
            end = given.get("end") or ([row.destroyer] if row and row.destroyer else None)
            found[kind] = {
                "call": given["call"],
                "args": [self._argument(item) for item in given["args"]],
                "then": [[name, *map(self._argument, items)] for name, *items in given.get("then", [])],
                "end": end,
                "parent": given.get("parent") or (parents[row.parents[0]] if row and row.parents else None),
            }
        return found

    def found_maker(self, kind: str) -> dict:
        """That of a kind that the data file does not name: the first function that gives one out."""
        for symbol in ANSWERED:
            if symbol.params and symbol.params[0].type == f"{kind} *" and "Get" not in symbol.name:
                return {"call": symbol.name, "args": ["out", *(self.right(symbol, p) for p in symbol.params[1:])]}
        raise LookupError(f"no function makes a {kind}; name one under makers in sweep.yaml")

    def _argument(self, item) -> Value:
        if item in ("out", "made", "page"):
            return [item]
        return item if isinstance(item, list) else self.types.written(item)


def _without_objects(value: Value, handle: int) -> Value:
    """Before cuInit there are none; memory of the program's own there is."""
    if value[0] == "object" and value[1] not in ("plain", "image", "file", "function"):
        return ["int", handle]
    if value[0] == "struct":
        return ["struct", value[1], [[at, width, _without_objects(spec, handle)] for at, width, spec in value[2]]]
    return value
