"""Random programs of streams, captures, graphs, updates, copies and functions, over one to four threads: what each call
was told, what is in memory at the end, which functions of the program ran, how often, in which order and whether after
what comes before them. They do the same each time and through the wire, although what may run at the same time does so
in another order.

A program is lines for programs/random_work.c. Most of its calls are right, by what the machine below knows of it; any
may be wrong.
"""

from __future__ import annotations

import os
from pathlib import Path

import running
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from places import GPUS, PROGRAMS

STREAMS, EVENTS, GRAPHS, EXECS = 5, 4, 4, 4
LINES_MAX = 256
PROGRAMS_TRIED = int(os.environ.get("BF_RANDOM_PROGRAMS", "100"))

WORK = ("launch", "fill", "put", "get", "move", "call", "callback")
LOOKS = ("query_event", "synchronize_event", "query", "synchronize", "synchronize_all", "ask")
RARE = (
    "begin",
    "allocate",
    "copy_now",
    "record",
    "wait",
    "end",
    "exchange",
    "new_graph",
    "end_graph",
    "launch_graph",
    "update",
    "set_child",
    "own",
)
BUILD = ("add_kernel", "add_fill", "add_call", "add_put", "add_get", "add_child", "clone", "own")
CHANGES = ("change_kernel", "change_fill", "change_call", "change_any")
SETS = ("set_kernel", "set_fill", "set_call", "set_put", "enable", "is_enabled")
NODES = 8
HERE = running.direct(**GPUS)

stream = st.integers(0, STREAMS - 1)
own_stream = st.integers(0, STREAMS - 2)
event = st.integers(0, EVENTS - 1)
graph = st.integers(0, GRAPHS - 1)
exec_ = st.integers(0, EXECS - 1)
small = st.integers(0, 9)
thread = st.integers(0, 3)


