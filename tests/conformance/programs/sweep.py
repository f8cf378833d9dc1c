"""Makes the calls of a plan (sweep_plan.py) in libcuda.so.1, one after the other, and prints a line of JSON for each:
its number, the result, what it wrote, and what was found afterwards.

    sweep.py PLAN STAGE FIRST

A call that kills the process or does not return leaves the lines before it: whoever reads them goes on with the next.
The objects that a call takes are made here, and made anew once a call with them has succeeded, so that each call
finds the same world. Knows no function but those that make contexts current.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import zlib

PAGE = 4096
FRESH = b"\xa5" * PAGE  # what a place for a result holds before the call
NONSENSE = 0x1234560  # a handle that no driver gave
PATIENCE_S = 100  # of a call that does not return, on a machine that may be busy
CONTEXTS_DEEP = 300
ILLEGAL_ADDRESS = 700
SMALL = 1 << 20  # numbers from here on are addresses, or differ from run to run

cuda = ctypes.CDLL("libcuda.so.1")


def call(name: str, *words: int) -> int:
    return getattr(cuda, name)(*(ctypes.c_uint64(word & (1 << 64) - 1) for word in words))


class NoWorld(Exception):
    """An object could not be made."""


def must(name: str, *words: int) -> None:
    if result := call(name, *words):
        raise NoWorld(f"{name} {result}")


class Pages:
    """Pages of memory for arguments; given out from the beginning for every call."""

    def __init__(self, count: int) -> None:
        self.memory = ctypes.create_string_buffer(PAGE * (count + 1))
        self.first = -(-ctypes.addressof(self.memory) // PAGE) * PAGE
        self.used = 0

    def take(self, content: bytes) -> int:
        address = self.first + self.used * PAGE
        self.used += 1
        ctypes.memset(address, 0, PAGE)
        ctypes.memmove(address, content, len(content))
        return address


class World:
    """The contexts and what is in them. `base` is current, `near` is another one of its device, `far` one of another
    device if there is one.
    """

    def __init__(self, plan: dict, pages: Pages) -> None:
        self.plan, self.pages = plan, pages
        self.kept = Pages(16)
        self.contexts: dict[str, int] = {}
        self.objects: dict[tuple[str, str], int] = {}
        self.scratch = ctypes.c_uint64()
        self.at_scratch = ctypes.addressof(self.scratch)
        self.lasting = {
            "plain": self.kept.take(bytes(PAGE)),
            "zeros": self.kept.take(bytes(PAGE)),
            "ones": self.kept.take(b"\xff" * PAGE),
            "image": self.kept.take(plan["image"].encode() + b"\0"),
            "page": self.kept.take(b""),  # for what is registered
            "file": self.kept.take(plan["file"].encode() + b"\0"),
            # Whatever it is called with, and on which thread, it does nothing.
            "function": ctypes.cast(ctypes.CDLL(None).labs, ctypes.c_void_p).value,
        }
        self.registered = 0
        self.places: dict[str, int] = {}

    def begin(self) -> None:
        """Contexts anew; whatever was in the last ones is gone or left behind."""
        for context in self.contexts.values():
            call("cuCtxDestroy_v2", context)
        self.objects.clear()
        self.registered = 0
        self.empty()
        must("cuDeviceGetCount", self.at_scratch)
        devices = self.scratch.value & 0xFFFF
        for name, device in (("far", 1), ("near", 0), ("base", 0)):
            self.contexts[name] = self.context(min(device, devices - 1))
        self.enter("base")

    def context(self, device: int) -> int:
        must("cuCtxCreate_v2", self.at_scratch, 0, device)
        made = self.scratch.value
        must("cuCtxPopCurrent_v2", self.at_scratch)
        return made

    def empty(self) -> None:
        """No context is current."""
        for _ in range(CONTEXTS_DEEP):
            if call("cuCtxPopCurrent_v2", self.at_scratch):
                return

    def enter(self, name: str) -> None:
        self.empty()
        if name != "none":
            must("cuCtxPushCurrent_v2", self.contexts[name])

    def current(self) -> str:
        self.scratch.value = 0
        call("cuCtxGetCurrent", self.at_scratch)
        return self.name_of(self.scratch.value)

    def name_of(self, value: int) -> str:
        for known in (self.contexts, self.objects):
            for name, number in known.items():
                if number == value:
                    return name if isinstance(name, str) else " ".join(name)
        return "something" if value else "NULL"

    def get(self, kind: str, which: str) -> int:
        """The object of this kind: `valid` (of `base`), `near`, `far`, `stale` (ended), `gone` (with its context)."""
        if kind in self.lasting:
            return self.lasting[kind]
        if kind == "registered":
            return self.register()
        if kind == "CUcontext" and which in self.contexts:
            return self.contexts[which]
        if which == "stale":
            return self.ended(kind)
        if which == "gone":
            return self.gone(kind)
        if (kind, which) not in self.objects:
            self.objects[kind, which] = self.make_in("base" if which == "valid" else which, kind)
        return self.objects[kind, which]

    def gone(self, kind: str) -> int:
        self.contexts["dying"] = self.context(0)
        made = self.make_in("dying", kind)
        must("cuCtxDestroy_v2", self.contexts.pop("dying"))
        self.objects = {key: number for key, number in self.objects.items() if key[1] != "dying"}
        return made

    def make_in(self, context: str, kind: str) -> int:
        self.enter(context)
        made = self.make(kind, "valid" if context == "base" else context)
        self.enter("base")
        return made

    def make(self, kind: str, which: str) -> int:
        """Of objects that it is made from, those of the same context."""
        maker = self.plan["makers"][kind]
        places = {"out": self.at_scratch, "page": 0}
        if ["page"] in maker["args"]:  # something larger, which is known by where it lies
            places["page"] = self.places.setdefault(kind, 0) or self.kept.take(b"")
            self.places[kind] = places["page"]
        words = [places[spec[0]] if spec[0] in places else self.word(spec, which) for spec in maker["args"]]
        self.scratch.value = 0
        must(maker["call"], *words)
        made = places["page"] or self.scratch.value
        for name, *specs in maker["then"]:
            must(name, *(made if spec == ["made"] else self.word(spec, which) for spec in specs))
        if kind == "CUcontext":
            self.enter("base")
        return made

    def ended(self, kind: str) -> int:
        """One that was ended, or whose parent was: always one made for it, as addresses are used again."""
        maker = self.plan["makers"][kind]
        parent = maker["parent"]
        if maker["end"] is None:
            kept = self.objects.pop((parent, "valid"), None)
            made = self.make(kind, "valid")
            must(self.plan["makers"][parent]["end"][0], self.objects.pop((parent, "valid")))
            if kept is not None:
                self.objects[parent, "valid"] = kept
            return made
        made = self.make(kind, "valid")
        must(maker["end"][0], made, *maker["end"][1:])
        self.enter("base")
        must("cuCtxSynchronize")  # what ends in its stream has ended then
        return made

    def lose(self) -> None:
        """A kernel that writes to address 0: `base` is lost to it."""
        function = self.get("fill_function", "valid")
        arguments = (ctypes.c_uint64 * 3)(0, 1, 0)
        places = (ctypes.c_uint64 * 3)(*(ctypes.addressof(arguments) + 8 * i for i in range(3)))
        # The launch itself tells it if the kernel has ended by then.
        told = call("cuLaunchKernel", function, 1, 1, 1, 1, 1, 1, 0, 0, ctypes.addressof(places), 0)
        if (told or call("cuCtxSynchronize")) != ILLEGAL_ADDRESS:
            raise NoWorld("no fault")

    def refill(self) -> None:
        """The program's own memory as it was."""
        for page in (self.lasting["plain"], self.lasting["page"]):
            ctypes.memset(page, 5, PAGE)

    def register(self) -> int:
        if not self.registered:
            self.registered = self.lasting["page"]
            must("cuMemHostRegister_v2", self.registered, PAGE, 0)
        return self.registered

    def word(self, spec: list, which: str = "valid") -> int:
        """What is given for an argument."""
        what, *rest = spec
        if what == "int":
            return rest[0]
        if what == "object":
            kind, kind_which, offset = rest
            return self.get(kind, which if kind_which == "valid" else kind_which) + offset
        if what == "text":
            return self.pages.take(rest[0].encode() + b"\0")
        if what == "out":
            return self.pages.take(FRESH)
        if what == "struct":
            return self.pages.take(self.content(rest[0], rest[1], which))
        raise AssertionError(spec)

    def content(self, size: int, fields: list, which: str) -> bytes:
        block = bytearray(size)
        for offset, width, spec in fields:
            word = self.word(spec, which) & (1 << 8 * width) - 1
            block[offset : offset + width] = word.to_bytes(width, "little")
        return bytes(block)