class RandomWork(RuleBasedStateMachine):
    """Collects a program; at the end it is run directly, twice, and through the wire."""

    program: Path
    there: dict[str, str]

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.threads = 1
        self.began: dict[int, int] = {}  # stream that captures -> the thread that began it
        self.members: dict[int, int] = {}  # stream in a capture -> where that began
        self.graphs: set[int] = set()
        self.made_of: dict[int, int] = {}  # executable graph -> the graph, if that is still there

    @initialize(threads=st.integers(1, 4))
    def choose_threads(self, threads):
        self.threads = threads

    def say(self, of: int, call: str, a: int = 0, b: int = 0, c: int = 0) -> None:
        if len(self.lines) < LINES_MAX:
            self.lines.append(f"{of % self.threads} {call} {a} {b} {c}\n")

    def put_graph(self, slot: int) -> None:
        """Another graph is there from now on."""
        self.graphs.add(slot)
        self.made_of = {x: g for x, g in self.made_of.items() if g != slot}

    # ---- anything, right or wrong

    @rule(of=thread, call=st.sampled_from(WORK + LOOKS + RARE), a=small, b=small, c=small)
    def anything(self, of, call, a, b, c):
        self.say(of, call, a, b, c)
        if call in ("new_graph", "end_graph"):
            self.put_graph(a % GRAPHS)

    @rule(of=thread, call=st.sampled_from(WORK), s=own_stream, b=small, c=small)
    def work(self, of, call, s, b, c):
        self.say(of, call, s, b, c)

    # ---- capture

    @precondition(lambda self: len(self.members) < STREAMS - 1)
    @rule(of=thread, data=st.data(), mode=st.integers(0, 2))
    def begin(self, of, data, mode):
        s = data.draw(st.sampled_from(sorted(set(range(STREAMS - 1)) - set(self.members))))
        self.say(of, "begin", s, mode)
        self.began[s] = of
        self.members[s] = s

    @precondition(lambda self: self.members)
    @rule(of=thread, call=st.sampled_from(WORK), data=st.data(), b=small, c=small)
    def work_in_capture(self, of, call, data, b, c):
        self.say(of, call, data.draw(st.sampled_from(sorted(self.members))), b, c)

    @precondition(lambda self: self.members)
    @rule(of=thread, data=st.data(), to=own_stream, e=event)
    def fork(self, of, data, to, e):
        s = data.draw(st.sampled_from(sorted(self.members)))
        self.say(of, "record", s, e)
        self.say(of, "wait", to, e)
        self.members.setdefault(to, self.members[s])

    @precondition(lambda self: self.began)
    @rule(data=st.data(), g=graph, joins=st.integers(0, 3), e=event)
    def end(self, data, g, joins, e):
        """Joined, but for one in four."""
        s = data.draw(st.sampled_from(sorted(self.began)))
        of = self.began.pop(s)
        for other, origin in list(self.members.items()):
            if origin == s:
                del self.members[other]
                if joins and other != s:
                    self.say(of, "record", other, e)
                    self.say(of, "wait", s, e)
        self.say(of, "end", s, g)
        self.put_graph(g)

    # ---- graphs

    @precondition(lambda self: self.graphs)
    @rule(of=thread, call=st.sampled_from(BUILD), data=st.data(), b=small, c=small)
    def build(self, of, call, data, b, c):
        self.say(of, call, data.draw(st.sampled_from(sorted(self.graphs))), b, c)
        if call == "clone":
            self.put_graph(b % GRAPHS)

    @precondition(lambda self: self.graphs)
    @rule(of=thread, data=st.data(), x=exec_)
    def instantiate(self, of, data, x):
        g = data.draw(st.sampled_from(sorted(self.graphs)))
        self.say(of, "instantiate", g, x)
        self.made_of[x] = g

    @precondition(lambda self: self.made_of)
    @rule(of=thread, s=stream, data=st.data())
    def launch_graph(self, of, s, data):
        self.say(of, "launch_graph", s, data.draw(st.sampled_from(sorted(self.made_of))))

    @rule(of=thread, s=own_stream, call=st.sampled_from(("call", "callback")), first=st.sampled_from(("get", "call")))
    def function_behind(self, of, s, call, first):
        self.say(of, first, s, 3)
        self.say(of, call, s)

    @precondition(lambda self: self.graphs)
    @rule(of=thread, data=st.data(), first=st.sampled_from(("add_get", "add_call")))
    def function_behind_in_graph(self, of, data, first):
        g = data.draw(st.sampled_from(sorted(self.graphs)))
        self.say(of, first, g, 3)
        self.say(of, "add_call", g)

    # ---- changes

    @precondition(lambda self: self.graphs)
    @rule(of=thread, call=st.sampled_from(CHANGES), data=st.data(), b=small, c=st.integers(0, 3))
    def change(self, of, call, data, b, c):
        self.say(of, call, data.draw(st.sampled_from(sorted(self.graphs))), b, c)

    @precondition(lambda self: self.made_of)
    @rule(of=thread, call=st.sampled_from(SETS), data=st.data(), c=st.integers(0, 3), on=st.booleans(), s=own_stream)
    def set(self, of, call, data, c, on, s):
        """A node of what is executable, which is launched with that."""
        x = data.draw(st.sampled_from(sorted(self.made_of)))
        self.say(of, call, x, self.made_of[x], c + NODES * on)
        self.say(of, "launch_graph", s, x)

    @precondition(lambda self: self.made_of)
    @rule(of=thread, data=st.data())
    def update(self, of, data):
        """By its own graph, which may have changed since."""
        x = data.draw(st.sampled_from(sorted(self.made_of)))
        self.say(of, "update", self.made_of[x], x)

    @precondition(lambda self: self.graphs)
    @rule(
        of=thread, data=st.data(), h=graph, x=exec_, calls=st.lists(st.sampled_from(CHANGES), max_size=3), s=own_stream
    )
    def update_by_changed_copy(self, of, data, h, x, calls, s):
        g = data.draw(st.sampled_from(sorted(self.graphs)))
        self.say(of, "instantiate", g, x)
        self.made_of[x] = g
        if h != g:
            self.say(of, "clone", g, h)
            self.put_graph(h)
            for node, call in enumerate(calls):
                self.say(of, call, h, 5, node)
            self.say(of, "update", h, x)
        self.say(of, "launch_graph", s, x)

    # ---- both ways

    def teardown(self):
        text = "".join(self.lines)
        runs = [running.run([self.program], place, reads=text) for place in (HERE, HERE, self.there)]
        for outcome in runs:
            assert outcome.code == 0, f"{text}{outcome.output}{outcome.errors}"
            assert outcome.output.splitlines() == runs[0].output.splitlines(), f"{text}{outcome.errors}"


def test_random_programs_do_the_same_each_time_and_through_the_wire(compile_c, server):
    RandomWork.program = compile_c(PROGRAMS / "random_work.c")
    RandomWork.there = running.remote(server.port)
    run_state_machine_as_test(
        RandomWork,
        settings=settings(
            max_examples=PROGRAMS_TRIED,
            stateful_step_count=50,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