def is_late(spec: list) -> bool:
    """Whether it is made last: what has ended must not come back to life as something else of this call."""
    return spec[0] == "object" and spec[2] in ("stale", "gone")


def objects_in(specs: list) -> list:
    """The objects among the arguments and in the structures that they point to."""
    found = [spec for spec in specs if spec[0] == "object"]
    for spec in specs:
        if spec[0] == "struct":
            found += objects_in([field[2] for field in spec[2]])
    return found


class Sweep:
    def __init__(self, plan: dict, stage: str) -> None:
        self.plan, self.stage = plan, stage
        self.pages = Pages(64)
        self.world = World(plan, self.pages)
        self.initialised = stage != "before"
        if self.initialised:
            must("cuInit", 0)
            self.world.begin()

    def one(self, case: dict) -> list:
        """Make one call; return its result and what it did."""
        self.pages.used = 0
        specs, where = case["args"], self.plan["stages"][self.stage]
        if case["before"]:
            name, *given = case["before"]
            call(name, *(self.world.at_scratch if spec == ["out"] else self.world.word(spec) for spec in given))
        words = [0 if is_late(spec) else self.world.word(spec) for spec in specs]
        words = [self.world.word(spec) if is_late(spec) else word for spec, word in zip(specs, words, strict=True)]
        if self.initialised and where != "base":
            self.world.enter(where)
        if self.stage == "lost":
            self.world.lose()
        watched = [i for i, spec in enumerate(specs) if spec[0] in ("out", "struct")]
        before = [ctypes.string_at(words[i], PAGE) for i in watched]
        result = call(case["call"], *words)
        if not result and case["undo"]:
            name, argument = case["undo"]
            call(name, words[argument])
        found = []
        for i, old in zip(watched, before, strict=True):
            new = ctypes.string_at(words[i], PAGE)
            if new != old:
                extent = PAGE - next(k for k in range(PAGE) if new[PAGE - 1 - k] != old[PAGE - 1 - k])
                shown = self.shown(case["shows"][i], new, extent) if not result else []
                found.append([case["names"][i], extent, *shown])
        return [result, found, *(self.settle(case, result) if self.initialised else [])]

    def contents(self, specs: list) -> list:
        """A sum over the bytes of each piece of memory that was given to a call: what the call has done to it."""
        found = []
        for kind, which in sorted({(spec[1], spec[2]) for spec in objects_in(specs) if spec[1] in self.plan["memory"]}):
            key, page = (kind, which), self.pages.take(b"")
            if kind in ("plain", "registered"):
                page = self.world.get(kind, which)
            elif key not in self.world.objects or call("cuMemcpyDtoH_v2", page, self.world.objects[key], PAGE):
                continue
            found.append([kind, which, zlib.crc32(ctypes.string_at(page, self.plan["memory"][kind]))])
        return found

    def settle(self, case: dict, result: int) -> list:
        """What is current, and the error that an earlier call turns out to have had; then everything as before."""
        current = self.world.current()
        later = 0
        if self.stage == "lost":
            self.world.begin()
            return [current]
        try:
            self.world.enter("base")
            later = call("cuCtxSynchronize")
            contents = self.contents(case["args"]) if not result else []
        except NoWorld as error:
            contents = str(error)
        if not result:
            for kind in {spec[1] for spec in objects_in(case["args"])}:
                for which in ("valid", "near", "far"):
                    self.world.objects.pop((kind, which), None)
                if kind == "registered":
                    call("cuMemHostUnregister", self.world.registered)
                    self.world.registered = 0
        self.world.refill()
        try:
            if not result and "Ctx" in case["call"]:
                self.world.begin()
            self.world.enter("base")
            if later:
                self.world.begin()
        except NoWorld:
            self.world.begin()
        return [current, later, contents]

    def shown(self, shows: list, new: bytes, extent: int) -> list:
        found = []
        for label, offset, size, mode in shows:
            if mode == "chars":
                found.append(new[: new.find(b"\0")].decode(errors="replace") if 0 in new[:extent] else "no end")
                continue
            if offset + size > extent and new[offset : offset + size] == FRESH[:size]:
                continue  # it is as it was
            number = int.from_bytes(new[offset : offset + size], "little", signed=mode == "int")
            if mode == "text":
                found.append(ctypes.string_at(number).decode(errors="replace") if number else "NULL")
            elif mode == "object":
                found.append(self.world.name_of(number))
            elif mode == "loose" and new[4:8] == FRESH[:4]:
                found.append(number & 0xFFFFFFFF)
            elif mode == "loose" and number >= SMALL:
                found.append(self.world.name_of(number))
            else:
                found.append(f"{label} {number}".strip())
        return found


def main() -> None:
    path, stage, first = sys.argv[1:]
    with open(path) as file:
        plan = json.load(file)
    for number in (signal.SIGALRM, signal.SIGSEGV, signal.SIGBUS):
        signal.signal(number, signal.SIG_DFL)
    sweep = None
    for case in plan["cases"]:
        if case["stage"] != stage or case["id"] < int(first):
            continue
        signal.alarm(PATIENCE_S)
        sweep = sweep or Sweep(plan, stage)
        try:
            line = [case["id"], *sweep.one(case)]
        except NoWorld as error:
            line = [case["id"], "not called", str(error)]
            sweep.world.begin()
        os.write(1, json.dumps(line).encode() + b"\n")


main()
